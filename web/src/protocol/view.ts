/**
 * What the screen shows of one run: a fold of its log, see `run.ts`. Everything here is immutable,
 * except the growing texts, which stand beside the view in a `TextTable`.
 */
import type {
  CheckpointEvent,
  CostEvent,
  ErrorInfo,
  HitlRequestEvent,
  HitlResponseEvent,
  LogEvent,
  ModelName,
  NotificationEvent,
  StageChangedEvent,
  StateChangedEvent,
  SummaryEvent,
  TestEvent,
  ToolStage,
  TurnStage,
  UnknownEvent,
  UsageEvent,
  ValidationEvent,
} from "./events";
import type { Json, JsonObject } from "./json";
import { TextTable } from "./textTable";

/** `pending` until the first event has arrived. */
export type RunStatus =
  | "pending"
  | "running"
  | "waiting_for_human"
  | "sleeping"
  | "completed"
  | "failed"
  | "cancelled";

export interface RunView {
  readonly runId: string;
  readonly procedureId: string;
  readonly status: RunStatus;
  /** Counts the resumptions of the run, from 1. */
  readonly generation: number | null;
  /** When a sleeping run goes on, RFC 3339; null when it does not sleep or did not say. */
  readonly wakeAt: string | null;
  /** Position of the last event folded in; 0 before the first. */
  readonly lastSeq: number;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly exitCode: number | null;
  /** `details` of the latest `execution` event. */
  readonly details: JsonObject;
  readonly failure: ErrorInfo | null;
  /** The transcript from top to bottom. */
  readonly rows: readonly Row[];
  /** All turns in order of their start, nested ones too. */
  readonly turns: readonly TurnView[];
  /** All calls of procedures and spawned tasks in order of their start, nested ones too. */
  readonly calls: readonly ProcedureCallView[];
  readonly state: JsonObject;
  readonly stage: string | null;
  readonly summary: SummaryEvent | null;
  /** Append-only and shared by successive views: an older view sees newer text. */
  readonly texts: TextTable;
}

/** One row of the transcript. `key` is unique in the run and stable. */
export type Row =
  | { readonly kind: "turn"; readonly key: string; readonly turnId: string }
  | { readonly kind: "logs"; readonly key: string; readonly entries: readonly LogEvent[] }
  | { readonly kind: "changes"; readonly key: string; readonly entries: readonly ChangeEvent[] }
  | { readonly kind: "notification"; readonly key: string; readonly event: NotificationEvent }
  | { readonly kind: "hitl"; readonly key: string; readonly hitl: HitlView }
  | { readonly kind: "procedure"; readonly key: string; readonly callId: string }
  | {
      readonly kind: "checkpoints";
      readonly key: string;
      readonly entries: readonly CheckpointEvent[];
    }
  | { readonly kind: "generation"; readonly key: string; readonly resumption: Resumption }
  | { readonly kind: "raw"; readonly key: string; readonly event: RawEvent };

export type ChangeEvent = StateChangedEvent | StageChangedEvent;

/** Events that have no view of their own in a transcript. */
export type RawEvent = UnknownEvent | ValidationEvent | TestEvent;

/** Where a run went on after it had ended, or after its process had. */
export interface Resumption {
  readonly generation: number;
  readonly at: string;
  /** How the generation before had ended; null if it was cut off. */
  readonly before: RunStatus | null;
  /** Why it had failed. */
  readonly failure: ErrorInfo | null;
}

export interface HitlView {
  readonly request: HitlRequestEvent;
  readonly response: HitlResponseEvent | null;
}

export interface ProcedureCallView {
  readonly callId: string;
  readonly parent: string | null;
  /** Orders the turns and calls that are nested in the same part. */
  readonly order: number;
  readonly name: string;
  readonly stage: TurnStage;
  readonly inputs: Json;
  readonly result: Json;
  readonly error: ErrorInfo | null;
}

export interface TurnView {
  readonly turnId: string;
  readonly agentName: string;
  readonly parent: string | null;
  /** Orders the turns and calls that are nested in the same part. */
  readonly order: number;
  /** The current attempt, from 0. */
  readonly attempt: number;
  readonly stage: TurnStage;
  readonly provider: string | null;
  readonly model: string | null;
  readonly streaming: boolean | null;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly durationMs: number | null;
  readonly ttftMs: number | null;
  readonly finishReason: string | null;
  readonly error: ErrorInfo | null;
  /** What the current attempt produced, in order of first appearance. */
  readonly items: readonly Item[];
  readonly superseded: readonly SupersededAttempt[];
  readonly usage: UsageEvent | null;
  readonly cost: CostEvent | null;
}

export interface SupersededAttempt {
  readonly attempt: number;
  readonly reason: string;
  readonly error: ErrorInfo | null;
  /** The model that was asked instead; null: the same one. */
  readonly next: ModelName | null;
  readonly items: readonly Item[];
  readonly usage: UsageEvent | null;
}

export type Item = MessageItem | ToolItem | OutputItem;

/** A message. Its text is `texts.get(key)`. */
export interface MessageItem {
  readonly kind: "message";
  readonly key: string;
  readonly attempt: number;
  readonly messageId: string;
  readonly channel: "text" | "reasoning";
}

export interface ToolItem {
  readonly kind: "tool";
  readonly key: string;
  readonly attempt: number;
  readonly id: string;
  readonly name: string;
  readonly stage: ToolStage;
  /** The JSON text of the arguments as far as it has arrived. */
  readonly argumentsText: string;
  /** Undefined until the call executes. */
  readonly arguments: Json | undefined;
  readonly progress: { readonly message: string; readonly fraction: number | null } | null;
  /** Undefined until the call has completed. */
  readonly result: Json | undefined;
  readonly error: ErrorInfo | null;
  readonly durationMs: number | null;
  readonly startedAt: string;
}

/** `open`: still growing. `done`: complete, its validity not known. */
export type FieldState = "open" | "done" | "valid" | "invalid";

export interface OutputItem {
  readonly kind: "output";
  readonly key: string;
  readonly attempt: number;
  readonly value: Json;
  /** True once the whole is validated; only then is `value` the result. */
  readonly final: boolean;
  /** By RFC 6901 path, while the output is provisional. */
  readonly fields: Readonly<Record<string, FieldState>>;
  readonly retryCount: number | null;
}

/** A run of which nothing is known yet. */
export function emptyRun(runId: string): RunView {
  return {
    runId,
    procedureId: "",
    status: "pending",
    generation: null,
    wakeAt: null,
    lastSeq: 0,
    startedAt: null,
    endedAt: null,
    exitCode: null,
    details: {},
    failure: null,
    rows: [],
    turns: [],
    calls: [],
    state: {},
    stage: null,
    summary: null,
    texts: new TextTable(),
  };
}

/** True once the run can change no more, unless it is resumed. */
export function isEnded(status: RunStatus): boolean {
  return status === "completed" || status === "failed" || status === "cancelled";
}

/** The requests that wait for an answer, oldest first. An ended run waits for none. */
export function openRequests(run: RunView): HitlRequestEvent[] {
  if (isEnded(run.status)) return [];
  return run.rows.flatMap((row) =>
    row.kind === "hitl" && row.hitl.response === null ? [row.hitl.request] : [],
  );
}
