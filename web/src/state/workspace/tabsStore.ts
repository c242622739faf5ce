/**
 * The open files: text, what of it is saved, and conflicts with the disk. The text is CodeMirror's
 * immutable `Text`, so that a keystroke costs no copy of the document.
 */
import { Text } from "@codemirror/state";
import { create } from "zustand";
import { type ApiError, asApiError, type FileBody, getFile, saveFile } from "../api";
import { asRecord, asStrings, loadSetting, saveSetting } from "./persisted";
import { workspaceKey } from "./workspaceStore";

export interface Tab {
  path: string;
  /** `error`: the file could not be read, see `error`. */
  status: "loading" | "ready" | "error";
  doc: Text;
  /** The text that `etag` stands for. */
  saved: Text;
  etag: string | null;
  /** How the file on disk ends its lines. */
  lineEnd: "\n" | "\r\n";
  dirty: boolean;
  saving: boolean;
  error: ApiError | null;
  /** The file on disk is not the one that was opened; a null `currentEtag`: it is gone. */
  conflict: { currentEtag: string | null } | null;
  /** Grows when the text was replaced from outside the editor, which then takes it over. */
  revision: number;
}

/** A place to bring into view; `id` tells two jumps to the same place apart. */
export interface Jump {
  path: string;
  line: number;
  column: number;
  id: number;
}

export type SaveOutcome = "saved" | "conflict" | "failed";

export interface TabsState {
  tabs: readonly Tab[];
  active: string | null;
  jump: Jump | null;
  /** Opens a file, or brings its tab forward. */
  open(path: string): Promise<void>;
  /** Brings back the tabs of an earlier visit; each is read when it is first shown. */
  restore(paths: readonly string[]): void;
  /** Closes without asking; the caller has asked about unsaved text. */
  close(path: string): void;
  edit(path: string, doc: Text): void;
  save(path: string): Promise<SaveOutcome>;
  /** `mine` overwrites the disk, `theirs` takes over what is there (undo brings mine back). */
  resolve(path: string, choice: "mine" | "theirs"): Promise<void>;
  /** Looks whether the file changed on disk: an unchanged tab follows it, a dirty one is warned. */
  checkDisk(path: string): Promise<void>;
  jumpTo(path: string, line: number, column?: number): Promise<void>;
  renamed(from: string, to: string): void;
}

function toText(content: string): Text {
  return Text.of(content.split(/\r\n?|\n/));
}

function emptyTab(path: string): Tab {
  return {
    path,
    status: "loading",
    doc: Text.empty,
    saved: Text.empty,
    etag: null,
    lineEnd: "\n",
    dirty: false,
    saving: false,
    error: null,
    conflict: null,
    revision: 0,
  };
}

function withDisk(tab: Tab, file: FileBody): Tab {
  const doc = toText(file.content);
  return {
    ...tab,
    status: "ready",
    doc,
    saved: doc,
    etag: file.etag,
    lineEnd: file.content.includes("\r\n") ? "\r\n" : "\n",
    dirty: false,
    error: null,
    conflict: null,
    revision: tab.revision + 1,
  };
}

/** The tab to show after `path` has closed: its right neighbour, else its left one. */
export function neighbourOf(tabs: readonly Tab[], path: string): string | null {
  const index = tabs.findIndex((tab) => tab.path === path);
  return (tabs[index + 1] ?? tabs[index - 1])?.path ?? null;
}

/** The path after a rename of `from`, which may be a folder above it. */
function movedPath(path: string, from: string, to: string): string {
  if (path === from) return to;
  return path.startsWith(`${from}/`) ? to + path.slice(from.length) : path;
}

export const useTabs = create<TabsState>()((set, get) => {
  const find = (path: string) => get().tabs.find((tab) => tab.path === path);
  const change = (path: string, update: (tab: Tab) => Tab) =>
    set(({ tabs }) => ({ tabs: tabs.map((tab) => (tab.path === path ? update(tab) : tab)) }));

  const load = async (path: string) => {
    try {
      const file = await getFile(path);
      change(path, (tab) => withDisk(tab, file));
    } catch (thrown) {
      change(path, (tab) => ({ ...tab, status: "error", error: asApiError(thrown) }));
    }
  };

  const write = async (path: string, etag: string | null): Promise<SaveOutcome> => {
    const tab = find(path);
    if (tab?.status !== "ready" || tab.saving) return "failed";
    const { doc, lineEnd } = tab;
    change(path, (current) => ({ ...current, saving: true, error: null }));
    try {
      const saved = await saveFile(
        path,
        doc.sliceString(0, doc.length, lineEnd),
        etag ?? undefined,
      );
      change(path, (current) => ({
        ...current,
        saving: false,
        saved: doc,
        etag: saved.etag,
        dirty: !current.doc.eq(doc),
        conflict: null,
      }));
      return "saved";
    } catch (thrown) {
      const error = asApiError(thrown);
      const conflicting = error.status === 409 || error.status === 404;
      change(path, (current) => ({
        ...current,
        saving: false,
        error: conflicting ? null : error,
        conflict: conflicting ? { currentEtag: error.currentEtag ?? null } : null,
      }));
      return conflicting ? "conflict" : "failed";
    }
  };

  return {
    tabs: [],
    active: null,
    jump: null,
    open: async (path) => {
      const tab = find(path);
      set({ active: path, ...(tab ? {} : { tabs: [...get().tabs, emptyTab(path)] }) });
      if (tab?.status !== "ready") await load(path);
    },
    restore: (paths) => {
      const known = new Set(get().tabs.map((tab) => tab.path));
      const missing = paths.filter((path) => !known.has(path));
      set(({ tabs }) => ({ tabs: [...tabs, ...missing.map(emptyTab)] }));
    },
    close: (path) => {
      const { tabs, active } = get();
      const next = active === path ? neighbourOf(tabs, path) : active;
      set({ tabs: tabs.filter((tab) => tab.path !== path), active: next });
      if (next !== null && next !== active) void get().open(next);
    },
    edit: (path, doc) =>
      change(path, (tab) => (tab.doc === doc ? tab : { ...tab, doc, dirty: !doc.eq(tab.saved) })),
    save: async (path) => write(path, find(path)?.etag ?? null),
    resolve: async (path, choice) => {
      const conflict = find(path)?.conflict;
      if (!conflict) return;
      if (choice === "mine") await write(path, conflict.currentEtag);
      else if (conflict.currentEtag === null) get().close(path);
      else await load(path);
    },
    checkDisk: async (path) => {
      const before = find(path);
      if (before?.status !== "ready" || before.saving || before.conflict) return;
      const file = await getFile(path).catch((thrown: unknown) => asApiError(thrown));
      const tab = find(path);
      if (tab !== before && tab?.etag !== before.etag) return;
      if (file instanceof Error) {
        if (file.status === 404) {
          change(path, (current) => ({ ...current, conflict: { currentEtag: null } }));
        }
      } else if (file.etag !== before.etag) {
        change(path, (current) =>
          current.dirty
            ? { ...current, conflict: { currentEtag: file.etag } }
            : withDisk(current, file),
        );
      }
    },
    jumpTo: async (path, line, column = 1) => {
      await get().open(path);
      set(({ jump }) => ({ jump: { path, line, column, id: (jump?.id ?? 0) + 1 } }));
    },
    renamed: (from, to) =>
      set(({ tabs, active }) => ({
        tabs: tabs.map((tab) => ({ ...tab, path: movedPath(tab.path, from, to) })),
        active: active === null ? null : movedPath(active, from, to),
      })),
  };
});

interface StoredTabs {
  paths: string[];
  active: string | null;
}

function parseTabs(value: unknown): StoredTabs | null {
  const stored = asRecord(value);
  if (!stored) return null;
  const active = stored["active"];
  return { paths: asStrings(stored["paths"]), active: typeof active === "string" ? active : null };
}

/** The tabs of the last visit to this workspace, or null at the first one. */
export function rememberedTabs(): StoredTabs | null {
  return loadSetting(workspaceKey("tabs"), parseTabs);
}

/** Remembers the open tabs from now on. Returns the end of remembering. */
export function rememberTabs(): () => void {
  return useTabs.subscribe(({ tabs, active }, before) => {
    if (tabs.length === before.tabs.length && active === before.active) return;
    saveSetting(workspaceKey("tabs"), { paths: tabs.map((tab) => tab.path), active });
  });
}
