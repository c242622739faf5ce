/**
 * The events of a run log, as the server sends them. The names of types and keys are those of the
 * wire. Optional keys that are absent are `null` here: "not known", never zero.
 */
import type { Json, JsonObject } from "./json";

/** What every event carries. `seq` is 0 for the events that are not stored (`reset`). */
export interface Envelope {
  readonly run_id: string;
  readonly procedure_id: string;
  readonly seq: number;
  /** RFC 3339, UTC. */
  readonly timestamp: string;
}

/** Begins the `turn_id` under which a tool call outside all turns is shown. */
export const outsideTurns = "call/";

/** What the events of one agent turn carry on top. */
export interface TurnScope extends Envelope {
  readonly agent_name: string;
  readonly turn_id: string;
  readonly attempt: number;
  /** The `tool_call_id` or `call_id` in which the turn is nested. */
  readonly parent: string | null;
}

/** A failure for people: what went wrong, where, and what to do. Lines and columns are 1-based. */
export interface ErrorInfo {
  readonly code: string | null;
  readonly message: string;
  readonly hint: string | null;
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
}

export const lifecycleStages = [
  "start",
  "waiting",
  "resumed",
  "complete",
  "error",
  "cancelled",
] as const;
export type LifecycleStage = (typeof lifecycleStages)[number];

export interface ExecutionEvent extends Envelope {
  readonly event_type: "execution";
  readonly lifecycle_stage: LifecycleStage;
  readonly generation: number | null;
  readonly details: JsonObject;
  readonly exit_code: number | null;
}

export const turnStages = ["started", "completed", "failed", "cancelled"] as const;
export type TurnStage = (typeof turnStages)[number];

export interface AgentTurnEvent extends TurnScope {
  readonly event_type: "agent_turn";
  readonly stage: TurnStage;
  readonly provider: string | null;
  readonly model: string | null;
  readonly streaming: boolean | null;
  readonly duration_ms: number | null;
  readonly ttft_ms: number | null;
  readonly finish_reason: string | null;
  readonly error: ErrorInfo | null;
}

/** A piece of the answer or of the reasoning. `accumulated_text` is ignored where it is sent. */
export interface ChunkEvent extends TurnScope {
  readonly event_type: "agent_stream_chunk" | "agent_reasoning_chunk";
  readonly message_id: string;
  readonly chunk_text: string;
}

export const toolStages = [
  "started",
  "arguments",
  "executing",
  "progress",
  "completed",
  "failed",
] as const;
export type ToolStage = (typeof toolStages)[number];

export interface ToolCallEvent extends TurnScope {
  readonly event_type: "agent_tool_call";
  readonly tool_call_id: string;
  readonly tool_name: string | null;
  readonly stage: ToolStage;
  readonly arguments_delta: string | null;
  /** Absent until `executing`. */
  readonly arguments: Json | undefined;
  readonly message: string | null;
  /** 0 to 1. */
  readonly fraction: number | null;
  /** Absent until `completed`. */
  readonly result: Json | undefined;
  readonly error: ErrorInfo | null;
  readonly duration_ms: number | null;
}

export interface OutputDeltaEvent extends TurnScope {
  readonly event_type: "agent_output_delta";
  /** RFC 6901. */
  readonly path: string;
  readonly op: "set" | "append" | "complete";
  readonly value: Json | undefined;
  readonly valid: boolean | null;
}

export interface OutputEvent extends TurnScope {
  readonly event_type: "agent_output";
  readonly output: Json;
  readonly retry_count: number | null;
  readonly validation_errors: Json;
}

export interface SupersededEvent extends TurnScope {
  readonly event_type: "attempt_superseded";
  readonly reason: string;
  /** What of the attempt is void; the rest of the turn stands. Both null: all of the attempt. */
  readonly message_ids: readonly string[] | null;
  readonly tool_call_ids: readonly string[] | null;
  readonly error: ErrorInfo | null;
  /** The model that is asked instead, when the reason is `fallback`. */
  readonly next: ModelName | null;
}

export interface ModelName {
  readonly provider: string | null;
  readonly model: string | null;
}

export interface UsageEvent extends TurnScope {
  readonly event_type: "usage";
  readonly completion_tokens: number | null;
  readonly total_cost: number | null;
  readonly tokens_per_second: number | null;
  readonly provenance: string | null;
}

/** Times between two tokens, in ms. */
export interface InterTokenMs {
  readonly p50: number | null;
  readonly p95: number | null;
  readonly max: number | null;
}

/** What one turn cost. Null costs are unknown prices, never free. */
export interface CostEvent extends TurnScope {
  readonly event_type: "cost";
  readonly provider: string | null;
  readonly model: string | null;
  readonly model_version: string | null;
  readonly prompt_tokens: number | null;
  readonly completion_tokens: number | null;
  readonly total_tokens: number | null;
  readonly cached_tokens: number | null;
  readonly reasoning_tokens: number | null;
  readonly prompt_cost: number | null;
  readonly completion_cost: number | null;
  readonly total_cost: number | null;
  readonly currency: string | null;
  readonly provenance: string | null;
  readonly duration_ms: number | null;
  readonly ttft_ms: number | null;
  readonly inter_token_ms: InterTokenMs | null;
  readonly retry_count: number | null;
  readonly validation_errors: Json;
  readonly request_id: string | null;
  readonly temperature: number | null;
  readonly max_tokens: number | null;
  readonly finish_reason: string | null;
}

export interface LogEvent extends Envelope {
  readonly event_type: "log";
  readonly level: string;
  readonly message: string;
  readonly context: Json;
  readonly logger_name: string | null;
}

export interface StateChangedEvent extends Envelope {
  readonly event_type: "state_changed";
  readonly key: string;
  readonly value: Json;
  readonly truncated: boolean;
  /** Whose state it is, if it is not that of the run's own program. */
  readonly file: string | null;
}

export interface StageChangedEvent extends Envelope {
  readonly event_type: "stage_changed";
  readonly from: string | null;
  readonly to: string;
  /** Whose stage it is, as above. */
  readonly file: string | null;
}

export interface CheckpointEvent extends Envelope {
  readonly event_type: "checkpoint";
  readonly position: Json;
  readonly type: string | null;
  readonly name: string | null;
  readonly replayed: boolean | null;
}

export interface HitlRequestEvent extends Envelope {
  readonly event_type: "hitl_request";
  readonly request_id: string;
  readonly request_type: string;
  readonly message: string;
  /** What a review offers; see `choicesOf`. */
  readonly options: Json;
  readonly placeholder: string | null;
  readonly default: Json;
  /** Of an input: `text`, `number`, `integer`, `boolean`, `json`. */
  readonly input_type: string | null;
  readonly required: boolean | null;
  readonly artifact: Json;
  readonly artifact_type: string | null;
  readonly context: Json;
  /** Of an escalation. */
  readonly severity: string | null;
  /** RFC 3339. From then on the request answers itself, also while nothing runs. */
  readonly expires_at: string | null;
}

export interface HitlResponseEvent extends Envelope {
  readonly event_type: "hitl_response";
  readonly request_id: string;
  readonly value: Json;
  readonly responded_at: string | null;
  readonly timed_out: boolean | null;
  /** `RESPONSE`, `TIMED_OUT` or `CANCELLED`. */
  readonly message_class: string | null;
}

export interface NotificationEvent extends Envelope {
  readonly event_type: "notification";
  readonly level: string;
  readonly message: string;
  readonly context: Json;
  readonly source: string | null;
}

export interface ProcedureCallEvent extends Envelope {
  readonly event_type: "procedure_call";
  readonly call_id: string;
  /** The `tool_call_id` or `call_id` in which the call is nested. */
  readonly parent: string | null;
  readonly name: string;
  readonly stage: TurnStage;
  readonly inputs: Json;
  readonly result: Json;
  readonly error: ErrorInfo | null;
}

export interface SummaryEvent extends Envelope {
  readonly event_type: "execution_summary";
  readonly result: Json;
  readonly final_state: Json;
  readonly iterations: number | null;
  readonly tools_used: readonly string[];
  readonly total_cost: number | null;
  readonly total_tokens: number | null;
  readonly cost_breakdown: Json;
  readonly duration_ms: number | null;
  readonly exit_code: number | null;
  readonly error_code: string | null;
  readonly error_message: string | null;
  readonly traceback: string | null;
  /** Place and hint of the failure, where the server gave them. */
  readonly error: ErrorInfo | null;
}

/** One finding of a validation. `severity` follows from the list it stands in. */
export interface Finding extends ErrorInfo {
  readonly end_line: number | null;
  readonly end_column: number | null;
}

export interface ValidationEvent extends Envelope {
  readonly event_type: "validation";
  readonly valid: boolean;
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
}

export const testEventTypes = [
  "test_started",
  "test_scenario_started",
  "test_step_completed",
  "test_scenario_completed",
  "test_completed",
  "evaluation_started",
  "evaluation_case_completed",
  "evaluation_progress",
  "evaluation_completed",
] as const;

/** Progress of tests and evaluations. `body` is the whole event: the testing view reads it. */
export interface TestEvent extends Envelope {
  readonly event_type: (typeof testEventTypes)[number];
  readonly body: JsonObject;
}

/** Not stored. The reader's cursor belongs to an older generation; a reading from the start follows. */
export interface ResetEvent extends Envelope {
  readonly event_type: "reset";
  readonly generation: number | null;
}

/** An event of this contract. */
export type RunEvent =
  | ExecutionEvent
  | AgentTurnEvent
  | ChunkEvent
  | ToolCallEvent
  | OutputDeltaEvent
  | OutputEvent
  | SupersededEvent
  | UsageEvent
  | CostEvent
  | LogEvent
  | StateChangedEvent
  | StageChangedEvent
  | CheckpointEvent
  | HitlRequestEvent
  | HitlResponseEvent
  | NotificationEvent
  | ProcedureCallEvent
  | SummaryEvent
  | ValidationEvent
  | TestEvent
  | ResetEvent;

/** Something else: a type of a newer server, or an event that breaks the contract. */
export interface UnknownEvent {
  readonly event_type: "unknown";
  /** 0 where the event had no usable one. */
  readonly seq: number;
  readonly raw: unknown;
  /** Why it could not be read, for people. */
  readonly problem: string;
}
