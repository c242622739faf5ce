import { FileWarning, PanelLeft, Save } from "lucide-react";
import { lazy, Suspense, useEffect } from "react";
import { type Tab, useTabs } from "../../state/workspace/tabsStore";
import { Button, IconButton } from "../../ui/Button";
import { EmptyState } from "../../ui/EmptyState";
import { Ticked } from "../../ui/Ticked";
import { DiskNotice } from "./DiskNotice";
import { EditorTabs } from "./EditorTabs";
import styles from "./editor.module.css";
import { saveTab } from "./tabActions";

// CodeMirror is the largest part of the page; the frame stands before it has arrived.
const CodeEditor = lazy(() => import("./CodeEditor").then((m) => ({ default: m.CodeEditor })));

/** Follows the disk: looks at the active file when the window is used again. */
function useDiskCheck(path: string | null): void {
  useEffect(() => {
    if (path === null) return;
    const check = () => {
      if (!document.hidden) void useTabs.getState().checkDisk(path);
    };
    check();
    window.addEventListener("focus", check);
    document.addEventListener("visibilitychange", check);
    return () => {
      window.removeEventListener("focus", check);
      document.removeEventListener("visibilitychange", check);
    };
  }, [path]);
}

/** The browser asks before a page with unsaved text is left. */
function useUnloadGuard(): void {
  const dirty = useTabs((state) => state.tabs.some((tab) => tab.dirty));
  useEffect(() => {
    if (!dirty) return;
    const guard = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", guard);
    return () => window.removeEventListener("beforeunload", guard);
  }, [dirty]);
}

function Unreadable({ tab }: { tab: Tab }) {
  return (
    <EmptyState icon={<FileWarning size={20} />} title="This file cannot be shown">
      <p>{tab.error?.message}</p>
      {tab.error?.hint && (
        <p>
          <Ticked text={tab.error.hint} />
        </p>
      )}
      <Button
        style={{ marginTop: "0.75rem" }}
        onClick={() => void useTabs.getState().open(tab.path)}
      >
        Try again
      </Button>
    </EmptyState>
  );
}

export interface EditorPaneProps {
  /** Shows the files, from the empty state. */
  onShowFiles(): void;
}

/** The open files and the text of one of them. */
export function EditorPane({ onShowFiles }: EditorPaneProps) {
  const tab = useTabs((state) => state.tabs.find((open) => open.path === state.active));
  useDiskCheck(tab?.status === "ready" ? tab.path : null);
  useUnloadGuard();
  if (!tab) {
    return (
      <EmptyState icon={<PanelLeft size={20} />} title="No file is open">
        <p>Choose one among the files.</p>
        <Button style={{ marginTop: "0.75rem" }} onClick={onShowFiles}>
          Show files
        </Button>
      </EmptyState>
    );
  }
  return (
    <section className={styles.pane} aria-label="Editor">
      <div className={styles.bar}>
        <EditorTabs />
        <IconButton
          label="Save"
          keys="Mod+S"
          data-testid="save"
          disabled={!tab.dirty || tab.saving}
          onClick={() => void saveTab(tab.path)}
        >
          <Save size={16} />
        </IconButton>
      </div>
      <DiskNotice tab={tab} />
      <div className={styles.body}>
        {tab.status === "error" && <Unreadable tab={tab} />}
        {tab.status === "ready" && (
          <Suspense fallback={null}>
            <CodeEditor tab={tab} />
          </Suspense>
        )}
      </div>
    </section>
  );
}
