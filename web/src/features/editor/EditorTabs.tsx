import { FileCode2, FileText, X } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef } from "react";
import { type Tab, useTabs } from "../../state/workspace/tabsStore";
import { isLuaFile } from "../../state/workspace/validationStore";
import { cx } from "../../ui/cx";
import styles from "./editor.module.css";
import { closeTab } from "./tabActions";

/** The file's name, with its folder where two open files have the same name. */
export function tabLabel(path: string, all: readonly Tab[]): string {
  const name = path.replace(/^.*\//, "");
  const twin = all.some((tab) => tab.path !== path && tab.path.replace(/^.*\//, "") === name);
  return twin ? path : name;
}

function TabItem({ tab, label, active }: { tab: Tab; label: string; active: boolean }) {
  const element = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (active) element.current?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [active]);
  const Icon = isLuaFile(tab.path) ? FileCode2 : FileText;
  return (
    <li ref={element} className={cx(styles.tab, active && styles.activeTab)}>
      <button
        type="button"
        id={`tab-${tab.path}`}
        aria-current={active ? "page" : undefined}
        tabIndex={active ? 0 : -1}
        className={styles.tabName}
        title={tab.path}
        data-testid={`tab-${tab.path}`}
        onClick={() => void useTabs.getState().open(tab.path)}
        onAuxClick={(event) => event.button === 1 && void closeTab(tab.path)}
      >
        <Icon size={14} />
        {label}
        {tab.dirty && <span className="visually-hidden">, unsaved</span>}
      </button>
      <button
        type="button"
        className={cx(styles.close, tab.dirty && styles.dirty)}
        aria-label={`Close ${label}`}
        tabIndex={active ? 0 : -1}
        onClick={() => void closeTab(tab.path)}
      >
        <X size={13} />
      </button>
    </li>
  );
}

/** The open files. */
export function EditorTabs() {
  const tabs = useTabs((state) => state.tabs);
  const active = useTabs((state) => state.active);
  const press = (event: KeyboardEvent) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const index = tabs.findIndex((tab) => tab.path === active);
    const next = tabs[(index + step + tabs.length) % tabs.length];
    if (step === 0 || !next) return;
    event.preventDefault();
    void useTabs.getState().open(next.path);
    document.getElementById(`tab-${next.path}`)?.focus();
  };
  return (
    // Arrow keys are a shortcut beside Tab and Enter, which work as in any list of buttons.
    <ul className={styles.tabs} aria-label="Open files" onKeyDown={press}>
      {tabs.map((tab) => (
        <TabItem
          key={tab.path}
          tab={tab}
          label={tabLabel(tab.path, tabs)}
          active={tab.path === active}
        />
      ))}
    </ul>
  );
}
