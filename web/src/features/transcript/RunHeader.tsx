import { useRunState } from "../../state/runStore";
import { formatElapsed } from "../../ui/format";
import { StatusIcon } from "../../ui/StatusIcon";
import { announcement, shownStatus, statusText } from "./runStatus";
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
      <span data-testid="run-status" data-status={status} className={styles.status}>
        {text}
      </span>
      {stage !== null && <span className={styles.stage}>{stage}</span>}
      <span className={styles.connection} data-testid="connection">
        {connection.kind === "retrying" && "Reconnecting…"}
      </span>
      <RunTime runId={runId} />
      <span role="status" aria-live="polite" className="visually-hidden">
        {spoken}
      </span>
    </div>
  );
}

function RunTime({ runId }: { runId: string }) {
  const [startedAt, endedAt] = useRunState(runId, ({ view }) => [view.startedAt, view.endedAt]);
  const elapsedMs = useElapsed(startedAt ?? null, endedAt ?? null);
  return elapsedMs === null ? null : (
    <time className={styles.time}>{formatElapsed(elapsedMs, endedAt === null)}</time>
  );
}
