/** The workspace's folders as far as they have been opened, and changes to its files. */
import { create } from "zustand";
import {
  type ApiError,
  asApiError,
  deleteFile,
  getTree,
  renameFile,
  saveFile,
  type TreeEntry,
} from "../api";

export interface FilesState {
  /** Entries by folder path; a folder not read yet is absent. "" is the root. */
  folders: Record<string, TreeEntry[]>;
  expanded: readonly string[];
  error: ApiError | null;
  /** Every file of the workspace that is not ignored, for filter and palette; null until walked. */
  allFiles: TreeEntry[] | null;
  /** Reads the root and every expanded folder again. */
  refresh(): Promise<void>;
  expand(path: string): Promise<void>;
  collapse(path: string): void;
  /** Expands the folders above a file. */
  reveal(path: string): Promise<void>;
  walk(): Promise<void>;
  /** Each rejects with an `ApiError` and refreshes the tree when it succeeds. */
  create(path: string, content: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
}

/** Bounds of a walk; what lies beyond is found by opening its folder. */
const WALK_FOLDERS_MAX = 500;
const WALK_FILES_MAX = 5000;

export function parentOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "" : path.slice(0, slash);
}

export function foldersAbove(path: string): string[] {
  const above: string[] = [];
  for (let folder = parentOf(path); folder !== ""; folder = parentOf(folder)) above.unshift(folder);
  return above;
}

async function walkFiles(): Promise<TreeEntry[]> {
  const files: TreeEntry[] = [];
  const queue = [""];
  for (let read = 0; read < WALK_FOLDERS_MAX && files.length < WALK_FILES_MAX; read++) {
    const folder = queue.shift();
    if (folder === undefined) break;
    const entries = await getTree(folder).catch(() => []);
    for (const entry of entries) {
      if (entry.ignored) continue;
      if (entry.type === "directory") queue.push(entry.path);
      else files.push(entry);
    }
  }
  return files;
}

/** The server's own store is no part of what people work on. */
function isForPeople(entry: TreeEntry): boolean {
  return entry.path !== ".tac";
}

/** Reads folders; one that is gone is left out, which also closes it. */
async function readFolders(paths: readonly string[]): Promise<Record<string, TreeEntry[]>> {
  const read = await Promise.all(
    paths.map(async (path) => {
      try {
        return [path, (await getTree(path)).filter(isForPeople)] as const;
      } catch (thrown) {
        if (path === "" || asApiError(thrown).status !== 404) throw thrown;
        return null;
      }
    }),
  );
  return Object.fromEntries(read.filter((folder) => folder !== null));
}

export const useFiles = create<FilesState>()((set, get) => {
  const changed = async () => {
    await get().refresh();
    if (get().allFiles) void get().walk();
  };
  return {
    folders: {},
    expanded: [],
    error: null,
    allFiles: null,
    refresh: async () => {
      try {
        const folders = await readFolders(["", ...get().expanded]);
        const expanded = get().expanded.filter(
          (path) => path in folders || !(path in get().folders),
        );
        const same = JSON.stringify(folders) === JSON.stringify(get().folders);
        if (!same || get().error) set({ folders, expanded, error: null });
      } catch (thrown) {
        set({ error: asApiError(thrown) });
      }
    },
    expand: async (path) => {
      if (get().expanded.includes(path)) return;
      set(({ expanded }) => ({ expanded: [...expanded, path] }));
      await get().refresh();
    },
    collapse: (path) =>
      set(({ expanded }) => ({ expanded: expanded.filter((folder) => folder !== path) })),
    reveal: async (path) => {
      const missing = foldersAbove(path).filter((folder) => !get().expanded.includes(folder));
      if (missing.length === 0) return;
      set(({ expanded }) => ({ expanded: [...expanded, ...missing] }));
      await get().refresh();
    },
    walk: async () => set({ allFiles: await walkFiles() }),
    create: async (path, content) => {
      await saveFile(path, content);
      await changed();
      await get().reveal(path);
    },
    rename: async (from, to) => {
      await renameFile(from, to);
      await changed();
      await get().reveal(to);
    },
    remove: async (path) => {
      await deleteFile(path);
      await changed();
    },
  };
});
