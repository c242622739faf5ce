import { useEffect, useRef, useState } from "react";
import { type Tab, useTabs } from "../../state/workspace/tabsStore";
import { isProcedureFile, useValidation } from "../../state/workspace/validationStore";
import styles from "./editor.module.css";
import { EditorHost, retainSessions } from "./sessions";

const NO_PROBLEMS = [] as const;

/** The text of the active tab. The view itself is CodeMirror's; React only hands it what to show. */
export function CodeEditor({ tab }: { tab: Tab }) {
  const parent = useRef<HTMLDivElement>(null);
  const [host, setHost] = useState<EditorHost | null>(null);
  const tabs = useTabs((state) => state.tabs);
  const jump = useTabs((state) => state.jump);
  const problems = useValidation((state) => state.problems[tab.path] ?? NO_PROBLEMS);

  useEffect(() => {
    if (!parent.current) return;
    const created = new EditorHost(parent.current);
    setHost(created);
    return () => created.destroy();
  }, []);

  useEffect(() => {
    retainSessions(new Set(tabs.map((open) => open.path)));
    host?.show(tab);
  }, [host, tab, tabs]);

  useEffect(() => {
    if (isProcedureFile(tab.path)) useValidation.getState().schedule(tab.path, tab.doc);
  }, [tab.path, tab.doc]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: marks belong to the tab that is shown
  useEffect(
    // What was found in a module is listed, but is no line of this text.
    () => host?.mark(problems.filter((problem) => problem.path === tab.path)),
    [host, problems, tab.path],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: a jump waits for its tab to be shown
  useEffect(() => {
    if (jump) host?.jump(jump);
  }, [host, jump, tab.path]);

  return <div ref={parent} className={styles.code} data-testid="editor" />;
}
