import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { RunSummary } from "../api";
import { mergeRuns, sortRuns, useRuns } from "./runsStore";

function run(id: number, status: RunSummary["status"] = "completed"): RunSummary {
  const started_at = new Date(Date.UTC(2026, 0, 1, 0, id)).toISOString();
  const run_id = `r${id}`;
  return {
    run_id,
    procedure_id: "p",
    path: "p.tac",
    status,
    started_at,
    generation: 1,
    last_seq: 1,
  };
}

const ids = (runs: readonly RunSummary[]) => runs.map((one) => one.run_id).join(" ");

beforeEach(() => useRuns.setState(useRuns.getInitialState(), true));
afterEach(() => vi.unstubAllGlobals());

describe("order", () => {
  it("puts running ones on top, then the newest", () => {
    expect(ids(sortRuns([run(1, "running"), run(3), run(2), run(4, "running")]))).toBe(
      "r4 r1 r3 r2",
    );
  });

  it("puts those that need an answer before everything else", () => {
    const asked = { ...run(2, "running"), pending_count: 1 };
    const list = [
      run(5),
      run(4, "running"),
      asked,
      run(1, "waiting_for_human"),
      run(3, "sleeping"),
    ];
    expect(ids(sortRuns(list))).toBe("r2 r1 r4 r3 r5");
  });

  it("keeps older pages behind a fresh first page, without runs that were removed", () => {
    const known = [run(5), run(4), run(3), run(2), run(1)];
    expect(ids(mergeRuns([run(6), run(5), run(3)], known))).toBe("r6 r5 r3 r2 r1");
  });
});

describe("useRuns", () => {
  it("selects a run that was started and lists it as running at once", async () => {
    vi.stubGlobal("fetch", async () =>
      Response.json({ run_id: "n", events_url: "", generation: 1 }),
    );
    expect(await useRuns.getState().start("dir/hello.tac", {})).toBe("n");
    const { selected, runs, starting } = useRuns.getState();
    expect({ selected, starting }).toEqual({ selected: "n", starting: false });
    expect(runs[0]).toMatchObject({ run_id: "n", procedure_id: "hello", status: "running" });
  });

  it("keeps why a run did not start, until another is chosen", async () => {
    const body = { error: { code: "TAC-SYNTAX", message: "unexpected", line: 3 } };
    vi.stubGlobal("fetch", async () => Response.json(body, { status: 422 }));
    expect(await useRuns.getState().start("a.tac", {})).toBeNull();
    expect(useRuns.getState().startFailure).toMatchObject({
      path: "a.tac",
      error: { code: "TAC-SYNTAX", line: 3 },
    });
    useRuns.getState().select("r1");
    expect(useRuns.getState().startFailure).toBeNull();
  });

  it("starts one run at a time", async () => {
    const fetching = vi.fn(async () => Response.json({ run_id: "n" }));
    vi.stubGlobal("fetch", fetching);
    const first = useRuns.getState().start("a.tac", {});
    expect(await useRuns.getState().start("a.tac", {})).toBeNull();
    await first;
    expect(fetching).toHaveBeenCalledTimes(1);
  });

  it("reads on from where a page ended", async () => {
    const pages: Record<string, unknown> = {
      "": { runs: [run(4), run(3)], next_before: "c1" },
      c1: { runs: [run(2), run(1)], next_before: null },
    };
    vi.stubGlobal("fetch", async (url: string) =>
      Response.json(pages[new URL(url, "http://x").searchParams.get("before") ?? ""]),
    );
    await useRuns.getState().refresh();
    await useRuns.getState().loadMore();
    expect(ids(useRuns.getState().runs)).toBe("r4 r3 r2 r1");
    expect(useRuns.getState().nextBefore).toBeNull();
  });

  it("lists a resumed run as running at once, in its new generation", async () => {
    useRuns.setState({ runs: [run(2), run(1, "interrupted")] });
    vi.stubGlobal("fetch", async () => Response.json({ run_id: "r1", generation: 2 }));
    const resumed = useRuns.getState().resume("r1", {});
    expect(useRuns.getState().resuming).toBe("r1");
    await resumed;
    const { runs, resuming } = useRuns.getState();
    expect(resuming).toBeNull();
    expect(runs[0]).toMatchObject({ run_id: "r1", status: "running", generation: 2 });
  });

  it("finds old runs of a status that the pages read so far do not hold", async () => {
    const asked: string[] = [];
    useRuns.setState({ runs: [run(9)], nextBefore: "r9" });
    vi.stubGlobal("fetch", async (url: string) => {
      asked.push(url);
      return Response.json({ runs: [run(1, "failed")], next_before: null });
    });
    await useRuns.getState().setFilter("failed");
    expect(asked).toEqual(["/api/runs?limit=50&status=failed"]);
    expect(ids(useRuns.getState().runs)).toBe("r9 r1");
  });
});

describe("what the server tells of runs", () => {
  const shown = () => useRuns.getState().runs.map(({ run_id, status }) => `${run_id} ${status}`);

  it("changes the list in place, adds what is new and takes away what is gone", () => {
    useRuns.setState({ runs: [run(2, "running"), run(1)], loaded: true });
    useRuns.getState().note([
      { stage: "changed", run: run(2) },
      { stage: "changed", run: run(3, "running") },
      { stage: "removed", runId: "r1" },
    ]);
    expect(shown()).toEqual(["r3 running", "r2 completed"]);
  });

  it("is not undone by a list that was read before", async () => {
    const answers: ((response: Response) => void)[] = [];
    vi.stubGlobal("fetch", () => new Promise<Response>((resolve) => answers.push(resolve)));
    const stale = () =>
      Response.json({ runs: [run(2, "running"), run(1, "running")], next_before: null });
    const [first, second] = [useRuns.getState().refresh(), useRuns.getState().refresh()];
    useRuns.getState().note([{ stage: "changed", run: run(2) }]);
    answers[0]?.(stale());
    await first;
    expect(shown()).toEqual(["r1 running", "r2 completed"]);
    useRuns.getState().note([{ stage: "changed", run: run(1) }]);
    answers[1]?.(stale());
    await second;
    expect(shown()).toEqual(["r2 completed", "r1 completed"]);
  });

  it("has the list read anew after a reset", async () => {
    const fetching = vi.fn(async () => Response.json({ runs: [run(7)], next_before: null }));
    vi.stubGlobal("fetch", fetching);
    useRuns.getState().note([{ stage: "reset" }]);
    await vi.waitFor(() => expect(shown()).toEqual(["r7 completed"]));
    expect(fetching).toHaveBeenCalledTimes(1);
  });
});
