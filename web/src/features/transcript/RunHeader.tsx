import { RotateCw } from "lucide-react";
import { useRunState } from "../../state/runStore";
import { useRuns } from "../../state/workspace/runsStore";
import { Button } from "../../ui/Button";
import { formatElapsed } from "../../ui/format";
import { resume } from "../../ui/resume";
import { StatusIcon } from "../../ui/StatusIcon";
import { tip } from "../../ui/tip";
import { announcement, isResumable, shownStatus, statusText } from "./runStatus";
import styles from "./Transcript.module.css";
import { useElapsed } from "./useElapsed";

/** Which run this is, how it stands, and whether its stream is connected. */
export function RunHeader({ runId }: { runId: string }) {
  const status = useRunState(runId, shownStatus);
  const text = useRunState(runId, statusText);
  const name = useRunState(runId, (state) => state.view.procedureId);
  const connection = useRunState(runId, (state) => state.connection);
  const stage = useRunState(runId, (state) => state.view.stage);
  const spoken = useRunState(runId, announcement);
  return (
    <div className={styles.header}>
      <StatusIcon status={status === "unavailable" ? "failed" : status} />
      <span className={styles.procedure}>{name}</span>
      <span data-testid="run-status" data-status={status} className={styles.status} title={text}>
        {text}
      </span>
      {stage !== null && <span className={styles.stage}>{stage}</span>}
      <span className={styles.connection} data-testid="connection">
        {connection.kind === "retrying" && "Reconnecting…"}
      </span>
      <RunTime runId={runId} />
      <ResumeButton runId={runId} />
      <span role="status" aria-live="polite" className="visually-hidden">
        {spoken}
      </span>
    </div>
  );
}

/** Where a press takes the run up again. */
function ResumeButton({ runId }: { runId: string }) {
  const resumable = useRunState(runId, isResumable);
  const resuming = useRuns((state) => state.resuming === runId);
  if (!resumable && !resuming) return null;
  return (
    <Button
      className={styles.resume}
      icon={<RotateCw size={13} className={resuming ? styles.turning : undefined} />}
      disabled={resuming}
      data-testid="resume"
      {...tip("What was recorded is not executed again")}
      onClick={() => void resume(runId)}
    >
      {resuming ? "Resuming…" : "Resume"}
    </Button>
  );
}

function RunTime({ runId }: { runId: string }) {
  const [startedAt, endedAt] = useRunState(runId, ({ view }) => [view.startedAt, view.endedAt]);
  const elapsedMs = useElapsed(startedAt ?? null, endedAt ?? null);
  return elapsedMs === null ? null : (
    <time className={styles.time}>{formatElapsed(elapsedMs, endedAt === null)}</time>
  );
}
