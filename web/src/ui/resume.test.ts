import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { useRuns } from "../state/workspace/runsStore";
import { useAsk } from "./ask";
import { resume } from "./resume";
import { useToasts } from "./toasts";

let bodies: unknown[];

/** A server whose file has changed since the run. */
function serve(): void {
  vi.stubGlobal("fetch", async (_: string, { body }: { body: string }) => {
    bodies.push(JSON.parse(body));
    if (JSON.parse(body).allow_changed_source === true) {
      return Response.json({ run_id: "r1", events_url: "", generation: 2 }, { status: 202 });
    }
    const files = ["a.tac", "lib/b.lua"];
    const message = "the program has changed since the run began";
    const error = { code: "TAC-SOURCE-CHANGED", message, files };
    return Response.json({ error }, { status: 409 });
  });
}

beforeEach(() => {
  bodies = [];
  useRuns.setState(useRuns.getInitialState(), true);
  useToasts.setState({ toasts: [] });
  serve();
});
afterEach(() => vi.unstubAllGlobals());

it("asks before it resumes a run whose program has changed, and names the files", async () => {
  const done = resume("r1");
  await vi.waitFor(() => expect(useAsk.getState().question).not.toBeNull());
  expect(useAsk.getState().question?.body).toContain("a.tac, lib/b.lua");
  useAsk.getState().settle?.({ choice: "anyway", text: "" });
  await done;
  expect(bodies).toEqual([{}, { allow_changed_source: true }]);
});

it("leaves the run as it is when the question is dismissed", async () => {
  const done = resume("r1");
  await vi.waitFor(() => expect(useAsk.getState().question).not.toBeNull());
  useAsk.getState().settle?.(null);
  await done;
  expect(bodies).toEqual([{}]);
  expect(useToasts.getState().toasts).toEqual([]);
});

it("says why a run cannot be resumed", async () => {
  const error = { code: "TAC-RUN-BUSY", message: "another process runs it" };
  vi.stubGlobal("fetch", async () => Response.json({ error }, { status: 409 }));
  await resume("r1");
  expect(useToasts.getState().toasts[0]?.title).toBe("another process runs it");
});

it("asks for the plugins after the changed program, and sends all that was agreed to", async () => {
  const sums = ["a".repeat(64), "b".repeat(64)];
  vi.stubGlobal("fetch", async (_: string, { body }: { body: string }) => {
    const asked = JSON.parse(body);
    bodies.push(asked);
    const missing = sums.find((sum) => asked.allow_plugins?.includes(sum) !== true);
    if (asked.allow_changed_source !== true) {
      const error = { code: "TAC-SOURCE-CHANGED", message: "changed", files: ["a.tac"] };
      return Response.json({ error }, { status: 409 });
    }
    if (missing === undefined) return Response.json({ run_id: "r1", generation: 2 });
    const plugins = [{ path: `${missing[0]}.py`, language: "python", size: 1, sha256: missing }];
    const error = { code: "plugins_not_allowed", message: "not allowed", plugins };
    return Response.json({ error }, { status: 409 });
  });
  const done = resume("r1");
  for (const choice of ["anyway", "once", "always"]) {
    await vi.waitFor(() =>
      expect(useAsk.getState().question?.choices.map(({ id }) => id)).toContain(choice),
    );
    if (choice === "once") expect(useAsk.getState().question?.details?.[0]?.name).toBe("a.py");
    useAsk.getState().settle?.({ choice, text: "" });
  }
  await done;
  expect(bodies.at(-1)).toEqual({
    allow_changed_source: true,
    allow_plugins: sums,
    remember_plugins: true,
  });
  expect(bodies).toHaveLength(4);
});
