import { LoaderCircle, Play, Square } from "lucide-react";
import { useRuns } from "../state/workspace/runsStore";
import { useTabs } from "../state/workspace/tabsStore";
import { isProcedureFile } from "../state/workspace/validationStore";
import { Button } from "../ui/Button";
import { tip } from "../ui/tip";
import { runActive, stopSelected } from "./actions";
import styles from "./app.module.css";
import { type Activity, useRunActivity } from "./useSelectedRun";

interface StopButtonProps {
  readonly stopping: boolean;
  /** Run stands beside it: where there is little room, the icon has to do. */
  readonly beside?: boolean;
}

function StopButton({ stopping, beside = false }: StopButtonProps) {
  return (
    <Button
      tone="danger"
      className={beside ? styles.beside : styles.run}
      icon={<Square size={12} fill="currentColor" />}
      disabled={stopping}
      data-testid="stop"
      {...tip("Stop the run", "Mod+.")}
      onClick={stopSelected}
    >
      <span>{stopping ? "Stopping…" : "Stop"}</span>
    </Button>
  );
}

function StartButton() {
  const runnable = useTabs((state) => state.active !== null && isProcedureFile(state.active));
  const starting = useRuns((state) => state.starting);
  const icon = starting ? (
    <LoaderCircle size={14} className={styles.spin} />
  ) : (
    <Play size={13} fill="currentColor" />
  );
  return (
    <Button
      tone="solid"
      className={styles.run}
      icon={icon}
      disabled={!runnable || starting}
      data-testid="run"
      {...tip("Run this file", "Mod+Enter")}
      onClick={runActive}
    >
      Run
    </Button>
  );
}

function WithRun({ runId }: { runId: string }) {
  const activity: Activity = useRunActivity(runId);
  const path = useRuns((state) => state.runs.find((run) => run.run_id === runId)?.path ?? null);
  const active = useTabs((state) => state.active);
  if (activity === "idle") return <StartButton />;
  const stopping = activity === "stopping";
  if (path === null || path === active) return <StopButton stopping={stopping} />;
  // What goes on is another file's run: this one can be run beside it.
  return (
    <>
      <StopButton stopping={stopping} beside />
      <StartButton />
    </>
  );
}

/** Run, or Stop while the run on screen goes on; both where that run is of another file. */
export function RunButton() {
  const runId = useRuns((state) => state.selected);
  return runId === null ? <StartButton /> : <WithRun key={runId} runId={runId} />;
}
