/**
 * The browser's one connection to the server, and who gets what comes over it. It lives in a shared
 * worker, or in the page where there are none.
 *
 *     tab ─ watch run a at 1-7 ─┐
 *     tab ─ watch run a at 1-7 ─┼─ readers: a at 1-7, a at the start, b at 2-3 ─ one connection
 *     tab ─ watch run a anew ───┤
 *     tab ─ watch run b at 2-3 ─┘
 *
 * A reader is a subscription of the connection. Watches of one run at one place share it, and as
 * soon as two readers have come to the same place, they become one. When the readers change, the
 * connection is opened anew, each of them where it stands: nothing is lost or told twice.
 */
import { isObject } from "../../protocol/json";
import type { SseEvent } from "../../protocol/sse";
import type { RunSummary } from "../apiTypes";
import { type ConnectionState, openStream, type Stream } from "../transport";
import type { Activity, HubMessage } from "./messages";

/** What the server lets one connection subscribe to. */
export const readersMax = 256;

/** A new watch waits so long for others that come with it. */
const soonMs = 10;
/** What is not needed any more is sent so long, since tabs come back and tabs are many. */
const lateMs = 1000;

interface Watch {
  readonly id: number;
  readonly tab: Tab;
}

interface Reader {
  readonly runId: string;
  /** Of the last entry that was passed on; "" for none. */
  position: string;
  readonly watches: Set<Watch>;
}

interface Tab {
  deliver(message: HubMessage): void;
  readonly watches: Map<number, { readonly watch: Watch; reader: Reader | null }>;
}

/** What a tab may ask of the hub. */
export interface HubTab {
  watch(id: number, runId: string, position: string): void;
  unwatch(id: number): void;
  /** A person looks at the tab. */
  shown(): void;
  /** The tab is gone; nothing is delivered any more. */
  close(): void;
}

export interface HubOptions {
  readonly open?: typeof openStream;
}

export class EventHub {
  private readonly tabs = new Set<Tab>();
  private readonly readers = new Set<Reader>();
  /** Those of the connection, in the order in which it has them. */
  private connected: readonly Reader[] = [];
  private stream: Stream | null = null;
  private state: ConnectionState = { kind: "connecting" };
  /** Up to where changes of runs were passed on; "" at first. */
  private activity = "";
  private timer: ReturnType<typeof setTimeout> | null = null;
  private dueAt = 0;
  private readonly open: typeof openStream;

  constructor(options: HubOptions = {}) {
    this.open = options.open ?? openStream;
  }

  join(deliver: (message: HubMessage) => void): HubTab {
    const tab: Tab = { deliver, watches: new Map() };
    this.tabs.add(tab);
    this.connectWithin(soonMs);
    return {
      watch: (id, runId, position) => this.watch(tab, id, runId, position),
      unwatch: (id) => this.unwatch(tab, id),
      shown: () => this.shown(),
      close: () => this.leave(tab),
    };
  }

  private watch(tab: Tab, id: number, runId: string, position: string): void {
    if (!this.tabs.has(tab) || tab.watches.has(id)) return;
    const watch: Watch = { id, tab };
    const reader = this.readerAt(runId, position);
    tab.watches.set(id, { watch, reader });
    if (reader === null) {
      this.tell(watch, tooMany);
      return;
    }
    reader.watches.add(watch);
    this.tell(watch, this.connected.includes(reader) ? this.state : { kind: "connecting" });
    if (!this.connected.includes(reader) || this.state.kind === "failed") {
      this.connectWithin(soonMs);
    }
  }

  /** Null when there are as many as the server takes. */
  private readerAt(runId: string, position: string): Reader | null {
    for (const reader of this.readers) {
      if (reader.runId === runId && reader.position === position) return reader;
    }
    if (this.readers.size >= readersMax) return null;
    const reader: Reader = { runId, position, watches: new Set() };
    this.readers.add(reader);
    return reader;
  }

  private unwatch(tab: Tab, id: number): void {
    const known = tab.watches.get(id);
    tab.watches.delete(id);
    if (!known?.reader) return;
    known.reader.watches.delete(known.watch);
    if (known.reader.watches.size > 0) return;
    this.readers.delete(known.reader);
    this.connectWithin(lateMs);
  }

  private leave(tab: Tab): void {
    for (const id of [...tab.watches.keys()]) this.unwatch(tab, id);
    this.tabs.delete(tab);
    if (this.tabs.size === 0) this.connectWithin(lateMs);
  }

  private shown(): void {
    if (this.state.kind === "failed" || this.state.kind === "retrying") this.reconnect();
  }

  /** Compares the connection with what is wanted after at most `ms`. */
  private connectWithin(ms: number): void {
    const dueAt = Date.now() + ms;
    if (this.timer !== null && this.dueAt <= dueAt) return;
    if (this.timer !== null) clearTimeout(this.timer);
    this.dueAt = dueAt;
    this.timer = setTimeout(() => {
      this.timer = null;
      if (!this.isAsWanted()) this.reconnect();
    }, ms);
  }

  private isAsWanted(): boolean {
    if (this.tabs.size === 0) return this.stream === null;
    const { connected, readers } = this;
    return (
      this.stream !== null &&
      this.state.kind !== "failed" &&
      connected.length === readers.size &&
      connected.every((reader) => readers.has(reader))
    );
  }

  private reconnect(): void {
    this.stream?.close();
    this.stream = null;
    this.connected = [...this.readers];
    if (this.tabs.size === 0) return;
    this.stream = this.open({
      url: () => this.url(),
      onEvents: (events) => this.receive(events),
      onState: (state) => this.report(state),
    });
  }

  private url(): string {
    const places = this.connected.map(({ runId, position }) =>
      position === "" ? runId : `${runId}:${position}`,
    );
    return `/api/events?subscribe=${places.join(",")}&activity=${this.activity}`;
  }

  private report(state: ConnectionState): void {
    this.state = state;
    for (const tab of this.tabs) tab.deliver({ kind: "connection", state });
    for (const reader of this.connected) {
      for (const watch of reader.watches) this.tell(watch, state);
    }
  }

  private tell(watch: Watch, state: ConnectionState): void {
    watch.tab.deliver({ kind: "state", watch: watch.id, state });
  }

  private receive(frames: readonly SseEvent[]): void {
    const batches = new Map<Reader, SseEvent[]>();
    const ends: [Reader, ConnectionState][] = [];
    const activities: Activity[] = [];
    for (const frame of frames) {
      const place = placeOf(frame.lastEventId);
      this.activity = place.activity;
      const reader = place.index === null ? undefined : this.connected[place.index];
      if (reader === undefined) {
        activities.push(...readActivity(frame.data));
        continue;
      }
      const end = readEnd(frame.data);
      if (end !== null) {
        ends.push([reader, end]);
        continue;
      }
      reader.position = place.position;
      const batch = batches.get(reader);
      const event = { ...frame, lastEventId: place.position };
      if (batch === undefined) batches.set(reader, [event]);
      else batch.push(event);
    }
    if (activities.length > 0) {
      for (const tab of this.tabs) tab.deliver({ kind: "activity", activities });
    }
    for (const [{ watches }, events] of batches) {
      for (const { id, tab } of watches) tab.deliver({ kind: "events", watch: id, events });
    }
    for (const [reader, state] of ends) this.end(reader, state);
    this.mergeReaders(batches.keys());
  }

  /** The watches are over: who wants more watches again. */
  private end(reader: Reader, state: ConnectionState): void {
    this.readers.delete(reader);
    for (const watch of reader.watches) {
      watch.tab.watches.delete(watch.id);
      this.tell(watch, state);
    }
    reader.watches.clear();
    this.connectWithin(lateMs);
  }

  /** Of readers at the same place one is enough. The others' events come on and are dropped. */
  private mergeReaders(moved: Iterable<Reader>): void {
    for (const reader of moved) {
      if (!this.readers.has(reader)) continue;
      for (const other of this.readers) {
        if (other === reader || other.runId !== reader.runId) continue;
        if (other.position !== reader.position || !this.connected.includes(other)) continue;
        for (const watch of other.watches) {
          const known = watch.tab.watches.get(watch.id);
          if (known) known.reader = reader;
          reader.watches.add(watch);
        }
        other.watches.clear();
        this.readers.delete(other);
        this.connectWithin(lateMs);
      }
    }
  }
}

const tooMany: ConnectionState = {
  kind: "failed",
  status: 0,
  message: "This browser watches too many runs at once.",
  hint: "Close some of its tabs.",
};

/** Takes an id apart, which is "<index or a>;<activity>;<position>,<position>…". */
function placeOf(id: string): { index: number | null; activity: string; position: string } {
  const [of = "", activity = "", positions = ""] = id.split(";");
  const index = /^[0-9]+$/.test(of) ? Number(of) : null;
  return { index, activity, position: index === null ? "" : (positions.split(",")[index] ?? "") };
}

const endPrefix = '{"event_type":"subscription"';

/** What a subscription has come to, if the event says so. */
function readEnd(data: string): ConnectionState | null {
  if (!data.startsWith(endPrefix)) return null;
  const event: unknown = JSON.parse(data);
  const error = isObject(event) && isObject(event["error"]) ? event["error"] : null;
  if (error === null) return { kind: "finished" };
  const { message, hint, status } = error;
  return {
    kind: "failed",
    status: typeof status === "number" ? status : 0,
    message: typeof message === "string" ? message : "The run cannot be read.",
    hint: typeof hint === "string" ? hint : null,
  };
}

function readActivity(data: string): Activity[] {
  const event: unknown = JSON.parse(data);
  if (!isObject(event)) return [];
  const { stage, run_id: runId, run } = event;
  if (stage === "reset") return [{ stage }];
  if (stage === "removed" && typeof runId === "string") return [{ stage, runId }];
  if (stage === "changed" && isObject(run)) return [{ stage, run: run as unknown as RunSummary }];
  return [];
}
