import { describe, expect, it } from "vitest";
import { type Clock, PacedRenderer } from "./pacedRenderer";

/** A renderer whose flushes take a time that the test sets, on a clock that the test advances. */
function setup() {
  let now = 0;
  let timer: { at: number; callback: () => void } | null = null;
  const clock: Clock = {
    now: () => now,
    after: (ms, callback) => {
      timer = { at: now + ms, callback };
      return () => {
        timer = null;
      };
    },
  };
  const shown: string[] = [];
  const state = { costMs: 0 };
  const renderer = {
    push: (text: string) => {
      shown.push(text);
      now += state.costMs;
    },
    finish: () => shown.push("END"),
  };
  const advanceTo = (time: number) => {
    now = Math.max(now, time);
    if (timer !== null && timer.at <= now) {
      const { callback } = timer;
      timer = null;
      callback();
    }
  };
  return { paced: new PacedRenderer(renderer, clock), shown, state, advanceTo };
}

describe("PacedRenderer", () => {
  it("passes text on at once while flushes are cheap", () => {
    const { paced, shown, state } = setup();
    state.costMs = 3;
    for (const text of ["a", "b", "c"]) paced.push(text);
    expect(shown).toEqual(["a", "b", "c"]);
  });

  it("waits six times as long as a flush that took more than 3 ms", () => {
    const { paced, shown, state, advanceTo } = setup();
    state.costMs = 10;
    paced.push("a");
    paced.push("b");
    advanceTo(69);
    paced.push("c");
    expect(shown).toEqual(["a"]);
    advanceTo(70);
    expect(shown).toEqual(["a", "bc"]);
  });

  it("never waits longer than a second", () => {
    const { paced, shown, state, advanceTo } = setup();
    state.costMs = 900;
    paced.push("a");
    paced.push("b");
    advanceTo(1900);
    expect(shown).toEqual(["a", "b"]);
  });

  it("finishes at once with all text", () => {
    const { paced, shown, state, advanceTo } = setup();
    state.costMs = 10;
    paced.push("a");
    paced.push("b");
    paced.finish();
    advanceTo(1000);
    expect(shown).toEqual(["a", "b", "END"]);
  });

  it("shows nothing more after it was disposed of", () => {
    const { paced, shown, state, advanceTo } = setup();
    state.costMs = 10;
    paced.push("a");
    paced.push("b");
    paced.dispose();
    advanceTo(1000);
    expect(shown).toEqual(["a"]);
  });
});
