import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { JsonObject } from "../../protocol/json";
import { parseRunEventText } from "../../protocol/parseEvent";
import { reduceRun } from "../../protocol/run";
import type { SseEvent } from "../../protocol/sse";
import { conflate, fold, richLog, snapshot } from "../../protocol/testing";
import { emptyRun } from "../../protocol/view";
import type { StreamOptions } from "../transport";
import { EventHub, type HubTab, readersMax } from "./hub";
import type { HubMessage } from "./messages";

/** A server with one growing log per run, of which a test says when a connection gets what. */
class FakeServer {
  readonly logs = new Map<string, JsonObject[]>();
  readonly opened: FakeConnection[] = [];

  readonly open = (options: StreamOptions) => {
    const connection = new FakeConnection(this, options);
    this.opened.push(connection);
    return { close: () => connection.close() };
  };

  get live(): FakeConnection[] {
    return this.opened.filter((connection) => !connection.isClosed);
  }
}

class FakeConnection {
  isClosed = false;
  readonly subscribed: string[];
  private readonly seqs: number[];

  constructor(
    private readonly server: FakeServer,
    readonly options: StreamOptions,
  ) {
    const subscribe = /subscribe=([^&]*)/.exec(options.url())?.[1] ?? "";
    this.subscribed = subscribe === "" ? [] : subscribe.split(",");
    this.seqs = this.subscribed.map((one) => Number(/:1-([0-9]+)$/.exec(one)?.[1] ?? 0));
    options.onState({ kind: "open" });
  }

  close(): void {
    this.isClosed = true;
  }

  /** What the subscriptions have not had yet, at most `max` entries of each, merged. */
  give(max = Number.POSITIVE_INFINITY): void {
    for (const index of this.subscribed.keys()) this.giveOf(index, max);
  }

  giveOf(index: number, max = Number.POSITIVE_INFINITY): void {
    const runId = this.subscribed[index]?.replace(/:.*/, "") ?? "";
    const seen = this.seqs[index] ?? 0;
    const fresh = (this.server.logs.get(runId) ?? []).slice(seen, seen + max);
    const frames = conflate(fresh, 1, () => 0).map((event) => {
      this.seqs[index] = Number(event["seq"]);
      return this.frame(String(index), event);
    });
    if (frames.length > 0) this.options.onEvents(frames);
  }

  frame(of: string, event: JsonObject, activity = "e-1"): SseEvent {
    const places = this.seqs.map((seq) => `1-${seq}`).join(",");
    const id = `${of};${activity};${places}`;
    return { type: "message", data: JSON.stringify(event), lastEventId: id };
  }

  end(index: number, rest: JsonObject = { stage: "ended" }): void {
    const event = { event_type: "subscription", run_id: "r", ...rest };
    this.options.onEvents([this.frame(String(index), event)]);
  }
}

/** A tab that folds what it gets. */
class FakeTab {
  readonly told: HubMessage[] = [];
  readonly texts: string[] = [];
  view = emptyRun("run-1");
  position = "";
  readonly hub: HubTab;

  constructor(hub: EventHub) {
    this.hub = hub.join((message) => this.receive(message));
  }

  get states(): string[] {
    return this.told.flatMap((message) => (message.kind === "state" ? [message.state.kind] : []));
  }

  get seqs(): number[] {
    return this.texts.map((text) => Number(JSON.parse(text).seq));
  }

  private receive(message: HubMessage): void {
    this.told.push(message);
    if (message.kind !== "events") return;
    for (const { data, lastEventId } of message.events) {
      this.texts.push(data);
      this.position = lastEventId;
      this.view = reduceRun(this.view, parseRunEventText(data));
    }
  }
}

let server: FakeServer;
let hub: EventHub;
const log = richLog();

beforeEach(() => {
  vi.useFakeTimers();
  server = new FakeServer();
  hub = new EventHub({ open: server.open });
  server.logs.set("run-1", log.slice(0, 10));
  server.logs.set("run-2", log.slice(0, 4));
});
afterEach(() => vi.useRealTimers());

const settle = () => vi.advanceTimersByTime(2000);
const connection = () => {
  expect(server.live).toHaveLength(1);
  return server.live[0] as FakeConnection;
};

describe("EventHub", () => {
  it("opens one connection with one subscription for twenty tabs of a run", () => {
    const tabs = Array.from({ length: 20 }, () => new FakeTab(hub));
    for (const tab of tabs) tab.hub.watch(1, "run-1", "");
    settle();
    expect(server.opened).toHaveLength(1);
    expect(connection().subscribed).toEqual(["run-1"]);
    server.logs.set("run-1", log);
    connection().give();
    for (const tab of tabs) {
      expect(snapshot(tab.view)).toEqual(snapshot(fold(log)));
      expect(tab.states.at(-1)).toBe("open");
    }
  });

  it("gives a late tab the history, then reads the run once for both", () => {
    const early = new FakeTab(hub);
    early.hub.watch(1, "run-1", "");
    settle();
    connection().give();
    const late = new FakeTab(hub);
    late.hub.watch(1, "run-1", "");
    settle();
    expect(connection().subscribed).toEqual(["run-1:1-10", "run-1"]);
    connection().give();
    settle();
    expect(connection().subscribed).toEqual(["run-1:1-10"]);
    server.logs.set("run-1", log);
    connection().give();
    for (const tab of [early, late]) expect(snapshot(tab.view)).toEqual(snapshot(fold(log)));
    expect(early.seqs).toEqual([...new Set(early.seqs)]);
  });

  it("loses and repeats nothing, however tabs come, go and hide while runs grow", () => {
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % below;
    };
    const tabs: { tab: FakeTab; watch: number | null }[] = [];
    for (let grown = 1; grown <= log.length; grown++) {
      server.logs.set("run-1", log.slice(0, grown));
      if (random(4) === 0) tabs.push({ tab: new FakeTab(hub), watch: null });
      const one = tabs[random(Math.max(tabs.length, 1))];
      if (one && random(2) === 0) {
        if (one.watch === null) {
          one.watch = grown;
          one.tab.hub.watch(one.watch, "run-1", one.tab.position);
        } else {
          one.tab.hub.unwatch(one.watch);
          one.watch = null;
        }
      }
      vi.advanceTimersByTime(random(3) * 600);
      for (const each of server.live) each.give(1 + random(5));
    }
    for (const one of tabs) {
      if (one.watch === null) one.tab.hub.watch(10_000, "run-1", one.tab.position);
    }
    for (let round = 0; round < 40; round++) {
      settle();
      connection().give(3);
    }
    expect(tabs.length).toBeGreaterThan(3);
    for (const { tab } of tabs) {
      expect(tab.seqs).toEqual([...tab.seqs].sort((a, b) => a - b));
      expect(new Set(tab.seqs).size).toBe(tab.seqs.length);
      expect(snapshot(tab.view)).toEqual(snapshot(fold(log)));
    }
    expect(connection().subscribed).toHaveLength(1);
  });

  it("stops reading what nobody watches, and closes when the last tab is gone", () => {
    const one = new FakeTab(hub);
    const other = new FakeTab(hub);
    one.hub.watch(1, "run-1", "");
    other.hub.watch(1, "run-2", "");
    settle();
    connection().give();
    one.hub.unwatch(1);
    connection().give();
    settle();
    expect(connection().subscribed).toEqual(["run-2:1-4"]);
    one.hub.close();
    settle();
    expect(server.live).toHaveLength(1);
    other.hub.close();
    settle();
    expect(server.live).toEqual([]);
  });

  it("keeps the connection when a tab is back at once", () => {
    const tab = new FakeTab(hub);
    tab.hub.watch(1, "run-1", "");
    settle();
    connection().give();
    tab.hub.unwatch(1);
    tab.hub.watch(2, "run-1", tab.position);
    settle();
    expect(connection().subscribed).toEqual(["run-1:1-10"]);
    server.logs.set("run-1", log);
    connection().give();
    expect(snapshot(tab.view)).toEqual(snapshot(fold(log)));
  });

  it("says of each watch what its subscription has come to", () => {
    const tab = new FakeTab(hub);
    tab.hub.watch(1, "run-1", "");
    tab.hub.watch(2, "nobody", "");
    settle();
    connection().give();
    connection().end(0);
    const error = { code: "TAC-RUN-NOT-FOUND", message: "no run", status: 404 };
    connection().end(1, { stage: "failed", error });
    const states = tab.told.flatMap((m) => (m.kind === "state" ? [[m.watch, m.state]] : []));
    expect(states.slice(-2)).toEqual([
      [1, { kind: "finished" }],
      [2, { kind: "failed", status: 404, message: "no run", hint: null }],
    ]);
    settle();
    expect(connection().subscribed).toEqual([]);
    tab.hub.watch(3, "run-1", tab.position);
    settle();
    expect(connection().subscribed).toEqual(["run-1:1-10"]);
  });

  it("tells all tabs which runs change, and goes on there", () => {
    const tabs = [new FakeTab(hub), new FakeTab(hub)];
    settle();
    const run = { run_id: "x", status: "running" };
    const changed = { event_type: "activity", run_id: "x", stage: "changed", run };
    const removed = { event_type: "activity", run_id: "x", stage: "removed" };
    connection().options.onEvents([
      connection().frame("a", { event_type: "activity", stage: "reset" }, "e-3"),
      connection().frame("a", changed, "e-4"),
      connection().frame("a", removed, "e-5"),
    ]);
    for (const tab of tabs) {
      expect(tab.told.at(-1)).toEqual({
        kind: "activity",
        activities: [
          { stage: "reset" },
          { stage: "changed", run },
          { stage: "removed", runId: "x" },
        ],
      });
    }
    expect(connection().options.url()).toBe("/api/events?subscribe=&activity=e-5");
  });

  it("tries again at once when a tab is shown while the connection is away", () => {
    const tab = new FakeTab(hub);
    tab.hub.watch(1, "run-1", "");
    settle();
    connection().options.onState({ kind: "retrying", attempt: 4, inMs: 9000 });
    expect(tab.states.at(-1)).toBe("retrying");
    tab.hub.shown();
    expect(server.opened).toHaveLength(2);
    connection().options.onState({ kind: "failed", status: 401, message: "no", hint: null });
    tab.hub.shown();
    expect(tab.states.at(-1)).toBe("open");
    expect(server.opened).toHaveLength(3);
  });

  it("refuses a watch beyond what the server takes, and no other", () => {
    const tab = new FakeTab(hub);
    for (let i = 0; i <= readersMax; i++) tab.hub.watch(i, `run-${i}`, "");
    settle();
    expect(connection().subscribed).toHaveLength(readersMax);
    expect(tab.states.filter((state) => state === "failed")).toHaveLength(1);
  });
});
