/** How a run stands, in words. Pure. */
import { isObject, type JsonObject } from "../../protocol/json";
import { isEnded, openRequests, type RunStatus } from "../../protocol/view";
import type { CancelProgress, RunState } from "../../state/runSession";
import { formatClock, formatDuration } from "../../ui/format";

/** `unavailable`: the server refuses to show the run. */
export type ShownStatus = RunStatus | "interrupted" | "unavailable";

/**
 * A log that is over without its end belongs to a run that was cut off, unless the run was only
 * waiting: then nothing is lost, and an answer or the time takes it up again.
 */
export function shownStatus({ view, connection }: RunState): ShownStatus {
  if (connection.kind === "failed" && !isEnded(view.status)) return "unavailable";
  const isCutOff = connection.kind === "finished" && view.status === "running";
  if (!isCutOff) return view.status;
  return openRequests(view).length > 0 ? "waiting_for_human" : "interrupted";
}

const words: Readonly<Record<ShownStatus, string>> = {
  pending: "Starting",
  running: "Running",
  waiting_for_human: "Waiting for your answer",
  sleeping: "Sleeping",
  completed: "Completed",
  failed: "Failed",
  cancelled: "Stopped",
  interrupted: "Interrupted",
  unavailable: "Not available",
};

/** For example "Running", or "Stopping… → upstream closed (41 ms) → stopped". */
export function statusText(state: RunState): string {
  const status = shownStatus(state);
  // The log's own times are complete; the answers to this tab's request may have come before the end.
  const cancel = cancelOf(state.view.details) ?? state.cancel;
  if (cancel?.error != null) return `${words[status]}, could not be stopped: ${cancel.error}`;
  if (cancel === null || isOver(status)) return plainText(state, status);
  const steps = ["Stopping…"];
  if (cancel.upstreamClosed !== null) {
    steps.push(`upstream closed (${closingTime(cancel.requested, cancel.upstreamClosed)})`);
  }
  if (status === "cancelled") steps.push("stopped");
  return steps.length === 2 && status === "cancelled" ? "Stopped" : steps.join(" → ");
}

function plainText({ view }: RunState, status: ShownStatus): string {
  if (status !== "sleeping" || view.wakeAt === null) return words[status];
  return `Sleeping until ${formatClock(view.wakeAt, Date.now())}`;
}

/** True where a press of a button can take the run up again. */
export function isResumable(state: RunState): boolean {
  const status = shownStatus(state);
  if (status === "interrupted" || status === "failed" || status === "cancelled") return true;
  const isWaiting = status === "waiting_for_human" || status === "sleeping";
  return isWaiting && state.connection.kind === "finished";
}

/** What the end of a cancelled run tells about its stopping; null if nothing. */
function cancelOf(details: JsonObject): CancelProgress | null {
  const source = isObject(details["cancel"]) ? details["cancel"] : details;
  const time = (key: string) => {
    const value = source[key];
    return typeof value === "string" ? value : null;
  };
  const requested = time("requested");
  if (requested === null) return null;
  return {
    requested,
    upstreamClosed: time("upstream_closed"),
    settled: time("settled"),
    error: null,
  };
}

function closingTime(from: string, to: string): string {
  const ms = Date.parse(to) - Date.parse(from);
  return formatDuration(Number.isNaN(ms) ? 0 : ms);
}

/** What a screen reader is told: the start and the end of a turn and of the run, nothing between. */
export function announcement({ view }: RunState): string {
  if (isEnded(view.status)) return `Run ${words[view.status].toLowerCase()}`;
  const request = openRequests(view).at(-1);
  if (request !== undefined) return `Answer needed: ${request.message}`;
  const turn = view.turns.at(-1);
  if (turn === undefined) return "";
  const verbs = {
    started: "started",
    completed: "finished",
    failed: "failed",
    cancelled: "stopped",
  };
  return `${turn.agentName} ${verbs[turn.stage]}`;
}

/** Ended in another way than by being stopped. */
function isOver(status: ShownStatus): boolean {
  return ["completed", "failed", "interrupted", "unavailable"].includes(status);
}
