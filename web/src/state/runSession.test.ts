import { beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../protocol/json";
import type { SseEvent } from "../protocol/sse";
import { conflate, fold, makeLog, richLog, snapshot } from "../protocol/testing";
import type { WatchOptions } from "./events/tabEvents";
import type { PageClock } from "./flushScheduler";
import { RunSession } from "./runSession";

/** A page whose frames come when the test says so. */
class FakePage implements PageClock {
  hidden = false;
  frames: (() => void)[] = [];
  timers: (() => void)[] = [];
  visibility: (() => void)[] = [];

  isHidden = () => this.hidden;
  nextFrame = (callback: () => void) => this.queue(this.frames, callback);
  soon = (callback: () => void) => this.queue(this.timers, callback);
  onVisibilityChange = (callback: () => void) => this.queue(this.visibility, callback);

  run(list: (() => void)[]): void {
    for (const callback of list.splice(0)) callback();
  }

  hide(): void {
    this.hidden = true;
    for (const callback of [...this.visibility]) callback();
  }

  private queue(list: (() => void)[], callback: () => void) {
    list.push(callback);
    return () => {
      const at = list.indexOf(callback);
      if (at >= 0) list.splice(at, 1);
    };
  }
}

function frame(event: JsonObject): SseEvent {
  return { type: "message", data: JSON.stringify(event), lastEventId: `1-${event["seq"]}` };
}

let page: FakePage;
let stream: WatchOptions;
let closed: number;
let session: RunSession;

beforeEach(() => {
  page = new FakePage();
  closed = 0;
  session = new RunSession("run-1", {
    page,
    watch: (options) => {
      stream = options;
      return { close: () => closed++ };
    },
  });
});

const send = (events: readonly JsonObject[]) => stream.onEvents(events.map(frame));

describe("RunSession", () => {
  it("folds everything that arrived within a frame in one batch", () => {
    let changes = 0;
    session.store.subscribe(() => changes++);
    for (const event of richLog().slice(0, 12)) send([event]);
    expect(changes).toBe(0);
    expect(page.frames).toHaveLength(1);
    page.run(page.frames);
    expect(changes).toBe(1);
    expect(session.store.getState().view.lastSeq).toBe(12);
  });

  it("tells the text of a message only to those who read it, once a frame", () => {
    const told: string[] = [];
    const others: string[] = [];
    session.subscribeText("t1/1/text/m1", (text) => told.push(text));
    session.subscribeText("t2/0/text/m1", (text) => others.push(text));
    const log = richLog().filter((event) => event["event_type"] === "agent_stream_chunk");
    send(log.slice(2, 4));
    page.run(page.frames);
    send(log.slice(4, 5));
    page.run(page.frames);
    expect(told).toEqual(["Once upon ", "Once upon a "]);
    expect(others).toEqual([]);
    expect(session.text("t1/1/text/m1")).toBe("Once upon a ");
  });

  it("shows text in a hidden page, where frames never come", () => {
    page.hidden = true;
    send(richLog().slice(0, 7));
    expect(page.frames).toHaveLength(0);
    page.run(page.timers);
    expect(session.text("t1/0/text/m1")).toBe("Half an answ");
  });

  it("does not wait for a frame that was asked for before the page was hidden", () => {
    send(richLog().slice(0, 7));
    page.hide();
    expect(session.text("t1/0/text/m1")).toBe("Half an answ");
    expect(page.frames).toHaveLength(0);
  });

  it("tells all readers their text anew after a reset", () => {
    send(richLog().slice(0, 14));
    page.run(page.frames);
    const told: string[] = [];
    session.subscribeText("t1/1/text/m1", (text) => told.push(text));
    stream.onEvents([
      { type: "message", data: '{"event_type":"reset","generation":2}', lastEventId: "" },
    ]);
    send(richLog().slice(0, 13));
    page.run(page.frames);
    expect(told).toEqual([]);
    send(richLog().slice(13, 15));
    page.run(page.frames);
    expect(told).toEqual(["Once upon a time, "]);
  });

  it("shows nothing of a reading from the start before it is as long as what is shown", () => {
    send(richLog().slice(0, 14));
    page.run(page.frames);
    const { view } = session.store.getState();
    const reset = '{"event_type":"reset","generation":2}';
    stream.onEvents([{ type: "message", data: reset, lastEventId: "" }]);
    page.run(page.frames);
    send(richLog().slice(0, 6));
    page.run(page.frames);
    expect(session.store.getState().view).toBe(view);
    // What the crash took is gone; the new generation stands where it stood.
    const resumed = { event_type: "execution", lifecycle_stage: "resumed", generation: 2 };
    send(makeLog([...richLog().slice(0, 6), resumed]).slice(6));
    page.run(page.frames);
    expect(session.store.getState().view).toMatchObject({ lastSeq: 7, generation: 2 });
    expect(session.store.getState().view.rows.at(-1)?.kind).toBe("generation");
  });

  it("shows the same after a reconnect that repeats what was seen", () => {
    send(richLog().slice(0, 20));
    page.run(page.frames);
    const rest = conflate(richLog().slice(20), 1, () => 0);
    send([...richLog().slice(12, 20), ...rest]);
    page.run(page.frames);
    expect(snapshot(session.store.getState().view)).toEqual(snapshot(fold(richLog())));
  });

  it("shows all of the log when it is told that nothing more comes, whatever the frames do", () => {
    send(richLog());
    stream.onState({ kind: "finished" });
    expect(session.store.getState().connection.kind).toBe("finished");
    expect(snapshot(session.store.getState().view)).toEqual(snapshot(fold(richLog())));
  });

  it("reads on where the log had ended when the run is resumed", () => {
    send(richLog());
    session.reopen();
    expect(closed).toBe(1);
    expect(stream.position).toBe(`1-${richLog().length}`);
  });

  it("places an unreadable event by the id of its frame", () => {
    stream.onEvents([{ type: "message", data: "{oops", lastEventId: "1-9" }]);
    page.run(page.frames);
    stream.onEvents([{ type: "message", data: "{oops", lastEventId: "1-9" }]);
    page.run(page.frames);
    const { view } = session.store.getState();
    expect(view.lastSeq).toBe(9);
    expect(view.rows).toMatchObject([{ kind: "raw", event: { problem: "not valid JSON" } }]);
  });
});
