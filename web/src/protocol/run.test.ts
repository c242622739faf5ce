import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "./json";
import { parseRunEvent } from "./parseEvent";
import { reduceRun } from "./run";
import { conflate, fold, makeLog, richLog, scope, seededRandom, snapshot } from "./testing";
import { emptyRun, isEnded, openRequests } from "./view";

/** Transcripts that the runtime's own tests produced, where there are any. */
function goldenLogs(): [string, JsonObject[]][] {
  const folder = resolve(import.meta.dirname, "../../../tests/golden");
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith(".jsonl"));
  return names.map((name) => {
    const lines = readFileSync(join(folder, name), "utf8").split("\n");
    return [name, lines.filter((line) => line !== "").map((line) => JSON.parse(line))];
  });
}

const golden = goldenLogs();
if (golden.length === 0) console.info("no golden transcripts in tests/golden: skipped");

describe.each([["a log with every kind of event", richLog()], ...golden])(
  "fold of %s",
  (_, log) => {
    const whole = snapshot(fold(log));

    it("equals the fold of any conflated reading", () => {
      for (let seed = 0; seed < 40; seed++) {
        const random = seededRandom(seed);
        const conflated = conflate(log, seed === 0 ? 1 : random(), random);
        expect(snapshot(fold(conflated)), `seed ${seed}`).toEqual(whole);
      }
    });

    it("equals the fold of a reload at any seq", () => {
      for (let at = 0; at <= log.length; at++) {
        const before = fold(conflate(log.slice(0, at), 1, () => 0));
        expect(snapshot(fold(log.slice(at), before)), `reload after ${at}`).toEqual(whole);
      }
    });

    it("ignores events that it has seen", () => {
      for (let at = 0; at <= log.length; at += 3) {
        const overlapping = [...log.slice(0, at), ...log.slice(Math.max(0, at - 5))];
        expect(snapshot(fold(overlapping)), `overlap at ${at}`).toEqual(whole);
      }
    });

    it("starts over at a reset", () => {
      const reset = { event_type: "reset", run_id: "run-1", generation: 2 };
      expect(snapshot(fold([...log.slice(0, 9), reset, ...log]))).toEqual(whole);
    });

    it("ends", () => expect(isEnded(fold(log).status)).toBe(true));
  },
);

describe("golden transcripts", () => {
  it.skipIf(golden.length === 0)("contain no event that cannot be read", () => {
    const unread = golden.flatMap(([, log]) =>
      log.map(parseRunEvent).filter((event) => event.event_type === "unknown"),
    );
    expect(unread).toEqual([]);
  });
});

describe("reduceRun", () => {
  const run = fold(richLog());
  const turn = run.turns[0];

  it("keeps the answer of the last attempt and folds the others away", () => {
    expect(turn?.items.map((item) => item.kind)).toEqual(["message", "message", "tool", "output"]);
    expect(turn?.superseded).toMatchObject([
      { attempt: 0, reason: "retry", usage: { completion_tokens: 4 } },
    ]);
    expect(run.texts.get("t1/0/text/m1")).toBe("Half an answ");
    expect(run.texts.get("t1/1/text/m1")).toBe(
      "Once upon a time, in a **small** town, somebody wrote tests. ",
    );
    expect(run.texts.get("t1/1/reasoning/r1")).toBe("Let me think.");
  });

  it("keeps what earlier requests of the turn gave when a later one is tried again", () => {
    const a = scope("t1");
    const chunk = (message_id: string, chunk_text: string) => ({
      event_type: "agent_stream_chunk",
      ...a,
      message_id,
      chunk_text,
    });
    const tool = (tool_call_id: string, stage: string) => ({
      event_type: "agent_tool_call",
      ...a,
      tool_call_id,
      tool_name: "look",
      stage,
    });
    const log = makeLog([
      { event_type: "agent_turn", ...a, stage: "started" },
      chunk("m1", "Let me look."),
      tool("c1", "started"),
      tool("c1", "executing"),
      tool("c1", "completed"),
      chunk("m2", "It "),
      tool("c2", "started"),
      tool("c2", "failed"),
      {
        event_type: "attempt_superseded",
        ...a,
        reason: "retry",
        message_ids: ["m2"],
        tool_call_ids: ["c2"],
      },
    ]);
    const [view] = fold(log).turns;
    expect(view?.items).toMatchObject([{ messageId: "m1" }, { id: "c1" }]);
    expect(view?.superseded[0]?.items).toMatchObject([{ messageId: "m2" }, { id: "c2" }]);
  });

  it("shows a tool that the program called by itself, under what it is nested in", () => {
    const call = (stage: string, extra: JsonObject = {}) => ({
      event_type: "agent_tool_call",
      parent: null,
      tool_call_id: "x-c1",
      tool_name: "area",
      stage,
      ...extra,
    });
    const log = makeLog([
      call("started"),
      call("executing", { arguments: { w: 3 } }),
      call("completed", { result: 9, duration_ms: 2 }),
    ]);
    const view = fold(log);
    expect(view.rows).toMatchObject([{ kind: "turn" }]);
    expect(view.turns).toMatchObject([
      {
        agentName: "program",
        stage: "completed",
        durationMs: 2,
        items: [{ id: "x-c1", arguments: { w: 3 }, result: 9 }],
      },
    ]);
  });

  it("follows a tool call from its arguments to its result", () => {
    expect(turn?.items[2]).toMatchObject({
      name: "area",
      stage: "completed",
      argumentsText: '{"w":3}',
      arguments: { w: 3 },
      result: { area: 9 },
      durationMs: 70,
      progress: { message: "measuring", fraction: 0.5 },
    });
  });

  it("shows structured output as provisional until the whole is validated", () => {
    const until = richLog().findIndex((event) => event["event_type"] === "agent_output");
    const provisional = fold(richLog().slice(0, until)).turns[0]?.items[3];
    expect(provisional).toMatchObject({
      final: false,
      value: { title: "The Town", tags: ["a"] },
      fields: { "/title": "valid", "/tags": "open", "/tags/0": "invalid" },
    });
    expect(turn?.items[3]).toMatchObject({ final: true, fields: {} });
  });

  it("begins a structured output anew with a new root, and keeps the order in which fields came", () => {
    const turn = { agent_name: "a", turn_id: "t9", attempt: 0, parent: null };
    const delta = (path: string, op: string, value: Json, valid: boolean | null = null) => ({
      event_type: "agent_output_delta",
      ...turn,
      path,
      op,
      value,
      valid,
    });
    const events: Record<string, Json>[] = [
      { event_type: "execution", lifecycle_stage: "start", generation: 1, details: {} },
      { event_type: "agent_turn", ...turn, stage: "started" },
      delta("", "set", {}),
      delta("/old", "complete", 1, true),
      delta("", "set", {}),
      delta("/title", "set", "A"),
      delta("/city", "complete", "B", true),
    ];
    const output = (more: Record<string, Json>[]) =>
      fold(makeLog([...events, ...more])).turns[0]?.items[0];
    expect(output([])).toMatchObject({
      value: { title: "A", city: "B" },
      fields: { "/title": "open", "/city": "valid", "": "open" },
    });
    const refused = {
      event_type: "agent_output_delta",
      ...turn,
      path: "/days",
      op: "set",
      valid: false,
    };
    expect(output([refused])).toMatchObject({
      value: { title: "A", city: "B" },
      fields: { "/days": "invalid" },
    });
    const final = output([
      { event_type: "agent_output", ...turn, output: { city: "B", extra: null, title: "A" } },
    ]);
    expect(final?.kind === "output" && Object.keys(final.value ?? {})).toEqual([
      "title",
      "city",
      "extra",
    ]);
  });

  it("is tested with readings that really are conflated", () => {
    expect(conflate(richLog(), 1, () => 0).length).toBeLessThan(richLog().length - 10);
  });

  it("puts nested turns under their parent and everything else in rows", () => {
    expect(run.turns.map((each) => each.turnId)).toEqual(["t1", "t2"]);
    expect(run.rows.map((row) => row.kind)).toEqual([
      "logs",
      "changes",
      "turn",
      "changes",
      "procedure",
      "hitl",
      "notification",
      "checkpoints",
      "raw",
    ]);
    expect(run.state).toEqual({ count: 1 });
    expect(run.stage).toBe("draft");
  });

  it("keeps a nested turn visible whose parent is not known", () => {
    const log = makeLog([
      { event_type: "agent_turn", ...scope("t9", { parent: "?" }), stage: "started" },
    ]);
    expect(fold(log).rows).toMatchObject([{ kind: "turn", turnId: "t9" }]);
  });

  it("keeps the partial of a cancelled turn", () => {
    const log = makeLog([
      { event_type: "execution", lifecycle_stage: "start", generation: 1 },
      { event_type: "agent_turn", ...scope("t1"), stage: "started" },
      { event_type: "agent_stream_chunk", ...scope("t1"), message_id: "m", chunk_text: "par" },
      { event_type: "agent_turn", ...scope("t1"), stage: "cancelled", finish_reason: "cancelled" },
      { event_type: "execution", lifecycle_stage: "cancelled", exit_code: 130, details: {} },
    ]);
    const cancelled = fold(log);
    expect(cancelled).toMatchObject({ status: "cancelled", exitCode: 130, failure: null });
    expect(cancelled.texts.get("t1/0/text/m")).toBe("par");
  });

  it("says of a failed run what, where and what to do", () => {
    const error = { code: "TAC-INPUT", message: "missing topic", hint: "pass --param topic=…" };
    const log = makeLog([
      { event_type: "execution", lifecycle_stage: "start", generation: 1 },
      {
        event_type: "execution_summary",
        traceback: "story.tac:12: in main",
        error_code: "TAC-INPUT",
      },
      { event_type: "execution", lifecycle_stage: "error", exit_code: 1, details: { error } },
    ]);
    expect(fold(log).failure).toEqual({ ...error, file: "story.tac", line: 12, column: null });
  });

  it("takes the failure from the summary where the end does not tell it", () => {
    const log = makeLog([
      { event_type: "execution", lifecycle_stage: "start", generation: 1 },
      { event_type: "execution_summary", error_code: "TAC-GUARD", error_message: "a.tac:3: no" },
      { event_type: "execution", lifecycle_stage: "error", exit_code: 1 },
    ]);
    expect(fold(log).failure).toMatchObject({ code: "TAC-GUARD", file: "a.tac", line: 3 });
  });

  describe("of a run that went on in a later generation", () => {
    const a = scope("t1");
    const again = scope("t1", { attempt: 1 });
    const text = (of: JsonObject, message_id: string, chunk_text: string) => ({
      event_type: "agent_stream_chunk",
      ...of,
      message_id,
      chunk_text,
    });
    const tool = (of: JsonObject, stage: string, extra: JsonObject = {}) => ({
      event_type: "agent_tool_call",
      ...of,
      tool_call_id: "c1",
      tool_name: "look",
      stage,
      ...extra,
    });
    const crashed = makeLog([
      { event_type: "execution", lifecycle_stage: "start", generation: 1 },
      { event_type: "agent_turn", ...a, stage: "started" },
      text(a, "m1", "Let me look."),
      tool(a, "started"),
      tool(a, "arguments", { arguments_delta: "{}" }),
      tool(a, "executing", { arguments: {} }),
      { event_type: "hitl_request", request_id: "h1", request_type: "approval", message: "Go?" },
      { event_type: "execution", lifecycle_stage: "waiting", generation: 1, details: {} },
      { event_type: "execution", lifecycle_stage: "resumed", generation: 2, details: {} },
      { event_type: "hitl_request", request_id: "h1", request_type: "approval", message: "Go?" },
      { event_type: "hitl_response", request_id: "h1", value: true },
      { event_type: "hitl_response", request_id: "h1", value: false },
      tool(a, "completed", { result: 3 }),
      text(a, "m2", "I see th"),
      { event_type: "execution", lifecycle_stage: "resumed", generation: 3, details: {} },
      { event_type: "attempt_superseded", ...a, reason: "crash", message_ids: ["m2"] },
      text(again, "m3", "I see three."),
      { event_type: "agent_turn", ...again, stage: "completed", finish_reason: "stop" },
      { event_type: "execution", lifecycle_stage: "complete", exit_code: 0 },
    ]);

    it("draws a line between the generations and continues turns and calls", () => {
      const view = fold(crashed);
      const kinds = ["turn", "hitl", "generation", "generation"];
      expect(view.rows.map((row) => row.kind)).toEqual(kinds);
      expect(view.rows[2]).toMatchObject({ resumption: { generation: 2, before: null } });
      expect(view.turns).toHaveLength(1);
      expect(view.turns[0]?.items).toMatchObject([
        { messageId: "m1" },
        { id: "c1", stage: "completed", result: 3, argumentsText: "{}" },
        { messageId: "m3" },
      ]);
      expect(view.turns[0]?.superseded).toMatchObject([
        { reason: "crash", items: [{ messageId: "m2" }] },
      ]);
    });

    it("keeps a request open until its first answer", () => {
      const until = (count: number) => fold(crashed.slice(0, count));
      expect(until(8).status).toBe("waiting_for_human");
      expect(openRequests(until(10)).map((one) => one.request_id)).toEqual(["h1"]);
      expect(until(9).status).toBe("running");
      expect(openRequests(fold(crashed))).toEqual([]);
      expect(fold(crashed).rows[1]).toMatchObject({ hitl: { response: { value: true } } });
    });

    it("equals the fold of any conflated reading and of a reload at any seq", () => {
      const whole = snapshot(fold(crashed));
      for (let at = 0; at <= crashed.length; at++) {
        const before = fold(conflate(crashed.slice(0, at), 1, () => 0));
        expect(snapshot(fold(crashed.slice(at), before)), `reload after ${at}`).toEqual(whole);
      }
    });

    it("tells in the line how the generation before ended, and is no failure any more", () => {
      const error = { code: "TAC-PROVIDER-RATE-LIMIT", message: "rate limited" };
      const log = makeLog([
        { event_type: "execution", lifecycle_stage: "start", generation: 1 },
        { event_type: "agent_turn", ...a, stage: "started" },
        { event_type: "agent_turn", ...a, stage: "failed", error, finish_reason: "error" },
        { event_type: "execution_summary", error_message: "rate limited" },
        { event_type: "execution", lifecycle_stage: "error", details: { error }, exit_code: 1 },
        { event_type: "execution", lifecycle_stage: "resumed", generation: 2 },
        { event_type: "agent_turn", ...a, stage: "started" },
      ]);
      const view = fold(log);
      expect(view).toMatchObject({
        status: "running",
        failure: null,
        summary: null,
        endedAt: null,
      });
      expect(view.rows[1]).toMatchObject({
        resumption: { generation: 2, before: "failed", failure: error },
      });
      expect(view.turns[0]).toMatchObject({ stage: "started", error: null, endedAt: null });
    });
  });

  it("knows a sleeping run from one that waits for somebody", () => {
    const log = (details: JsonObject) =>
      makeLog([
        { event_type: "execution", lifecycle_stage: "start", generation: 1 },
        { event_type: "execution", lifecycle_stage: "waiting", generation: 1, details },
      ]);
    expect(fold(log({ wake_at: "2026-01-03T00:00:00Z" }))).toMatchObject({
      status: "sleeping",
      wakeAt: "2026-01-03T00:00:00Z",
    });
    expect(fold(log({}))).toMatchObject({ status: "waiting_for_human", wakeAt: null });
    expect(fold(log({ status: "sleeping" }))).toMatchObject({ status: "sleeping", wakeAt: null });
  });

  it("keeps the state and stage of other files apart from the run's", () => {
    const log = makeLog([
      { event_type: "state_changed", key: "n", value: 1 },
      { event_type: "state_changed", key: "n", value: 2, file: "lib/area.tac" },
      { event_type: "stage_changed", from: null, to: "inside", file: "lib/area.tac" },
    ]);
    expect(fold(log)).toMatchObject({ state: { n: 1 }, stage: null });
  });

  it("nests calls in calls and joins neighbouring checkpoints", () => {
    const call = (call_id: string, stage: string, extra: JsonObject = {}) => ({
      event_type: "procedure_call",
      call_id,
      name: call_id,
      stage,
      ...extra,
    });
    const view = fold(
      makeLog([
        call("p1", "started", { inputs: { a: 1 } }),
        call("p2", "started", { parent: "p1" }),
        { event_type: "agent_turn", ...scope("t1", { parent: "p2" }), stage: "started" },
        call("p2", "completed", { result: 2 }),
        { event_type: "checkpoint", position: "1", type: "step", name: "one", replayed: true },
        { event_type: "checkpoint", position: "2", type: "step", name: "two", replayed: false },
        call("p1", "failed", { error: "no" }),
      ]),
    );
    expect(view.rows.map((row) => row.kind)).toEqual(["procedure", "checkpoints"]);
    expect(view.calls).toMatchObject([
      { callId: "p1", parent: null, order: 0, stage: "failed", inputs: { a: 1 } },
      { callId: "p2", parent: "p1", order: 1, stage: "completed", result: 2 },
    ]);
    expect(view.turns[0]).toMatchObject({ parent: "p2", order: 2 });
  });

  it("changes nothing of a turn for further text, so that no component renders", () => {
    const log = richLog();
    const at = log.findIndex((event) => event["chunk_text"] === "upon ");
    const before = fold(log.slice(0, at));
    const after = reduceRun(before, parseRunEvent(log[at]));
    expect(after.turns).toBe(before.turns);
    expect(after.rows).toBe(before.rows);
  });

  it("folds 20,000 chunks in time that grows with their number only", () => {
    const chunks = Array.from({ length: 20_000 }, (_, index) => ({
      event_type: "agent_stream_chunk",
      ...scope("t1"),
      message_id: "m",
      chunk_text: `word${index} `,
    }));
    const started = performance.now();
    const long = fold(makeLog(chunks), emptyRun("run-1"));
    expect(long.texts.get("t1/0/text/m")).toHaveLength(20_000 * 5 + 88_890);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
