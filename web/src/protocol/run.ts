/**
 * The fold of a run log into its view. Laws, which the tests hold it to:
 *
 *     fold(whole) = fold(conflated) = fold(reload at any seq)
 *
 * So nothing may be taken from a delta but its text: not its time, not its seq, not its number.
 */
import {
  beginGeneration,
  isKnownParent,
  nextOrder,
  reduceCheckpoint,
  reduceProcedureCall,
  reduceRequest,
  reduceResponse,
  withLastRow,
  withRow,
} from "./asides";
import type { ErrorInfo, ExecutionEvent, RunEvent, SummaryEvent, UnknownEvent } from "./events";
import type { JsonObject } from "./json";
import { readErrorInfo } from "./parseEvent";
import { textKey } from "./textTable";
import { newTurn, reduceTurn, type TurnEvent } from "./turns";
import {
  type ChangeEvent,
  emptyRun,
  isEnded,
  openRequests,
  type RunStatus,
  type RunView,
} from "./view";

/** Folds one event. An event that was folded before (`seq` not past `lastSeq`) changes nothing. */
export function reduceRun(run: RunView, event: RunEvent | UnknownEvent): RunView {
  if (event.event_type === "reset") {
    return { ...emptyRun(run.runId), generation: event.generation };
  }
  if (event.seq > 0) {
    if (event.seq <= run.lastSeq) return run;
    return reduceNew({ ...run, lastSeq: event.seq }, event);
  }
  return reduceNew(run, event);
}

type StoredEvent = Exclude<RunEvent, { event_type: "reset" }> | UnknownEvent;

function reduceNew(run: RunView, event: StoredEvent): RunView {
  switch (event.event_type) {
    case "execution":
      return reduceExecution(run, event);
    case "agent_stream_chunk":
    case "agent_reasoning_chunk":
      run.texts.append(textKey(event), event.chunk_text);
      return reduceTurnEvent(run, event);
    case "agent_turn":
    case "agent_tool_call":
    case "agent_output_delta":
    case "agent_output":
    case "attempt_superseded":
    case "usage":
    case "cost":
      return reduceTurnEvent(run, event);
    case "log":
      return withLastRow(
        run,
        { kind: "logs", key: `logs/${event.seq}`, entries: [event] },
        (row) => ({ ...row, entries: [...row.entries, event] }),
      );
    case "state_changed": {
      if (event.file !== null) return withChange(run, event);
      const state = { ...run.state, [event.key]: event.value };
      return withChange({ ...run, state }, event);
    }
    case "stage_changed":
      return withChange(event.file === null ? { ...run, stage: event.to } : run, event);
    case "checkpoint":
      return reduceCheckpoint(run, event);
    case "hitl_request":
      return reduceRequest(run, event);
    case "hitl_response":
      return reduceResponse(run, event);
    case "notification":
      return withRow(run, { kind: "notification", key: `notification/${event.seq}`, event });
    case "procedure_call":
      return reduceProcedureCall(run, event);
    case "execution_summary":
      return { ...run, summary: event };
    case "unknown":
    case "validation":
    case "test_started":
    case "test_scenario_started":
    case "test_step_completed":
    case "test_scenario_completed":
    case "test_completed":
    case "evaluation_started":
    case "evaluation_case_completed":
    case "evaluation_progress":
    case "evaluation_completed":
      return withRow(run, { kind: "raw", key: `raw/${event.seq}/${run.rows.length}`, event });
  } // No default: a new event type is a compile error here.
}

function statusOf(run: RunView, event: ExecutionEvent): RunStatus {
  switch (event.lifecycle_stage) {
    case "start":
    case "resumed":
      return "running";
    case "waiting":
      return event.details["status"] === "sleeping" ? "sleeping" : waitingStatus(run, event);
    case "complete":
      return "completed";
    case "error":
      return "failed";
    case "cancelled":
      return "cancelled";
  }
}

/** Of a log that does not say what the run waits for. */
function waitingStatus(run: RunView, event: ExecutionEvent): RunStatus {
  return wakeTime(event) === null || openRequests(run).length > 0
    ? "waiting_for_human"
    : "sleeping";
}

function wakeTime({ details }: ExecutionEvent): string | null {
  const time = details["wake_at"];
  return typeof time === "string" ? time : null;
}

function reduceExecution(before: RunView, event: ExecutionEvent): RunView {
  const run = beginGeneration(before, event);
  const status = statusOf(run, event);
  return {
    ...run,
    runId: event.run_id || run.runId,
    procedureId: event.procedure_id,
    status,
    generation: event.generation ?? run.generation,
    wakeAt: status === "sleeping" ? wakeTime(event) : null,
    startedAt: run.startedAt ?? event.timestamp,
    endedAt: isEnded(status) ? event.timestamp : null,
    exitCode: event.exit_code,
    details: event.details,
    failure: status === "failed" ? failureOf(event.details, run.summary) : null,
  };
}

/** Puts together what the last two events of a failed run say about the failure. */
function failureOf(details: JsonObject, summary: SummaryEvent | null): ErrorInfo {
  const own = typeof details["message"] === "string" ? readErrorInfo(details) : null;
  const told = readErrorInfo(details["error"]) ?? own;
  const second = summary?.error ?? null;
  const message = told?.message ?? second?.message ?? summary?.error_message ?? "the run failed";
  const place = told?.line == null ? second : told;
  const traced = placeIn(`${message}\n${summary?.traceback ?? ""}`);
  return {
    code: told?.code ?? second?.code ?? summary?.error_code ?? null,
    message,
    hint: told?.hint ?? second?.hint ?? null,
    file: told?.file ?? second?.file ?? traced?.file ?? null,
    line: place?.line ?? traced?.line ?? null,
    column: place?.column ?? null,
  };
}

/** The first `file.tac:12` in a text. */
function placeIn(text: string): { file: string; line: number } | null {
  const match = /([^\s:"'[\]()]+\.(?:tac|lua)):([0-9]+)/.exec(text);
  if (match?.[1] === undefined) return null;
  return { file: match[1], line: Number(match[2]) };
}

function reduceTurnEvent(run: RunView, event: TurnEvent): RunView {
  const index = run.turns.findLastIndex((turn) => turn.turnId === event.turn_id);
  const turn = run.turns[index];
  if (turn === undefined) {
    const turns = [...run.turns, reduceTurn(newTurn(event, nextOrder(run)), event)];
    if (event.parent !== null && isKnownParent(run, event.parent)) return { ...run, turns };
    const key = `turn/${event.turn_id}`;
    return withRow({ ...run, turns }, { kind: "turn", key, turnId: event.turn_id });
  }
  const next = reduceTurn(turn, event);
  return next === turn ? run : { ...run, turns: run.turns.with(index, next) };
}

function withChange(run: RunView, event: ChangeEvent): RunView {
  return withLastRow(
    run,
    { kind: "changes", key: `changes/${event.seq}`, entries: [event] },
    (row) => ({ ...row, entries: [...row.entries, event] }),
  );
}
