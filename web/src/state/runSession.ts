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
import { emptyRun, isEnded, type RunView } from "../protocol/view";
import { browserPage, FlushScheduler, type PageClock } from "./flushScheduler";
import { TextHub, type TextListener } from "./textHub";
import { type ConnectionState, openStream, type Stream } from "./transport";

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
  readonly open?: typeof openStream;
}

export class RunSession {
  readonly store: StoreApi<RunState>;

  private readonly texts = new TextHub();
  private readonly scheduler: FlushScheduler;
  private readonly stream: Stream;
  private pending: (RunEvent | UnknownEvent)[] = [];

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
    this.stream = (options.open ?? openStream)({
      url: `/api/runs/${encodeURIComponent(runId)}/events`,
      onEvents: (events) => this.receive(events),
      onState: (connection) => this.store.setState({ connection }),
    });
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

  /** Closes the connection. The view stays as it is. */
  dispose(): void {
    this.stream.close();
    this.scheduler.dispose();
  }

  private receive(events: readonly SseEvent[]): void {
    for (const event of events) this.pending.push(readEvent(event));
    this.scheduler.request();
  }

  private flush(): void {
    const events = this.pending;
    this.pending = [];
    const before = this.store.getState().view;
    const view = events.reduce(reduceRun, before);
    if (view === before) return;
    this.store.setState({ view });
    this.notifyTexts(view, view.texts === before.texts ? grownTexts(events) : this.texts.keys());
    if (isEnded(view.status)) this.finish();
  }

  private notifyTexts(view: RunView, keys: Iterable<string>): void {
    for (const key of keys) this.texts.notify(key, view.texts.get(key));
  }

  /** The log is complete: asking for more would only be answered with 204. */
  private finish(): void {
    this.stream.close();
    this.store.setState({ connection: { kind: "finished" } });
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
