/** The edge between JSON and typed events: nothing behind it sees an unchecked value. */
import {
  type ChunkEvent,
  type Envelope,
  type ErrorInfo,
  type Finding,
  lifecycleStages,
  type ModelName,
  outsideTurns,
  type RunEvent,
  type TestEvent,
  type TurnScope,
  testEventTypes,
  toolStages,
  turnStages,
  type UnknownEvent,
} from "./events";
import { isObject, type Json, type JsonObject } from "./json";

/** Reads one event. Never throws: what cannot be read is an `UnknownEvent` with the reason. */
export function parseRunEvent(raw: unknown): RunEvent | UnknownEvent {
  if (!isObject(raw)) return unknown(raw, 0, "not a JSON object");
  const fields = new Fields(raw);
  try {
    const type = fields.required("event_type");
    const read = Object.hasOwn(readers, type) ? readers[type] : undefined;
    if (read === undefined) return unknown(raw, fields.seq(), `unknown event type '${type}'`);
    return read(fields);
  } catch (error) {
    const problem = error instanceof Malformed ? error.message : String(error);
    return unknown(raw, fields.seq(), problem);
  }
}

/** Reads one event from its JSON text, with the same guarantee. */
export function parseRunEventText(text: string): RunEvent | UnknownEvent {
  try {
    return parseRunEvent(JSON.parse(text));
  } catch {
    return unknown(text, 0, "not valid JSON");
  }
}

/** Reads an error in any of the shapes the contract has: text or an object. Null if there is none. */
export function readErrorInfo(value: unknown): ErrorInfo | null {
  if (typeof value === "string") {
    return { code: null, message: value, hint: null, file: null, line: null, column: null };
  }
  if (!isObject(value)) return null;
  const fields = new Fields(value);
  return {
    code: fields.text("code"),
    message: fields.text("message") ?? fields.text("code") ?? "unknown error",
    hint: fields.text("hint"),
    file: fields.text("file") ?? fields.text("path"),
    line: fields.number("line"),
    column: fields.number("column"),
  };
}

function unknown(raw: unknown, seq: number, problem: string): UnknownEvent {
  return { event_type: "unknown", seq, raw, problem };
}

/** Breaks off the reading of one event. Never leaves this file. */
class Malformed extends Error {}

/** Typed access to the keys of one JSON object. A value of a wrong type counts as absent. */
class Fields {
  constructor(readonly source: JsonObject) {}

  text(key: string): string | null {
    const value = this.source[key];
    return typeof value === "string" ? value : null;
  }

  required(key: string): string {
    const value = this.text(key);
    if (value === null) throw new Malformed(`'${key}' is missing or not text`);
    return value;
  }

  number(key: string): number | null {
    const value = this.source[key];
    return typeof value === "number" && Number.isFinite(value) ? value : null;
  }

  bool(key: string): boolean | null {
    const value = this.source[key];
    return typeof value === "boolean" ? value : null;
  }

  /** Any JSON value; null when absent. */
  json(key: string): Json {
    return this.source[key] ?? null;
  }

  /** Any JSON value; undefined when absent, so that an explicit null can be told apart. */
  present(key: string): Json | undefined {
    return this.source[key];
  }

  object(key: string): JsonObject {
    const value = this.source[key];
    return isObject(value) ? value : {};
  }

  texts(key: string): string[] {
    const value = this.source[key];
    return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
  }

  oneOf<T extends string>(key: string, allowed: readonly T[]): T {
    const value = this.required(key);
    const found = allowed.find((candidate) => candidate === value);
    if (found === undefined) throw new Malformed(`'${key}' has the unknown value '${value}'`);
    return found;
  }

  error(key: string): ErrorInfo | null {
    return readErrorInfo(this.source[key]);
  }

  seq(): number {
    const value = this.source["seq"];
    return typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : 0;
  }

  envelope(): Envelope {
    const seq = this.seq();
    if (seq === 0) throw new Malformed("'seq' is missing or not a positive integer");
    return this.unstored(seq);
  }

  unstored(seq: number): Envelope {
    return {
      run_id: this.text("run_id") ?? "",
      procedure_id: this.text("procedure_id") ?? "",
      seq,
      timestamp: this.text("timestamp") ?? "",
    };
  }

  turn(): TurnScope {
    return {
      ...this.envelope(),
      agent_name: this.text("agent_name") ?? "",
      turn_id: this.required("turn_id"),
      attempt: this.number("attempt") ?? 0,
      parent: this.text("parent"),
    };
  }

  /** A tool that the program called itself belongs to no turn: it is shown as one of its own. */
  callScope(): TurnScope {
    if (this.text("turn_id") !== null) return this.turn();
    return {
      ...this.envelope(),
      agent_name: "program",
      turn_id: `${outsideTurns}${this.required("tool_call_id")}`,
      attempt: 0,
      parent: this.text("parent"),
    };
  }
}

function chunk(f: Fields, event_type: ChunkEvent["event_type"]): ChunkEvent {
  return {
    event_type,
    ...f.turn(),
    message_id: f.required("message_id"),
    chunk_text: f.required("chunk_text"),
  };
}

function findings(f: Fields, key: string): Finding[] {
  const list = f.json(key);
  if (!Array.isArray(list)) return [];
  return list.flatMap((item: Json) => {
    const error = readErrorInfo(item);
    if (error === null) return [];
    const fields = new Fields(isObject(item) ? item : {});
    return [
      { ...error, end_line: fields.number("end_line"), end_column: fields.number("end_column") },
    ];
  });
}

function testReader(event_type: TestEvent["event_type"]): [string, Reader] {
  return [event_type, (f) => ({ event_type, ...f.envelope(), body: f.source })];
}

/** The error of a call is a text; where it happened stands beside it. */
function toolError(f: Fields): ErrorInfo | null {
  const error = f.error("error");
  const place = new Fields(f.object("error_place"));
  if (error === null) return null;
  return {
    ...error,
    code: f.text("error_code") ?? error.code,
    file: place.text("file") ?? error.file,
    line: place.number("line") ?? error.line,
  };
}

function nextModel(f: Fields): ModelName | null {
  if (!isObject(f.present("next"))) return null;
  const next = new Fields(f.object("next"));
  return { provider: next.text("provider"), model: next.text("model") };
}

type Reader = (f: Fields) => RunEvent;

const readers: Readonly<Record<string, Reader>> = {
  execution: (f) => ({
    event_type: "execution",
    ...f.envelope(),
    lifecycle_stage: f.oneOf("lifecycle_stage", lifecycleStages),
    generation: f.number("generation"),
    details: f.object("details"),
    exit_code: f.number("exit_code"),
  }),
  agent_turn: (f) => ({
    event_type: "agent_turn",
    ...f.turn(),
    stage: f.oneOf("stage", turnStages),
    provider: f.text("provider"),
    model: f.text("model"),
    streaming: f.bool("streaming"),
    duration_ms: f.number("duration_ms"),
    ttft_ms: f.number("ttft_ms"),
    finish_reason: f.text("finish_reason"),
    error: f.error("error"),
  }),
  agent_stream_chunk: (f) => chunk(f, "agent_stream_chunk"),
  agent_reasoning_chunk: (f) => chunk(f, "agent_reasoning_chunk"),
  agent_tool_call: (f) => ({
    event_type: "agent_tool_call",
    ...f.callScope(),
    tool_call_id: f.required("tool_call_id"),
    tool_name: f.text("tool_name"),
    stage: f.oneOf("stage", toolStages),
    arguments_delta: f.text("arguments_delta"),
    arguments: f.present("arguments"),
    message: f.text("message"),
    fraction: f.number("fraction"),
    result: f.present("result"),
    error: toolError(f),
    duration_ms: f.number("duration_ms"),
  }),
  agent_output_delta: (f) => ({
    event_type: "agent_output_delta",
    ...f.turn(),
    path: f.required("path"),
    op: f.oneOf("op", ["set", "append", "complete"] as const),
    value: f.present("value"),
    valid: f.bool("valid"),
  }),
  agent_output: (f) => ({
    event_type: "agent_output",
    ...f.turn(),
    output: f.json("output"),
    retry_count: f.number("retry_count"),
    validation_errors: f.json("validation_errors"),
  }),
  attempt_superseded: (f) => ({
    event_type: "attempt_superseded",
    ...f.turn(),
    reason: f.text("reason") ?? "retry",
    message_ids: f.present("message_ids") === undefined ? null : f.texts("message_ids"),
    tool_call_ids: f.present("tool_call_ids") === undefined ? null : f.texts("tool_call_ids"),
    error: f.error("error"),
    next: nextModel(f),
  }),
  usage: (f) => ({
    event_type: "usage",
    ...f.turn(),
    completion_tokens: f.number("completion_tokens"),
    total_cost: f.number("total_cost"),
    tokens_per_second: f.number("tokens_per_second"),
    provenance: f.text("provenance"),
  }),
  cost: (f) => ({
    event_type: "cost",
    ...f.turn(),
    provider: f.text("provider"),
    model: f.text("model"),
    model_version: f.text("model_version"),
    prompt_tokens: f.number("prompt_tokens"),
    completion_tokens: f.number("completion_tokens"),
    total_tokens: f.number("total_tokens"),
    cached_tokens: f.number("cached_tokens"),
    reasoning_tokens: f.number("reasoning_tokens"),
    prompt_cost: f.number("prompt_cost"),
    completion_cost: f.number("completion_cost"),
    total_cost: f.number("total_cost"),
    currency: f.text("currency"),
    provenance: f.text("provenance"),
    duration_ms: f.number("duration_ms"),
    ttft_ms: f.number("ttft_ms"),
    inter_token_ms: interToken(f.present("inter_token_ms")),
    retry_count: f.number("retry_count"),
    validation_errors: f.json("validation_errors"),
    request_id: f.text("request_id"),
    temperature: f.number("temperature"),
    max_tokens: f.number("max_tokens"),
    finish_reason: f.text("finish_reason"),
  }),
  log: (f) => ({
    event_type: "log",
    ...f.envelope(),
    level: (f.text("level") ?? "INFO").toUpperCase(),
    message: f.required("message"),
    context: f.json("context"),
    logger_name: f.text("logger_name"),
  }),
  state_changed: (f) => ({
    event_type: "state_changed",
    ...f.envelope(),
    key: f.required("key"),
    value: f.json("value"),
    truncated: f.bool("truncated") ?? false,
    file: f.text("file"),
  }),
  stage_changed: (f) => ({
    event_type: "stage_changed",
    ...f.envelope(),
    from: f.text("from"),
    to: f.required("to"),
    file: f.text("file"),
  }),
  checkpoint: (f) => ({
    event_type: "checkpoint",
    ...f.envelope(),
    position: f.json("position"),
    type: f.text("type"),
    name: f.text("name"),
    replayed: f.bool("replayed"),
  }),
  hitl_request: (f) => ({
    event_type: "hitl_request",
    ...f.envelope(),
    request_id: f.required("request_id"),
    request_type: f.text("request_type") ?? "input",
    message: f.text("message") ?? "",
    options: f.json("options"),
    placeholder: f.text("placeholder"),
    default: f.json("default"),
    input_type: f.text("input_type"),
    required: f.bool("required"),
    artifact: f.json("artifact"),
    artifact_type: f.text("artifact_type"),
    context: f.json("context"),
    severity: f.text("severity"),
    expires_at: f.text("expires_at"),
  }),
  hitl_response: (f) => ({
    event_type: "hitl_response",
    ...f.envelope(),
    request_id: f.required("request_id"),
    value: f.json("value"),
    responded_at: f.text("responded_at"),
    timed_out: f.bool("timed_out"),
    message_class: f.text("message_class"),
  }),
  notification: (f) => ({
    event_type: "notification",
    ...f.envelope(),
    level: (f.text("level") ?? "info").toUpperCase(),
    message: f.required("message"),
    context: f.json("context"),
    source: f.text("source"),
  }),
  procedure_call: (f) => ({
    event_type: "procedure_call",
    ...f.envelope(),
    call_id: f.required("call_id"),
    parent: f.text("parent"),
    name: f.text("name") ?? "",
    stage: f.oneOf("stage", turnStages),
    inputs: f.json("inputs"),
    result: f.json("result"),
    error: f.error("error"),
  }),
  execution_summary: (f) => ({
    event_type: "execution_summary",
    ...f.envelope(),
    result: f.json("result"),
    final_state: f.json("final_state"),
    iterations: f.number("iterations"),
    tools_used: f.texts("tools_used"),
    total_cost: f.number("total_cost"),
    total_tokens: f.number("total_tokens"),
    cost_breakdown: f.json("cost_breakdown"),
    duration_ms: f.number("duration_ms"),
    exit_code: f.number("exit_code"),
    error_code: f.text("error_code"),
    error_message: f.text("error_message"),
    traceback: f.text("traceback"),
    error: f.error("error"),
  }),
  validation: (f) => ({
    event_type: "validation",
    ...f.envelope(),
    valid: f.bool("valid") ?? false,
    errors: findings(f, "errors"),
    warnings: findings(f, "warnings"),
  }),
  reset: (f) => ({
    event_type: "reset",
    ...f.unstored(0),
    generation: f.number("generation"),
  }),
  ...Object.fromEntries(testEventTypes.map(testReader)),
};

function interToken(value: Json | undefined) {
  if (!isObject(value)) return null;
  const fields = new Fields(value);
  return { p50: fields.number("p50"), p95: fields.number("p95"), max: fields.number("max") };
}
