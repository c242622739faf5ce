import { CircleAlert, FileCode2, FolderClosed, History, MessageSquareText } from "lucide-react";
import { EditorPane } from "../features/editor";
import { FilesPanel } from "../features/files";
import { useProblems } from "../features/problems";
import { RunsPanel } from "../features/runs";
import { type NarrowPane, useLayout } from "../state/workspace/layoutStore";
import { cx } from "../ui/cx";
import { openFile, openRun } from "./actions";
import styles from "./app.module.css";
import { BottomPanel } from "./BottomPanel";
import { TranscriptPane } from "./TranscriptPane";
import { OthersBadge, SelectedBadge } from "./Waiting";

const PANES = [
  { name: "files", label: "Files", Icon: FolderClosed },
  { name: "editor", label: "Editor", Icon: FileCode2 },
  { name: "transcript", label: "Run", Icon: MessageSquareText },
  { name: "runs", label: "Runs", Icon: History },
  { name: "problems", label: "Problems", Icon: CircleAlert },
] as const satisfies readonly { name: NarrowPane; label: string; Icon: unknown }[];

function show(narrowPane: NarrowPane): void {
  useLayout.getState().set({ narrowPane });
}

function Pane({ name }: { name: NarrowPane }) {
  switch (name) {
    case "files":
      return <FilesPanel onOpen={openFile} />;
    case "runs":
      return <RunsPanel onOpen={openRun} />;
    case "editor":
      return <EditorPane onShowFiles={() => show("files")} />;
    case "transcript":
      return <TranscriptPane narrow />;
    case "problems":
      return <BottomPanel narrow />;
  }
}

/** One pane at a time. */
export function NarrowLayout() {
  const pane = useLayout((state) => state.narrowPane);
  return (
    <main className={styles.narrow}>
      <Pane name={pane} />
    </main>
  );
}

/** Chooses the pane, within reach of a thumb. */
export function PaneSwitcher() {
  const pane = useLayout((state) => state.narrowPane);
  const problems = useProblems().length;
  return (
    <nav className={styles.switcher} aria-label="Panes">
      {PANES.map(({ name, label, Icon }) => (
        <button
          key={name}
          type="button"
          className={cx(styles.switch, pane === name && styles.current)}
          aria-current={pane === name ? "page" : undefined}
          data-testid={`pane-switch-${name}`}
          onClick={() => show(name)}
        >
          <span className={styles.switchIcon}>
            <Icon size={19} />
            {name === "transcript" && <SelectedBadge />}
            {name === "runs" && <OthersBadge />}
            {name === "problems" && problems > 0 && (
              <span className={styles.badge}>{problems}</span>
            )}
          </span>
          {label}
        </button>
      ))}
    </nav>
  );
}
