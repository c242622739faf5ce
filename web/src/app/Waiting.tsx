/** Where the frame tells that requests wait for an answer: the tab's title, and badges. */
import { useEffect } from "react";
import { openRequests } from "../protocol/view";
import type { RunSummary } from "../state/api";
import { useRunView } from "../state/runStore";
import { needsAnswer, useRuns } from "../state/workspace/runsStore";
import { useWorkspace } from "../state/workspace/workspaceStore";
import { toast } from "../ui/toasts";
import { useHidden } from "../ui/useHidden";
import styles from "./app.module.css";

/** For example "(2) project · Tactus" while two requests wait for an answer. */
export function titleOf(waiting: number, workspace: string | undefined): string {
  const name = workspace === undefined ? "Tactus" : `${workspace} · Tactus`;
  return waiting === 0 ? name : `(${waiting}) ${name}`;
}

function useWaitingInOthers(): number {
  return useRuns(({ runs, selected }) =>
    runs
      .filter((run) => needsAnswer(run) && run.run_id !== selected)
      .reduce((sum, run) => sum + Math.max(1, run.pending_count ?? 1), 0),
  );
}

function Title({ waiting }: { waiting: number }) {
  const others = useWaitingInOthers();
  const workspace = useWorkspace((state) => state.info?.name);
  useEffect(() => {
    document.title = titleOf(waiting + others, workspace);
  }, [waiting, others, workspace]);
  return null;
}

/** A hidden page does not follow its run's log; then the list of runs knows. */
function TitleWithRun({ runId }: { runId: string }) {
  const hidden = useHidden();
  const asked = useRunView(runId, (view) => openRequests(view).length);
  const listed = useRuns(({ runs }) => runs.find((run) => run.run_id === runId));
  const waiting =
    hidden && listed ? (needsAnswer(listed) ? (listed.pending_count ?? 1) : 0) : asked;
  return <Title waiting={waiting} />;
}

/** The runs that began to need an answer between two looks at the list, but the one on screen. */
export function newlyAsking(
  before: readonly RunSummary[],
  now: readonly RunSummary[],
  selected: string | null,
): RunSummary[] {
  const known = new Set(before.filter(needsAnswer).map((run) => run.run_id));
  return now.filter((run) => needsAnswer(run) && !known.has(run.run_id) && run.run_id !== selected);
}

/** Tells when a run that is not on screen begins to need an answer. */
function useToldOfOthers(): void {
  useEffect(
    () =>
      useRuns.subscribe((state, before) => {
        if (!before.loaded || state.runs === before.runs) return;
        for (const run of newlyAsking(before.runs, state.runs, state.selected)) {
          toast("info", `${run.procedure_id} needs an answer.`, "It stands on top of the runs.");
        }
      }),
    [],
  );
}

/** Keeps the title of the browser's tab. The run on screen counts as its own log tells it. */
export function DocumentTitle() {
  const runId = useRuns((state) => state.selected);
  useToldOfOthers();
  return runId === null ? <Title waiting={0} /> : <TitleWithRun key={runId} runId={runId} />;
}

function Badge({ count }: { count: number }) {
  if (count === 0) return null;
  return (
    <span className={styles.badge} data-kind="waiting">
      {count}
      <span className="visually-hidden">
        {count === 1 ? " request waits" : " requests wait"} for an answer
      </span>
    </span>
  );
}

/** On the way to the other runs. */
export function OthersBadge() {
  return <Badge count={useWaitingInOthers()} />;
}

function OwnBadge({ runId }: { runId: string }) {
  return <Badge count={useRunView(runId, (view) => openRequests(view).length)} />;
}

/** On the way to the run on screen. */
export function SelectedBadge() {
  const runId = useRuns((state) => state.selected);
  return runId === null ? null : <OwnBadge key={runId} runId={runId} />;
}
