/** The part of the fold that stands beside the turns: requests, calls, checkpoints, generations. */
import type {
  CheckpointEvent,
  ExecutionEvent,
  HitlRequestEvent,
  HitlResponseEvent,
  ProcedureCallEvent,
} from "./events";
import { isEnded, type ProcedureCallView, type Row, type RunView } from "./view";

export function withRow(run: RunView, row: Row): RunView {
  return { ...run, rows: [...run.rows, row] };
}

/** Grows the last row if it is of the kind of `fresh`, else appends `fresh`. */
export function withLastRow<K extends Row["kind"]>(
  run: RunView,
  fresh: Extract<Row, { kind: K }>,
  grow: (row: Extract<Row, { kind: K }>) => Row,
): RunView {
  const last = run.rows.at(-1);
  const isKind = (row: Row): row is Extract<Row, { kind: K }> => row.kind === fresh.kind;
  if (last === undefined || !isKind(last)) return withRow(run, fresh);
  return { ...run, rows: run.rows.with(-1, grow(last)) };
}

/** The next number for `order` of a turn or call. */
export function nextOrder(run: RunView): number {
  return run.turns.length + run.calls.length;
}

/** A part whose parent is not on the screen stands at the top level, so that nothing is hidden. */
export function isKnownParent(run: RunView, parent: string): boolean {
  return (
    run.calls.some((call) => call.callId === parent) ||
    run.turns.some((turn) => turn.items.some((item) => item.kind === "tool" && item.id === parent))
  );
}

/** A request that is told again in a later generation is the same one. */
export function reduceRequest(run: RunView, request: HitlRequestEvent): RunView {
  const key = `hitl/${request.request_id}`;
  if (!run.rows.some((row) => row.key === key)) {
    return withRow(run, { kind: "hitl", key, hitl: { request, response: null } });
  }
  return changeHitl(run, key, (hitl) => ({ ...hitl, request }));
}

/** The first answer stands. */
export function reduceResponse(run: RunView, response: HitlResponseEvent): RunView {
  return changeHitl(run, `hitl/${response.request_id}`, (hitl) =>
    hitl.response === null ? { ...hitl, response } : hitl,
  );
}

type HitlRow = Extract<Row, { kind: "hitl" }>;

function changeHitl(
  run: RunView,
  key: string,
  change: (hitl: HitlRow["hitl"]) => HitlRow["hitl"],
): RunView {
  const rows = run.rows.map((row) =>
    row.kind === "hitl" && row.key === key ? { ...row, hitl: change(row.hitl) } : row,
  );
  return { ...run, rows };
}

export function reduceCheckpoint(run: RunView, event: CheckpointEvent): RunView {
  return withLastRow(
    run,
    { kind: "checkpoints", key: `checkpoints/${event.seq}`, entries: [event] },
    (row) => ({ ...row, entries: [...row.entries, event] }),
  );
}

export function reduceProcedureCall(run: RunView, event: ProcedureCallEvent): RunView {
  const index = run.calls.findLastIndex((call) => call.callId === event.call_id);
  const known = run.calls[index];
  const call: ProcedureCallView = {
    callId: event.call_id,
    parent: event.parent ?? known?.parent ?? null,
    order: known?.order ?? nextOrder(run),
    name: event.name || (known?.name ?? ""),
    stage: event.stage,
    inputs: event.inputs ?? known?.inputs ?? null,
    result: event.result,
    error: event.error,
  };
  if (known !== undefined) return { ...run, calls: run.calls.with(index, call) };
  const calls = [...run.calls, call];
  if (call.parent !== null && isKnownParent(run, call.parent)) return { ...run, calls };
  const key = `call/${call.callId}`;
  return withRow({ ...run, calls }, { kind: "procedure", key, callId: call.callId });
}

/** Draws the line between two generations. What the end of the first said stands in it. */
export function beginGeneration(run: RunView, event: ExecutionEvent): RunView {
  const { generation } = event;
  if (generation === null || run.generation === null || generation <= run.generation) return run;
  const resumption = {
    generation,
    at: event.timestamp,
    before: isEnded(run.status) ? run.status : null,
    failure: run.failure,
  };
  const row: Row = { kind: "generation", key: `generation/${generation}`, resumption };
  return { ...withRow(run, row), summary: null };
}
