import { Columns2, Maximize2, Minimize2, Play } from "lucide-react";
import { Suspense } from "react";
import { ProcedurePanel, StartFailureNotice } from "../features/procedure";
import { useLayout } from "../state/workspace/layoutStore";
import { useRuns } from "../state/workspace/runsStore";
import { useTabs } from "../state/workspace/tabsStore";
import { Boundary } from "../ui/Boundary";
import { IconButton } from "../ui/Button";
import { EmptyState } from "../ui/EmptyState";
import { Keys } from "../ui/Keys";
import { jumpTo, toggleEditor, toggleTranscriptAlone } from "./actions";
import styles from "./app.module.css";
import { Transcript } from "./later";

function PaneButtons() {
  const alone = useLayout((state) => state.transcriptAlone);
  const editorOpen = useLayout((state) => state.editorOpen);
  return (
    <>
      {!alone && (
        <IconButton
          small
          label={editorOpen ? "Hide the editor" : "Show the editor"}
          onClick={toggleEditor}
        >
          <Columns2 size={15} />
        </IconButton>
      )}
      <IconButton
        small
        label={alone ? "Back to all panes" : "Transcript alone"}
        data-testid="transcript-alone"
        onClick={toggleTranscriptAlone}
      >
        {alone ? <Minimize2 size={15} /> : <Maximize2 size={15} />}
      </IconButton>
    </>
  );
}

function NoRun() {
  return (
    <EmptyState icon={<Play size={19} />} title="Run it, and watch it think">
      The transcript of a run appears here: what agents say, the tools they call, what it costs.
      <br />
      <Keys keys="Mod+Enter" />
    </EmptyState>
  );
}

/** The active file's form, and the transcript of the run on screen. */
export function TranscriptPane({ narrow }: { narrow: boolean }) {
  const runId = useRuns((state) => state.selected);
  const active = useTabs((state) => state.active);
  const ready = useTabs((state) =>
    state.tabs.some((t) => t.path === active && t.status === "ready"),
  );
  const buttons = narrow ? null : <PaneButtons />;
  const plainBar = (
    <div className={styles.paneBar}>
      <h2 className={styles.paneTitle}>Transcript</h2>
      {buttons}
    </div>
  );
  return (
    <section className={styles.transcriptPane} aria-label="Run">
      {active !== null && ready ? (
        <ProcedurePanel path={active} onJump={jumpTo} actions={buttons} fallback={plainBar} />
      ) : (
        plainBar
      )}
      <StartFailureNotice onJump={jumpTo} />
      <div className={styles.transcript} data-pane="transcript" data-testid="transcript-pane">
        {runId === null ? (
          <NoRun />
        ) : (
          <Boundary key={runId} name="The transcript">
            <Suspense fallback={null}>
              <Transcript runId={runId} onJump={jumpTo} />
            </Suspense>
          </Boundary>
        )}
      </div>
    </section>
  );
}
