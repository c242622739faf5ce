import { History } from "lucide-react";
import { useEffect } from "react";
import { concernsServer } from "../../state/api";
import { useRuns } from "../../state/workspace/runsStore";
import { Button } from "../../ui/Button";
import { EmptyState } from "../../ui/EmptyState";
import { Notice } from "../../ui/Notice";
import { PanelHeader } from "../../ui/PanelHeader";
import { useNow } from "../../ui/useNow";
import { RunRow, type RunRowProps } from "./RunRow";
import styles from "./runs.module.css";

const REFRESH_RUNNING_MS = 2000;
const REFRESH_IDLE_MS = 10_000;

/** Reads the history now and again, more often while something runs, never while unseen. */
function useFreshRuns(): void {
  const running = useRuns((state) => state.runs.some((run) => run.status === "running"));
  useEffect(() => {
    const refresh = () => {
      if (!document.hidden) void useRuns.getState().refresh();
    };
    refresh();
    const timer = setInterval(refresh, running ? REFRESH_RUNNING_MS : REFRESH_IDLE_MS);
    document.addEventListener("visibilitychange", refresh);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", refresh);
    };
  }, [running]);
}

/** The history of runs across all files. */
export function RunsPanel({ onOpen }: Pick<RunRowProps, "onOpen">) {
  const { runs, loaded, error, nextBefore, selected } = useRuns();
  const anyRunning = runs.some((run) => run.status === "running");
  const now_ms = useNow(anyRunning ? 1000 : 30_000);
  useFreshRuns();
  return (
    <section className={styles.panel} aria-label="Runs">
      <PanelHeader title="Runs" />
      <div className={styles.scroll}>
        {error && !concernsServer(error) && (
          <Notice tone="danger" title={error.message} hint={error.hint} />
        )}
        {loaded && runs.length === 0 && !error && (
          <EmptyState icon={<History size={20} />} title="No runs yet">
            Each run stays here, with its whole transcript.
          </EmptyState>
        )}
        <ul className={styles.list} data-testid="runs-list">
          {runs.map((run) => (
            <RunRow
              key={run.run_id}
              run={run}
              selected={run.run_id === selected}
              now_ms={now_ms}
              onOpen={onOpen}
            />
          ))}
        </ul>
        {nextBefore !== null && (
          <Button
            tone="quiet"
            className={styles.older}
            onClick={() => void useRuns.getState().loadMore()}
          >
            Show older runs
          </Button>
        )}
      </div>
    </section>
  );
}
