import { FilePlus2, Pencil, Trash2 } from "lucide-react";
import { type KeyboardEvent, type MouseEvent, useMemo, useState } from "react";
import { parentOf, useFiles } from "../../state/workspace/filesStore";
import { useTabs } from "../../state/workspace/tabsStore";
import { type MenuItem, openMenu } from "../../ui/menu";
import { FileRow } from "./FileRow";
import { createFile, removeFile, renamePath } from "./fileActions";
import styles from "./files.module.css";
import { flattenTree, type TreeAction, type TreeRow, treeKey } from "./tree";

function menuFor(row: TreeRow): MenuItem[] {
  const { path, type } = row.entry;
  const folder = type === "directory" ? path : parentOf(path);
  const items: MenuItem[] = [
    {
      id: "new",
      label: "New file…",
      icon: <FilePlus2 size={14} />,
      onSelect: () => void createFile(folder),
    },
    {
      id: "rename",
      label: "Rename…",
      icon: <Pencil size={14} />,
      keys: "F2",
      onSelect: () => void renamePath(path),
    },
  ];
  if (type === "file") {
    items.push({
      id: "delete",
      label: "Delete…",
      icon: <Trash2 size={14} />,
      danger: true,
      separated: true,
      onSelect: () => void removeFile(path),
    });
  }
  return items;
}

export interface FileTreeProps {
  onOpen(path: string): void;
}

/** The workspace's folders and files. */
export function FileTree({ onOpen }: FileTreeProps) {
  const folders = useFiles((state) => state.folders);
  const expanded = useFiles((state) => state.expanded);
  const active = useTabs((state) => state.active);
  const tabs = useTabs((state) => state.tabs);
  const [focused, setFocused] = useState<string | null>(null);
  const [byKey, setByKey] = useState(false);
  const rows = useMemo(() => flattenTree(folders, expanded), [folders, expanded]);
  const dirty = useMemo(
    () => new Set(tabs.filter((tab) => tab.dirty).map((tab) => tab.path)),
    [tabs],
  );
  const has = (path: string | null) => rows.some((row) => row.entry.path === path);
  const current = has(focused) ? focused : has(active) ? active : rows[0]?.entry.path;

  const perform = (action: TreeAction) => {
    setFocused(action.path);
    switch (action.kind) {
      case "focus":
        return;
      case "expand":
        return void useFiles.getState().expand(action.path);
      case "collapse":
        return useFiles.getState().collapse(action.path);
      case "open":
        return onOpen(action.path);
      case "rename":
        return void renamePath(action.path);
      case "remove":
        return void removeFile(action.path);
    }
  };
  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const action = treeKey(event.key, rows, current ?? null);
    if (!action) return;
    event.preventDefault();
    setByKey(true);
    perform(action);
  };
  const contextMenu = (event: MouseEvent) => {
    const element = event.target instanceof Element ? event.target.closest("[data-path]") : null;
    const row = rows.find((one) => one.entry.path === element?.getAttribute("data-path"));
    if (!row) return;
    event.preventDefault();
    setFocused(row.entry.path);
    // The keyboard's menu key gives no place of its own.
    const { x, y } = element?.getBoundingClientRect() ?? { x: 0, y: 0 };
    const byPointer = event.clientX > 0 || event.clientY > 0;
    openMenu(
      menuFor(row),
      byPointer ? { x: event.clientX, y: event.clientY } : { x: x + 32, y: y + 24 },
    );
  };
  const click = ({ entry, expanded: isOpen }: TreeRow) => {
    setByKey(false);
    if (entry.type === "file") perform({ kind: "open", path: entry.path });
    else perform({ kind: isOpen ? "collapse" : "expand", path: entry.path });
  };

  return (
    <div
      role="tree"
      aria-label="Files"
      className={styles.tree}
      data-testid="file-tree"
      onKeyDown={press}
      onContextMenu={contextMenu}
    >
      {rows.map((row) => (
        <FileRow
          key={row.entry.path}
          row={row}
          active={row.entry.path === active}
          current={row.entry.path === current}
          grabFocus={byKey}
          dirty={dirty.has(row.entry.path)}
          onPress={() => click(row)}
          onMenu={(button) => openMenu(menuFor(row), button)}
        />
      ))}
    </div>
  );
}
