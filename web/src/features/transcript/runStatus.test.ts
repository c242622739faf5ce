import { describe, expect, it } from "vitest";
import { fold, makeLog } from "../../protocol/testing";
import type { RunState } from "../../state/runSession";
import { shownStatus, statusText } from "./runStatus";

const started = { event_type: "execution", lifecycle_stage: "start", generation: 1 };

function state(events: Parameters<typeof makeLog>[0], extra: Partial<RunState> = {}): RunState {
  return { view: fold(makeLog(events)), connection: { kind: "open" }, cancel: null, ...extra };
}

describe("shownStatus", () => {
  it("knows a run that was cut off from one that still runs", () => {
    expect(shownStatus(state([started]))).toBe("running");
    expect(shownStatus(state([started], { connection: { kind: "finished" } }))).toBe("interrupted");
    expect(shownStatus(state([]))).toBe("pending");
  });
});

describe("statusText", () => {
  const cancelled = (details: Record<string, string>) => [
    started,
    { event_type: "execution", lifecycle_stage: "cancelled", exit_code: 130, details },
  ];

  it("says only that a run was stopped where nothing more is known", () => {
    expect(statusText(state(cancelled({})))).toBe("Stopped");
  });

  it("takes the times of stopping from the log after a reload", () => {
    const details = {
      requested: "2026-01-01T00:00:00.000Z",
      upstream_closed: "2026-01-01T00:00:00.041Z",
    };
    expect(statusText(state(cancelled(details)))).toBe(
      "Stopping… → upstream closed (41 ms) → stopped",
    );
  });

  it("prefers the log's times to an answer that came before the end", () => {
    const details = {
      requested: "2026-01-01T00:00:00.000100Z",
      upstream_closed: "2026-01-01T00:00:00.000900Z",
    };
    const cancel = {
      requested: details.requested,
      upstreamClosed: null,
      settled: null,
      error: null,
    };
    expect(statusText(state(cancelled(details), { cancel }))).toBe(
      "Stopping… → upstream closed (< 1 ms) → stopped",
    );
  });

  it("does not say stopping of a run that ended in another way first", () => {
    const cancel = { requested: "", upstreamClosed: null, settled: null, error: null };
    const done = { event_type: "execution", lifecycle_stage: "complete", exit_code: 0 };
    expect(statusText(state([started, done], { cancel }))).toBe("Completed");
  });

  it("says why a run could not be stopped", () => {
    const cancel = { requested: "", upstreamClosed: null, settled: null, error: "no such run" };
    expect(statusText(state([started], { cancel }))).toBe(
      "Running, could not be stopped: no such run",
    );
  });
});
