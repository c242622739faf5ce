import {
  ChevronRight,
  FileCode2,
  FileText,
  FolderClosed,
  FolderOpen,
  MoreHorizontal,
} from "lucide-react";
import { useEffect, useRef } from "react";
import type { TreeEntry } from "../../state/api";
import { isLuaFile } from "../../state/workspace/validationStore";
import { cx } from "../../ui/cx";
import styles from "./files.module.css";
import type { TreeRow } from "./tree";

export function FileIcon({ entry, open }: { entry: TreeEntry; open?: boolean }) {
  if (entry.type === "directory") {
    const Folder = open ? FolderOpen : FolderClosed;
    return <Folder size={15} className={styles.icon} />;
  }
  const isCode = isLuaFile(entry.name);
  const Icon = isCode ? FileCode2 : FileText;
  return <Icon size={15} className={cx(styles.icon, isCode && styles.code)} />;
}

export interface FileRowProps {
  row: TreeRow;
  active: boolean;
  /** The row that Tab reaches. */
  current: boolean;
  /** Takes the keyboard focus when it becomes current. */
  grabFocus: boolean;
  dirty: boolean;
  onPress(): void;
  onMenu(button: HTMLElement): void;
}

export function FileRow({ row, active, current, grabFocus, dirty, onPress, onMenu }: FileRowProps) {
  const { entry, level, expanded, position, siblings } = row;
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (current && grabFocus) element.current?.focus();
  }, [current, grabFocus]);
  return (
    // The tree itself handles the keys, as the tree pattern has it.
    // biome-ignore lint/a11y/useKeyWithClickEvents: see above
    <div
      ref={element}
      role="treeitem"
      aria-level={level}
      aria-posinset={position}
      aria-setsize={siblings}
      aria-selected={active}
      aria-expanded={entry.type === "directory" ? expanded : undefined}
      tabIndex={current ? 0 : -1}
      className={cx(styles.row, active && styles.active, entry.ignored && styles.ignored)}
      style={{ paddingInlineStart: `calc(${(level - 1) * 0.875}rem + var(--space-3))` }}
      data-testid={`file-${entry.name}`}
      data-path={entry.path}
      title={entry.ignored ? `${entry.path} (ignored)` : entry.path}
      onClick={onPress}
    >
      <ChevronRight
        size={13}
        className={cx(styles.chevron, expanded && styles.open)}
        visibility={entry.type === "directory" ? "visible" : "hidden"}
      />
      <FileIcon entry={entry} open={expanded} />
      <span className={styles.name}>{entry.name}</span>
      {dirty && <span className={styles.dirty} title="Unsaved changes" />}
      <button
        type="button"
        className={styles.more}
        aria-label={`Actions on ${entry.name}`}
        aria-haspopup="menu"
        tabIndex={-1}
        onClick={(event) => {
          event.stopPropagation();
          onMenu(event.currentTarget);
        }}
      >
        <MoreHorizontal size={15} />
      </button>
    </div>
  );
}
