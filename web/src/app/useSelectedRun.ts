import { useEffect } from "react";
import { isEnded } from "../protocol/view";
import { useRunState, useRunView } from "../state/runStore";
import { figuresOfRun, type RunFigures } from "../state/workspace/runFigures";
import { isActive, useRuns } from "../state/workspace/runsStore";

export type Activity = "idle" | "running" | "stopping";

/** Whether a run goes on, from its own log and, where that is not here yet, from the history. */
export function useRunActivity(runId: string): Activity {
  const listed = useRuns((state) => state.runs.find((run) => run.run_id === runId)?.status);
  const { status, stopping, closed } = useRunState(runId, ({ view, cancel, connection }) => ({
    status: view.status,
    stopping: cancel !== null && cancel.error === null,
    closed: connection.kind === "finished" || connection.kind === "failed",
  }));
  const isListed = listed !== undefined && isActive(listed);
  // A run that only waits goes on without a stream: its answer or its time may come at any moment.
  const isCutOff = closed && !(isListed && status !== "running");
  const ended = isEnded(status) || isCutOff || (listed !== undefined && !isListed);
  const started = status !== "pending" || isListed;
  useEffect(() => {
    if (isEnded(status)) void useRuns.getState().refresh();
  }, [status]);
  if (ended || !started) return "idle";
  return stopping ? "stopping" : "running";
}

/** The live figures of a run. */
export function useRunFigures(runId: string): RunFigures {
  return useRunView(runId, figuresOfRun);
}
