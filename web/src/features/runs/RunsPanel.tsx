import { History } from "lucide-react";
import { useEffect } from "react";
import { concernsServer, type RunStatus, runStatuses } from "../../state/api";
import { tabEvents } from "../../state/events/tabEvents";
import { isActive, useRuns } from "../../state/workspace/runsStore";
import { Button } from "../../ui/Button";
import { EmptyState } from "../../ui/EmptyState";
import { Notice } from "../../ui/Notice";
import { PanelHeader } from "../../ui/PanelHeader";
import { useNow } from "../../ui/useNow";
import { RunRow, type RunRowProps } from "./RunRow";
import styles from "./runs.module.css";

/** Reads the history once, and takes over what the server tells of runs from then on. */
export function useFreshRuns(): void {
  useEffect(() => {
    const { note, refresh } = useRuns.getState();
    const stop = tabEvents().onActivity(note);
    void refresh();
    return stop;
  }, []);
}

const words: Readonly<Record<RunStatus, string>> = {
  running: "Running",
  waiting_for_human: "Waiting for an answer",
  sleeping: "Sleeping",
  interrupted: "Interrupted",
  completed: "Completed",
  failed: "Failed",
  cancelled: "Stopped",
};

function Filter() {
  const filter = useRuns((state) => state.filter);
  return (
    <select
      className={styles.filter}
      aria-label="Which runs to show"
      data-testid="runs-filter"
      data-on={filter ?? undefined}
      value={filter ?? ""}
      onChange={({ target }) => {
        const chosen = runStatuses.find((status) => status === target.value);
        void useRuns.getState().setFilter(chosen ?? null);
      }}
    >
      <option value="">All</option>
      {runStatuses.map((status) => (
        <option key={status} value={status}>
          {words[status]}
        </option>
      ))}
    </select>
  );
}

/** The history of runs across all files. */
export function RunsPanel({ onOpen }: Pick<RunRowProps, "onOpen">) {
  const { runs, loaded, error, nextBefore, selected, filter } = useRuns();
  const anyRunning = runs.some((run) => isActive(run.status));
  const now_ms = useNow(anyRunning ? 1000 : 30_000);
  const shown = filter === null ? runs : runs.filter((run) => run.status === filter);
  return (
    <section className={styles.panel} aria-label="Runs">
      <PanelHeader title="Runs">{(runs.length > 0 || filter !== null) && <Filter />}</PanelHeader>
      <div className={styles.scroll}>
        {error && !concernsServer(error) && (
          <Notice tone="danger" title={error.message} hint={error.hint} />
        )}
        {loaded && runs.length === 0 && !error && (
          <EmptyState icon={<History size={20} />} title="No runs yet">
            Each run stays here, with its whole transcript.
          </EmptyState>
        )}
        {runs.length > 0 && shown.length === 0 && (
          <EmptyState title="No such run">
            None of the runs read so far is {filter && words[filter].toLowerCase()}.
          </EmptyState>
        )}
        <ul className={styles.list} data-testid="runs-list">
          {shown.map((run) => (
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
