/** From an empty page to what it last showed: address first, then memory, then a first file. */
import { getTree, type TreeEntry } from "../state/api";
import { useFiles } from "../state/workspace/filesStore";
import { loadSetting, saveSetting } from "../state/workspace/persisted";
import { useRuns } from "../state/workspace/runsStore";
import { rememberedTabs, rememberTabs, useTabs } from "../state/workspace/tabsStore";
import { useWorkspace, workspaceKey } from "../state/workspace/workspaceStore";
import { formatPlace, parsePlace } from "./location";

const FIRST_FILE = "streaming-test.tac";

function isProcedure(entry: TreeEntry): boolean {
  return entry.type === "file" && entry.name.endsWith(".tac");
}

/** What a newcomer sees first: the streaming example, else any procedure. */
export async function findFirstFile(
  read: (path: string) => Promise<TreeEntry[]>,
): Promise<string | null> {
  const root = await read("");
  const hasExamples = root.some((entry) => entry.path === "examples" && entry.type === "directory");
  const examples = hasExamples ? await read("examples") : [];
  const named = (entry: TreeEntry) => isProcedure(entry) && entry.name === FIRST_FILE;
  const first =
    examples.find(named) ??
    root.find(named) ??
    root.find(isProcedure) ??
    examples.find(isProcedure);
  return first?.path ?? null;
}

async function openRemembered(): Promise<boolean> {
  const remembered = rememberedTabs();
  if (!remembered || remembered.paths.length === 0) return false;
  useTabs.getState().restore(remembered.paths);
  const active = remembered.active ?? remembered.paths[0];
  if (active === undefined) return false;
  await useTabs.getState().open(active);
  const tab = useTabs.getState().tabs.find((open) => open.path === active);
  if (tab?.error?.status !== 404) return true;
  useTabs.getState().close(active);
  return useTabs.getState().tabs.length > 0;
}

async function openFirst(): Promise<void> {
  const first = await findFirstFile(getTree).catch(() => null);
  if (first === null) return;
  await useTabs.getState().open(first);
  await useFiles.getState().reveal(first);
}

function applyAddress(): void {
  const { run, file } = parsePlace(location.hash);
  if (run !== null && run !== useRuns.getState().selected) useRuns.getState().select(run);
  if (file !== null && file !== useTabs.getState().active) void useTabs.getState().open(file);
}

/** Keeps the address at what is on screen, so that a reload or a sent link shows the same. */
function keepAddress(): () => void {
  const write = () => {
    const hash = formatPlace({ run: useRuns.getState().selected, file: useTabs.getState().active });
    if (hash !== location.hash) history.replaceState(null, "", hash || location.pathname);
  };
  write();
  const stops = [useRuns.subscribe(write), useTabs.subscribe(write)];
  window.addEventListener("hashchange", applyAddress);
  return () => {
    for (const stop of stops) stop();
    window.removeEventListener("hashchange", applyAddress);
  };
}

function rememberRun(): () => void {
  return useRuns.subscribe(({ selected }, before) => {
    if (selected !== before.selected) saveSetting(workspaceKey("run"), selected);
  });
}

/** Loads the workspace and restores the page. Returns what ends its bookkeeping. */
export async function boot(): Promise<() => void> {
  if (!(await useWorkspace.getState().load())) return () => undefined;
  const place = parsePlace(location.hash);
  const asRunId = (value: unknown) => (typeof value === "string" ? value : null);
  const run = place.run ?? loadSetting(workspaceKey("run"), asRunId);
  if (run !== null) useRuns.getState().select(run);
  const restored = await openRemembered();
  if (place.file !== null) await useTabs.getState().open(place.file);
  else if (!restored) await openFirst();
  const { active } = useTabs.getState();
  if (active !== null) await useFiles.getState().reveal(active);
  const stops = [rememberTabs(), rememberRun(), keepAddress()];
  return () => {
    for (const stop of stops) stop();
  };
}
