/** Hand-made logs, conflation and seeded randomness for the tests of this folder and above. */
import type { RunEvent, UnknownEvent } from "./events";
import type { Json, JsonObject } from "./json";
import { parseRunEvent } from "./parseEvent";
import { reduceRun } from "./run";
import { emptyRun, type RunView } from "./view";

/** A generator of numbers in [0, 1) that repeats for a seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = a;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Numbers events as a log: dense `seq` from 1, one event every 10 ms. */
export function makeLog(events: readonly JsonObject[]): JsonObject[] {
  return events.map((event, index) => ({
    run_id: "run-1",
    procedure_id: "story",
    seq: index + 1,
    timestamp: new Date(Date.UTC(2026, 0, 2, 3, 4, 5) + index * 10).toISOString(),
    ...event,
  }));
}

const deltaTypes = new Set([
  "agent_stream_chunk",
  "agent_reasoning_chunk",
  "agent_tool_call",
  "agent_output_delta",
]);

/** What makes two deltas one stream; null for an event that is no delta. */
function streamOf(event: JsonObject): string | null {
  const type = String(event["event_type"]);
  if (!deltaTypes.has(type)) return null;
  if (type === "agent_tool_call" && event["stage"] !== "arguments") return null;
  if (type === "agent_output_delta" && event["op"] !== "append") return null;
  if (type === "agent_output_delta" && typeof event["value"] !== "string") return null;
  const id = event["message_id"] ?? event["tool_call_id"] ?? event["path"] ?? "";
  return `${type}/${event["turn_id"]}/${event["attempt"]}/${id}`;
}

const textFields = ["chunk_text", "arguments_delta", "value"] as const;

function merge(first: JsonObject, second: JsonObject): JsonObject {
  const merged: Record<string, Json> = { ...second };
  for (const field of textFields) {
    const [head, tail] = [first[field], second[field]];
    if (typeof head === "string" && typeof tail === "string") merged[field] = head + tail;
  }
  return merged;
}

/**
 * Merges deltas of one stream that have no other event of their turn in between, each with the
 * chance `probability`: a legal conflated reading of the log.
 */
export function conflate(
  log: readonly JsonObject[],
  probability: number,
  random: () => number,
): JsonObject[] {
  let out: JsonObject[] = [];
  for (const event of log) {
    const stream = streamOf(event);
    const previous = out.findLast((other) => other["turn_id"] === event["turn_id"]);
    const isSame = stream !== null && previous !== undefined && streamOf(previous) === stream;
    if (isSame && previous !== undefined && random() < probability) {
      out = [...out.filter((other) => other !== previous), merge(previous, event)];
    } else {
      out.push(event);
    }
  }
  return out;
}

/** Folds a log from the start, or onto a run. */
export function fold(log: readonly unknown[], run: RunView = emptyRun("run-1")): RunView {
  return parseAll(log).reduce(reduceRun, run);
}

export function parseAll(log: readonly unknown[]): (RunEvent | UnknownEvent)[] {
  return log.map(parseRunEvent);
}

/** The view as plain data, texts included, for comparison. */
export function snapshot(run: RunView): unknown {
  return { ...run, texts: Object.fromEntries(run.texts.entries()) };
}

/** The scope of a turn's events. */
export function scope(turn: string, extra: JsonObject = {}): JsonObject {
  return { agent_name: "storyteller", turn_id: turn, attempt: 0, parent: null, ...extra };
}

/** A log with every kind of event that the transcript shows, two turns running at once. */
export function richLog(): JsonObject[] {
  const a = scope("t1");
  const retried = scope("t1", { attempt: 1 });
  const b = scope("t2", { agent_name: "critic", parent: "c1" });
  const words = "Once upon a time, in a **small** town, somebody wrote tests. ".split(/(?<= )/);
  const chunk = (of: JsonObject, id: string, text: string, type = "agent_stream_chunk") => ({
    event_type: type,
    ...of,
    message_id: id,
    chunk_text: text,
  });
  const tool = (stage: string, extra: JsonObject = {}) => ({
    event_type: "agent_tool_call",
    ...retried,
    tool_call_id: "c1",
    tool_name: "area",
    stage,
    ...extra,
  });
  const output = (path: string, op: string, value: Json, valid: boolean | null = null) => ({
    event_type: "agent_output_delta",
    ...retried,
    path,
    op,
    value,
    valid,
  });
  return makeLog([
    { event_type: "execution", lifecycle_stage: "start", generation: 1, details: {} },
    { event_type: "log", level: "INFO", message: "hello", context: null, logger_name: "lua" },
    { event_type: "log", level: "WARNING", message: "careful", context: { n: 1 } },
    { event_type: "stage_changed", from: null, to: "draft" },
    { event_type: "agent_turn", ...a, stage: "started", provider: "demo", model: "demo-1" },
    chunk(a, "m1", "Hal"),
    chunk(a, "m1", "f an answ"),
    { event_type: "usage", ...a, completion_tokens: 4, total_cost: 0.0001, tokens_per_second: 40 },
    {
      event_type: "attempt_superseded",
      ...a,
      reason: "retry",
      error: { code: "TAC-PROVIDER-RATE", message: "rate limited" },
    },
    chunk(retried, "r1", "Let me ", "agent_reasoning_chunk"),
    chunk(retried, "r1", "think.", "agent_reasoning_chunk"),
    ...words.slice(0, 5).map((word) => chunk(retried, "m1", word)),
    { event_type: "state_changed", key: "count", value: 1 },
    ...words.slice(5).map((word) => chunk(retried, "m1", word)),
    tool("started"),
    tool("arguments", { arguments_delta: '{"w":' }),
    tool("arguments", { arguments_delta: "3}" }),
    tool("executing", { arguments: { w: 3 } }),
    tool("progress", { message: "measuring", fraction: 0.5 }),
    { event_type: "agent_turn", ...b, stage: "started", provider: "demo", model: "demo-1" },
    ...["Good", " ", "story", "."].map((word) => chunk(b, "m1", word)),
    {
      event_type: "agent_turn",
      ...b,
      stage: "completed",
      duration_ms: 40,
      ttft_ms: 10,
      finish_reason: "stop",
    },
    { event_type: "cost", ...b, total_tokens: 10, total_cost: null, provenance: "unknown" },
    tool("completed", { result: { area: 9 }, duration_ms: 70 }),
    output("/title", "set", ""),
    output("/title", "append", "The "),
    output("/title", "append", "Town"),
    output("/title", "complete", "The Town", true),
    output("/tags", "set", []),
    output("/tags", "append", "a"),
    output("/tags/0", "complete", "a", false),
    {
      event_type: "agent_output",
      ...retried,
      output: { title: "The Town", tags: ["a"] },
      retry_count: 0,
      validation_errors: [],
    },
    {
      event_type: "agent_turn",
      ...retried,
      stage: "completed",
      duration_ms: 900,
      ttft_ms: 120,
      finish_reason: "stop",
    },
    {
      event_type: "cost",
      ...retried,
      prompt_tokens: 20,
      completion_tokens: 30,
      total_tokens: 50,
      total_cost: 0.002,
      currency: "USD",
      provenance: "measured",
      inter_token_ms: { p50: 10, p95: 20, max: 40 },
    },
    {
      event_type: "procedure_call",
      call_id: "p1",
      name: "helper",
      stage: "started",
      inputs: { x: 1 },
    },
    { event_type: "procedure_call", call_id: "p1", name: "helper", stage: "completed", result: 2 },
    { event_type: "hitl_request", request_id: "h1", request_type: "approval", message: "Publish?" },
    {
      event_type: "hitl_response",
      request_id: "h1",
      value: true,
      responded_at: "2026-01-02T03:04:06Z",
    },
    { event_type: "notification", level: "info", message: "published" },
    { event_type: "checkpoint", position: 3, type: "agent_turn", name: "t1", replayed: false },
    { event_type: "quantum_leap", to: 1 },
    {
      event_type: "execution_summary",
      result: { title: "The Town" },
      final_state: { count: 1 },
      iterations: 2,
      tools_used: ["area"],
      total_cost: 0.002,
      total_tokens: 60,
      duration_ms: 1000,
      exit_code: 0,
    },
    { event_type: "execution", lifecycle_stage: "complete", exit_code: 0, details: {} },
  ]);
}
