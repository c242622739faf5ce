/** The file tree as the rows one sees, and what each key does on them. No React, no DOM. */
import type { TreeEntry } from "../../state/api";

export interface TreeRow {
  entry: TreeEntry;
  /** 1 for the entries of the workspace itself. */
  level: number;
  expanded: boolean;
  /** Position among its siblings, from 1, and how many they are. */
  position: number;
  siblings: number;
}

/** The visible rows from top to bottom. A folder that is open but not read yet has no children. */
export function flattenTree(
  folders: Readonly<Record<string, readonly TreeEntry[]>>,
  expanded: readonly string[],
): TreeRow[] {
  const open = new Set(expanded);
  const rows: TreeRow[] = [];
  const add = (folder: string, level: number) => {
    const entries = folders[folder] ?? [];
    entries.forEach((entry, index) => {
      const isOpen = entry.type === "directory" && open.has(entry.path);
      rows.push({
        entry,
        level,
        expanded: isOpen,
        position: index + 1,
        siblings: entries.length,
      });
      if (isOpen) add(entry.path, level + 1);
    });
  };
  add("", 1);
  return rows;
}

/** Files whose path has the letters of `query` in order, best first: in the name, then early. */
export function filterFiles(files: readonly TreeEntry[], query: string): TreeEntry[] {
  const wanted = query.toLowerCase().replaceAll(/\s+/g, "");
  if (wanted === "") return [...files];
  return files
    .map((entry) => ({ entry, score: matchScore(entry, wanted) }))
    .filter((match) => match.score > 0)
    .sort((a, b) => b.score - a.score || a.entry.path.localeCompare(b.entry.path))
    .map((match) => match.entry);
}

function matchScore(entry: TreeEntry, wanted: string): number {
  const name = entry.name.toLowerCase();
  if (name.startsWith(wanted)) return 4;
  if (name.includes(wanted)) return 3;
  const path = entry.path.toLowerCase();
  if (path.includes(wanted)) return 2;
  return isSubsequence(wanted, path) ? 1 : 0;
}

function isSubsequence(wanted: string, text: string): boolean {
  let from = 0;
  for (const letter of wanted) {
    const found = text.indexOf(letter, from);
    if (found < 0) return false;
    from = found + 1;
  }
  return true;
}

export type TreeAction =
  | { kind: "focus"; path: string }
  | { kind: "expand"; path: string }
  | { kind: "collapse"; path: string }
  | { kind: "open"; path: string }
  | { kind: "rename"; path: string }
  | { kind: "remove"; path: string };

/**
 * What a key means in a tree (WAI-ARIA tree pattern), given the focused path. Null: nothing, and the
 * key keeps its usual meaning.
 */
export function treeKey(
  key: string,
  rows: readonly TreeRow[],
  focused: string | null,
): TreeAction | null {
  const index = rows.findIndex((row) => row.entry.path === focused);
  const row = rows[index];
  if (!row) return rows[0] ? { kind: "focus", path: rows[0].entry.path } : null;
  const { path, type } = row.entry;
  const focus = (target: TreeRow | undefined): TreeAction | null =>
    target ? { kind: "focus", path: target.entry.path } : null;
  switch (key) {
    case "ArrowDown":
      return focus(rows[index + 1]);
    case "ArrowUp":
      return focus(rows[index - 1]);
    case "Home":
      return focus(rows[0]);
    case "End":
      return focus(rows.at(-1));
    case "ArrowRight":
      if (type !== "directory") return null;
      if (!row.expanded) return { kind: "expand", path };
      return rows[index + 1]?.level === row.level + 1 ? focus(rows[index + 1]) : null;
    case "ArrowLeft":
      if (row.expanded) return { kind: "collapse", path };
      return focus(rows.slice(0, index).findLast((above) => above.level < row.level));
    case "Enter":
    case " ":
      if (type === "file") return { kind: "open", path };
      return { kind: row.expanded ? "collapse" : "expand", path };
    case "F2":
      return { kind: "rename", path };
    case "Delete":
      return type === "file" ? { kind: "remove", path } : null;
    default:
      return key.length === 1 ? typeahead(key, rows, index) : null;
  }
}

/** The next row whose name begins with a letter. */
function typeahead(letter: string, rows: readonly TreeRow[], index: number): TreeAction | null {
  const wanted = letter.toLowerCase();
  const found = [...rows.slice(index + 1), ...rows.slice(0, index + 1)].find((row) =>
    row.entry.name.toLowerCase().startsWith(wanted),
  );
  return found ? { kind: "focus", path: found.entry.path } : null;
}
