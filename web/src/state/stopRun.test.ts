import { afterEach, describe, expect, it, vi } from "vitest";
import type { CancelledRun } from "./api";
import { ApiError } from "./api";
import { closeAllRuns, sessionOf } from "./runStore";
import { stopRun } from "./stopRun";

const requested = "2026-01-01T00:00:00.000Z";

function answer(upstream_closed: string | null, settled: string | null): CancelledRun {
  return { run_id: "r", requested, upstream_closed, settled };
}

afterEach(() => {
  closeAllRuns();
  vi.useRealTimers();
});

describe("stopRun", () => {
  it("asks until the run has settled and shows each step", async () => {
    vi.useFakeTimers();
    vi.stubGlobal("fetch", () => new Promise(() => {}));
    const steps: unknown[] = [];
    sessionOf("r").store.subscribe((state) => steps.push(state.cancel));
    const answers = [
      answer(null, null),
      answer("2026-01-01T00:00:00.041Z", null),
      answer("2026-01-01T00:00:00.041Z", "2026-01-01T00:00:00.050Z"),
    ];
    const done = stopRun("r", async () => answers.shift() ?? answer(null, null));
    await vi.runAllTimersAsync();
    await done;
    expect(answers).toEqual([]);
    expect(steps.filter((step, at) => step !== null && step !== steps[at - 1])).toMatchObject([
      { upstreamClosed: null, settled: null },
      { requested, upstreamClosed: null },
      { upstreamClosed: "2026-01-01T00:00:00.041Z", settled: null },
      { settled: "2026-01-01T00:00:00.050Z" },
    ]);
  });

  it("says why a run could not be stopped", async () => {
    vi.stubGlobal("fetch", () => new Promise(() => {}));
    await stopRun("r", async () => {
      throw new ApiError({ status: 404, code: "not_found", message: "no such run" });
    });
    expect(sessionOf("r").store.getState().cancel).toMatchObject({ error: "no such run" });
  });
});
