/**
 * One run as a page watches it: events come in, are folded once a frame in one batch, and go out
 * as a view (for React) and as texts (past React).
 */
import { createStore, type StoreApi } from "zustand/vanilla";
import type { RunEvent, UnknownEvent } from "../protocol/events";
import { parseRunEventText } from "../protocol/parseEvent";
import { reduceRun } from "../protocol/run";
import type { SseEvent } from "../protocol/sse";
import { textKey } from "../protocol/textTable";
import { emptyRun, type RunView } from "../protocol/view";
import { type RunWatch, tabEvents, type WatchOptions } from "./events/tabEvents";
import { browserPage, FlushScheduler, type PageClock } from "./flushScheduler";
import { TextHub, type TextListener } from "./textHub";
import type { ConnectionState } from "./transport";

/** How far stopping has come. Times are RFC 3339; null has not happened yet. */
export interface CancelProgress {
  readonly requested: string;
  readonly upstreamClosed: string | null;
  readonly settled: string | null;
  /** Why the request to stop failed. */
  readonly error: string | null;
}

export interface RunState {
  readonly view: RunView;
  readonly connection: ConnectionState;
  readonly cancel: CancelProgress | null;
}

export interface RunSessionOptions {
  readonly page?: PageClock;
  /** Watches a run's log; as this tab does where it is not given. */
  readonly watch?: (options: WatchOptions) => RunWatch;
}

export class RunSession {
  readonly store: StoreApi<RunState>;

  private readonly texts = new TextHub();
  private readonly scheduler: FlushScheduler;
  private readonly watch: (options: WatchOptions) => RunWatch;
  private log: RunWatch;
  /** Where reading would go on. */
  private position = "";
  private pending: (RunEvent | UnknownEvent)[] = [];
  /** The log as it is being read again from its start, behind what is shown. */
  private anew: { readonly view: RunView; readonly generation: number | null } | null = null;

  constructor(
    readonly runId: string,
    options: RunSessionOptions = {},
  ) {
    this.store = createStore<RunState>(() => ({
      view: emptyRun(runId),
      connection: { kind: "connecting" },
      cancel: null,
    }));
    this.scheduler = new FlushScheduler(() => this.flush(), options.page ?? browserPage);
    this.watch = options.watch ?? ((watched) => tabEvents().watch(watched));
    this.log = this.connect();
  }

  /** Reads on after the stream had ended: the run has been resumed. */
  reopen(): void {
    this.log.close();
    this.scheduler.flushNow();
    this.store.setState({ cancel: null });
    this.log = this.connect();
  }

  /** The text of a message as far as it is shown; "" if there is none. `key` is its item's. */
  text(key: string): string {
    return this.store.getState().view.texts.get(key);
  }

  /** Tells `listener` the whole text whenever it has grown, at most once a frame. */
  subscribeText(key: string, listener: TextListener): () => void {
    return this.texts.subscribe(key, listener);
  }

  setCancel(cancel: CancelProgress | null): void {
    this.store.setState({ cancel });
  }

  /** Reads no more. The view stays as it is. */
  dispose(): void {
    this.log.close();
    this.scheduler.dispose();
  }

  private connect(): RunWatch {
    return this.watch({
      runId: this.runId,
      position: this.position,
      onEvents: (events) => this.receive(events),
      onState: (connection) => {
        if (connection.kind === "finished") this.scheduler.flushNow();
        this.store.setState({ connection });
      },
    });
  }

  private receive(events: readonly SseEvent[]): void {
    this.position =
      events.findLast((event) => event.lastEventId !== "")?.lastEventId ?? this.position;
    for (const event of events) this.pending.push(readEvent(event));
    this.scheduler.request();
  }

  private flush(): void {
    const events = this.pending;
    this.pending = [];
    const before = this.store.getState().view;
    const view = this.fold(before, events);
    if (view === before) return;
    this.store.setState({ view });
    this.notifyTexts(view, view.texts === before.texts ? grownTexts(events) : this.texts.keys());
  }

  /**
   * A reading from the start is shown only once it has come as far as what is on screen, so that
   * nothing disappears under the reader's hands.
   */
  private fold(shown: RunView, events: readonly (RunEvent | UnknownEvent)[]): RunView {
    let view = this.anew?.view ?? shown;
    for (const event of events) {
      view = reduceRun(view, event);
      if (event.event_type === "reset") this.anew = { view, generation: event.generation };
    }
    if (this.anew === null) return view;
    const { generation } = this.anew;
    const isCurrent = view.status !== "pending" && view.generation === generation;
    const isWhole = view.lastSeq >= shown.lastSeq || isCurrent;
    this.anew = isWhole ? null : { view, generation };
    return isWhole ? view : shown;
  }

  private notifyTexts(view: RunView, keys: Iterable<string>): void {
    for (const key of keys) this.texts.notify(key, view.texts.get(key));
  }
}

function grownTexts(events: readonly (RunEvent | UnknownEvent)[]): Set<string> {
  const keys = new Set<string>();
  for (const event of events) {
    if (event.event_type === "agent_stream_chunk" || event.event_type === "agent_reasoning_chunk") {
      keys.add(textKey(event));
    }
  }
  return keys;
}

/** An event that cannot be read gets its place in the log from the id of its frame. */
function readEvent(frame: SseEvent): RunEvent | UnknownEvent {
  const event = parseRunEventText(frame.data);
  if (event.event_type !== "unknown" || event.seq > 0) return event;
  const seq = Number(/-([0-9]+)$/.exec(frame.lastEventId)?.[1] ?? 0);
  return Number.isSafeInteger(seq) ? { ...event, seq } : event;
}
