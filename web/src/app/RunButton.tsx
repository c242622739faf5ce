import { LoaderCircle, Play, Square } from "lucide-react";
import { useRuns } from "../state/workspace/runsStore";
import { useTabs } from "../state/workspace/tabsStore";
import { isProcedureFile } from "../state/workspace/validationStore";
import { Button } from "../ui/Button";
import { tip } from "../ui/tip";
import { runActive, stopSelected } from "./actions";
import styles from "./app.module.css";
import { type Activity, useRunActivity } from "./useSelectedRun";

function StopButton({ stopping }: { stopping: boolean }) {
  return (
    <Button
      tone="danger"
      className={styles.run}
      icon={<Square size={12} fill="currentColor" />}
      disabled={stopping}
      data-testid="stop"
      {...tip("Stop the run", "Mod+.")}
      onClick={stopSelected}
    >
      {stopping ? "Stopping…" : "Stop"}
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
  return activity === "idle" ? <StartButton /> : <StopButton stopping={activity === "stopping"} />;
}

/** Run, or Stop while the run on screen goes on. */
export function RunButton() {
  const runId = useRuns((state) => state.selected);
  return runId === null ? <StartButton /> : <WithRun key={runId} runId={runId} />;
}
