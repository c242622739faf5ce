/**
 * What this tab gets of the browser's connection. While the tab is hidden its runs are not watched;
 * when it is shown again, each goes on where it stood, in merged pieces.
 */
import type { SseEvent } from "../../protocol/sse";
import type { ConnectionState } from "../transport";
import { connectToHub, type HubLink } from "./link";
import type { Activity, HubMessage } from "./messages";

export interface WatchOptions {
  readonly runId: string;
  /** "<generation>-<seq>" of the last entry that was seen; "" for the start. */
  readonly position: string;
  readonly onEvents: (events: readonly SseEvent[]) => void;
  readonly onState: (state: ConnectionState) => void;
}

/** A run that is watched. */
export interface RunWatch {
  /** Stops for good. No callback is called afterwards. */
  close(): void;
}

/** Whether somebody looks at the page. */
export interface PageVisibility {
  isHidden(): boolean;
  onChange(callback: () => void): void;
  /** The page goes, or comes back as it was. */
  onLeave(callback: () => void): void;
  onReturn(callback: () => void): void;
}

/** So long a hidden tab is still served: many are only passed by. */
const lingerMs = 1000;

interface Entry {
  readonly options: WatchOptions;
  position: string;
  /** Null while nothing is wanted from the hub. */
  id: number | null;
}

type ConnectionListener = (state: ConnectionState) => void;
type ActivityListener = (activities: readonly Activity[]) => void;

export class TabEvents {
  private readonly link: HubLink;
  private readonly entries = new Set<Entry>();
  private readonly byId = new Map<number, Entry>();
  private readonly activityListeners = new Set<ActivityListener>();
  private readonly connectionListeners = new Set<ConnectionListener>();
  private nextId = 1;
  private isPaused = false;
  private linger: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private readonly page: PageVisibility,
    connect: (receive: (message: HubMessage) => void) => HubLink = connectToHub,
  ) {
    this.link = connect((message) => this.receive(message));
    this.link.send({ kind: "hello" });
    page.onChange(() => this.follow());
    page.onLeave(() => {
      this.pause();
      this.link.send({ kind: "bye" });
    });
    page.onReturn(() => {
      this.link.send({ kind: "hello" });
      this.follow();
    });
    this.follow();
  }

  watch(options: WatchOptions): RunWatch {
    const entry: Entry = { options, position: options.position, id: null };
    this.entries.add(entry);
    if (!this.isPaused) this.begin(entry);
    return {
      close: () => {
        this.entries.delete(entry);
        this.end(entry);
      },
    };
  }

  /** Returns the listener's removal. */
  onActivity(listener: ActivityListener): () => void {
    this.activityListeners.add(listener);
    return () => this.activityListeners.delete(listener);
  }

  /** Returns the listener's removal. */
  onConnection(listener: ConnectionListener): () => void {
    this.connectionListeners.add(listener);
    return () => this.connectionListeners.delete(listener);
  }

  private follow(): void {
    if (this.linger !== null) clearTimeout(this.linger);
    this.linger = null;
    if (!this.page.isHidden()) this.resume();
    else if (!this.isPaused) this.linger = setTimeout(() => this.pause(), lingerMs);
  }

  private pause(): void {
    if (this.linger !== null) clearTimeout(this.linger);
    this.linger = null;
    if (this.isPaused) return;
    this.isPaused = true;
    for (const entry of this.entries) this.end(entry);
    if (this.link.isOwn) this.link.send({ kind: "bye" });
  }

  private resume(): void {
    this.link.send({ kind: "shown" });
    if (!this.isPaused) return;
    this.isPaused = false;
    for (const entry of this.entries) this.begin(entry);
  }

  private begin(entry: Entry): void {
    const watch = this.nextId++;
    entry.id = watch;
    this.byId.set(watch, entry);
    const { runId } = entry.options;
    this.link.send({ kind: "watch", watch, runId, position: entry.position });
  }

  private end(entry: Entry): void {
    if (entry.id === null) return;
    this.byId.delete(entry.id);
    this.link.send({ kind: "unwatch", watch: entry.id });
    entry.id = null;
  }

  private receive(message: HubMessage): void {
    switch (message.kind) {
      case "activity":
        for (const listener of this.activityListeners) listener(message.activities);
        return;
      case "connection":
        for (const listener of this.connectionListeners) listener(message.state);
        return;
      case "events":
        this.deliver(this.byId.get(message.watch), message.events);
        return;
      case "state":
        this.report(this.byId.get(message.watch), message.state);
        return;
    }
  }

  private deliver(entry: Entry | undefined, events: readonly SseEvent[]): void {
    if (entry === undefined) return;
    entry.position = events.at(-1)?.lastEventId ?? entry.position;
    entry.options.onEvents(events);
  }

  private report(entry: Entry | undefined, state: ConnectionState): void {
    if (entry === undefined) return;
    // It is over: showing the tab again must not ask for it again.
    if (state.kind === "finished") this.entries.delete(entry);
    entry.options.onState(state);
  }
}

const browserVisibility: PageVisibility = {
  isHidden: () => document.hidden,
  onChange: (callback) => document.addEventListener("visibilitychange", callback),
  onLeave: (callback) => window.addEventListener("pagehide", callback),
  onReturn: (callback) =>
    window.addEventListener("pageshow", ({ persisted }) => persisted && callback()),
};

let events: TabEvents | null = null;

/** Those of this tab. */
export function tabEvents(): TabEvents {
  events ??= new TabEvents(browserVisibility);
  return events;
}
