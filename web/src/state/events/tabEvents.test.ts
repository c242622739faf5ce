import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { SseEvent } from "../../protocol/sse";
import type { ConnectionState } from "../transport";
import { EventHub } from "./hub";
import { type Port, servePort, silenceMsMax } from "./hubPort";
import type { HubMessage, TabMessage } from "./messages";
import { type PageVisibility, TabEvents } from "./tabEvents";

class FakePage implements PageVisibility {
  hidden = false;
  private readonly changes: (() => void)[] = [];
  private readonly leaves: (() => void)[] = [];
  private readonly returns: (() => void)[] = [];
  isHidden = () => this.hidden;
  onChange = (callback: () => void) => void this.changes.push(callback);
  onLeave = (callback: () => void) => void this.leaves.push(callback);
  onReturn = (callback: () => void) => void this.returns.push(callback);

  show(hidden: boolean): void {
    this.hidden = hidden;
    for (const callback of this.changes) callback();
  }
  leave = () => this.leaves.forEach((callback) => void callback());
  comeBack = () => this.returns.forEach((callback) => void callback());
}

let page: FakePage;
let sent: TabMessage[];
let tell: (message: HubMessage) => void;
let tab: TabEvents;
let got: string[];
let states: ConnectionState[];

const start = (isOwn = false) =>
  new TabEvents(page, (receive) => {
    tell = receive;
    return { send: (message) => sent.push(message), isOwn };
  });
const event = (data: string, lastEventId: string): SseEvent => ({
  type: "message",
  data,
  lastEventId,
});
const watch = () =>
  tab.watch({
    runId: "r",
    position: "",
    onEvents: (events) => got.push(...events.map(({ data }) => data)),
    onState: (state) => states.push(state),
  });
const kinds = () => sent.splice(0).map(({ kind }) => kind);

beforeEach(() => {
  vi.useFakeTimers();
  page = new FakePage();
  sent = [];
  got = [];
  states = [];
  tab = start();
});
afterEach(() => vi.useRealTimers());

describe("TabEvents", () => {
  it("watches nothing while it is hidden, and goes on where it stood", () => {
    watch();
    tell({ kind: "events", watch: 1, events: [event("a", "1-1"), event("b", "1-2")] });
    page.show(true);
    vi.advanceTimersByTime(1000);
    expect(sent.at(-1)).toEqual({ kind: "unwatch", watch: 1 });
    tell({ kind: "events", watch: 1, events: [event("late", "1-3")] });
    page.show(false);
    expect(sent.at(-1)).toEqual({ kind: "watch", watch: 2, runId: "r", position: "1-2" });
    tell({ kind: "events", watch: 2, events: [event("c and d", "1-4")] });
    expect(got).toEqual(["a", "b", "c and d"]);
  });

  it("stays where it is when it is hidden for a moment only", () => {
    watch();
    sent = [];
    page.show(true);
    vi.advanceTimersByTime(500);
    page.show(false);
    vi.advanceTimersByTime(5000);
    expect(kinds()).toEqual(["shown"]);
  });

  it("begins a watch of a hidden tab when it is shown", () => {
    page.show(true);
    vi.advanceTimersByTime(1000);
    sent = [];
    watch();
    expect(sent).toEqual([]);
    page.show(false);
    expect(kinds()).toEqual(["shown", "watch"]);
  });

  it("does not ask again for a log that was read to its end", () => {
    watch();
    tell({ kind: "state", watch: 1, state: { kind: "finished" } });
    page.show(true);
    vi.advanceTimersByTime(1000);
    sent = [];
    page.show(false);
    expect(kinds()).toEqual(["shown"]);
    expect(states).toEqual([{ kind: "finished" }]);
  });

  it("is silent after close", () => {
    const log = watch();
    log.close();
    expect(sent.at(-1)).toEqual({ kind: "unwatch", watch: 1 });
    tell({ kind: "events", watch: 1, events: [event("late", "1-1")] });
    tell({ kind: "state", watch: 1, state: { kind: "open" } });
    expect([got, states]).toEqual([[], []]);
  });

  it("says when the page goes, and that it is back from the browser's memory", () => {
    watch();
    sent = [];
    page.leave();
    expect(kinds()).toEqual(["unwatch", "bye"]);
    page.comeBack();
    expect(kinds()).toEqual(["hello", "shown", "watch"]);
  });

  it("gives up a connection of its own while it is hidden", () => {
    page = new FakePage();
    tab = start(true);
    sent = [];
    page.show(true);
    vi.advanceTimersByTime(1000);
    expect(kinds()).toEqual(["bye"]);
    page.show(false);
    expect(kinds()).toEqual(["shown"]);
  });

  it("tells what changes also while it is hidden", () => {
    const heard: string[] = [];
    tab.onActivity((activities) => heard.push(...activities.map(({ stage }) => stage)));
    page.show(true);
    vi.advanceTimersByTime(1000);
    tell({ kind: "activity", activities: [{ stage: "reset" }] });
    expect(heard).toEqual(["reset"]);
  });
});

describe("the hub's end of a port", () => {
  const opened = vi.fn(() => ({ close: () => void closed++ }));
  let closed = 0;
  let port: Port;
  let freeLock: () => void;
  const say = (message: TabMessage) => port.onmessage?.({ data: message } as MessageEvent);

  beforeEach(() => {
    closed = 0;
    opened.mockClear();
    port = { postMessage: () => undefined, onmessage: null };
    const hub = new EventHub({ open: opened });
    servePort(hub, port, () => new Promise((resolve) => (freeLock = resolve)));
  });

  const leaves = async (after: () => void) => {
    say({ kind: "hello" });
    say({ kind: "watch", watch: 1, runId: "r", position: "" });
    vi.advanceTimersByTime(100);
    expect([opened.mock.calls.length, closed]).toEqual([1, 0]);
    after();
    await Promise.resolve();
    await Promise.resolve();
    vi.advanceTimersByTime(2000);
    expect(closed).toBe(1);
  };

  it("lets go of a tab that says goodbye", () => leaves(() => say({ kind: "bye" })));

  it("lets go of a tab whose lock is free, however long it was silent before", () =>
    leaves(() => {
      say({ kind: "lock", name: "x" });
      vi.advanceTimersByTime(silenceMsMax * 3);
      expect(closed).toBe(0);
      freeLock();
    }));

  it("lets go of a tab without a lock that says nothing any more", () =>
    leaves(() => {
      vi.advanceTimersByTime(silenceMsMax - 1000);
      say({ kind: "alive" });
      vi.advanceTimersByTime(silenceMsMax - 1000);
      expect(closed).toBe(0);
      vi.advanceTimersByTime(1000);
    }));

  it("takes a tab back that speaks again", async () => {
    await leaves(() => say({ kind: "bye" }));
    say({ kind: "shown" });
    vi.advanceTimersByTime(100);
    expect(opened.mock.calls).toHaveLength(2);
  });
});
