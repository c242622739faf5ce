/** What the app does on a press of a button, a key or a palette entry. */
import { closeTab, saveTab, useCursor, validateTab } from "../features/editor";
import { jumpToNextProblem } from "../features/problems";
import { type Place, runProcedure } from "../features/procedure";
import { isEnded } from "../protocol/view";
import { sessionOf } from "../state/runStore";
import { stopRun } from "../state/stopRun";
import { useLayout } from "../state/workspace/layoutStore";
import { isActive, useRuns } from "../state/workspace/runsStore";
import { useTabs } from "../state/workspace/tabsStore";
import { isProcedureFile } from "../state/workspace/validationStore";
import { shortcut } from "../ui/platform";
import { resume } from "../ui/resume";
import { toast } from "../ui/toasts";

export function openFile(path: string): void {
  useLayout.getState().showEditor();
  void useTabs.getState().open(path);
}

export function openRun(runId: string): void {
  useRuns.getState().select(runId);
  useLayout.getState().showTranscript();
}

export function jumpTo({ path, line, column }: Partial<Place> & { line: number }): void {
  const target = path ?? useTabs.getState().active;
  if (target === null) return;
  useLayout.getState().showEditor();
  void useTabs.getState().jumpTo(target, line, column);
}

/** The run on screen when it is going on, else null. */
export function runningRun(): string | null {
  const { selected, runs } = useRuns.getState();
  if (selected === null) return null;
  const { view, connection } = sessionOf(selected).store.getState();
  const listed = runs.find((run) => run.run_id === selected)?.status;
  const over = isEnded(view.status) || connection.kind === "failed";
  return over || (listed !== undefined && !isActive(listed)) ? null : selected;
}

/** True if the run is of another file than the active one, which may then be run beside it. */
export function isOfOtherFile(runId: string): boolean {
  const path = useRuns.getState().runs.find((run) => run.run_id === runId)?.path ?? null;
  return path !== null && path !== useTabs.getState().active;
}

export function runActive(): void {
  const { active } = useTabs.getState();
  const going = runningRun();
  if (going !== null && !isOfOtherFile(going)) {
    toast("info", "This run is still going on.", `${shortcut("Mod+.")} stops it.`);
  } else if (active === null || !isProcedureFile(active)) {
    toast("info", "Open a .tac file to run it.");
  } else void runProcedure(active);
}

export function stopSelected(): void {
  const runId = runningRun();
  if (runId !== null) void stopRun(runId);
}

export function resumeSelected(): void {
  const { selected, runs } = useRuns.getState();
  const listed = runs.find((run) => run.run_id === selected);
  if (listed === undefined) toast("info", "Choose a run to resume it.");
  else if (listed.status === "completed") toast("info", "This run is complete.");
  else void resume(listed.run_id);
}

/** Brings the request that waits longest into sight, with the focus in its form. */
export function answerFirst(): void {
  useLayout.getState().showTranscript();
  requestAnimationFrame(() => {
    const way = document.querySelector<HTMLElement>("[data-testid=hitl-pending] button");
    if (way === null) toast("info", "The run on screen waits for no answer.");
    else way.click();
  });
}

export function saveActive(): void {
  const { active } = useTabs.getState();
  if (active !== null) void saveTab(active);
}

export function validateActive(): void {
  const { active } = useTabs.getState();
  if (active === null || !isProcedureFile(active)) return;
  useLayout.getState().set({ bottomOpen: true });
  void validateTab(active);
}

export function closeActive(): void {
  const { active } = useTabs.getState();
  if (active !== null) void closeTab(active);
}

export function nextProblem(): void {
  const { line, column } = useCursor.getState();
  if (jumpToNextProblem({ line, column })) useLayout.getState().showEditor();
  else toast("info", "No problems found.");
}

export function toggleLeft(): void {
  const { leftOpen, transcriptAlone, set } = useLayout.getState();
  if (transcriptAlone) set({ transcriptAlone: false, leftOpen: true });
  else set({ leftOpen: !leftOpen });
}

export function toggleBottom(): void {
  const { bottomOpen, transcriptAlone, set } = useLayout.getState();
  if (transcriptAlone) set({ transcriptAlone: false, bottomOpen: true });
  else set({ bottomOpen: !bottomOpen });
}

export function toggleEditor(): void {
  const { editorOpen, transcriptAlone, set } = useLayout.getState();
  if (transcriptAlone) set({ transcriptAlone: false, editorOpen: true });
  else set({ editorOpen: !editorOpen });
}

export function toggleTranscriptAlone(): void {
  const { transcriptAlone, set } = useLayout.getState();
  set({ transcriptAlone: !transcriptAlone });
}
