import { X } from "lucide-react";
import { jumpToProblem, ProblemsPanel, useProblems } from "../features/problems";
import { useLayout } from "../state/workspace/layoutStore";
import { IconButton } from "../ui/Button";
import { PanelHeader } from "../ui/PanelHeader";
import { toggleBottom } from "./actions";
import styles from "./app.module.css";

/** Problems of the open files. */
export function BottomPanel({ narrow }: { narrow: boolean }) {
  const count = useProblems().length;
  return (
    <section className={styles.bottom} aria-label="Problems">
      <PanelHeader title={count === 0 ? "Problems" : `Problems · ${count}`}>
        {!narrow && (
          <IconButton small label="Hide problems" keys="Mod+J" onClick={toggleBottom}>
            <X size={15} />
          </IconButton>
        )}
      </PanelHeader>
      <div className={styles.bottomBody}>
        <ProblemsPanel
          onJump={(problem) => {
            useLayout.getState().showEditor();
            jumpToProblem(problem);
          }}
        />
      </div>
    </section>
  );
}
