/** From Run to a run: the form is checked, unsaved text is saved, then the server is asked. */
import type { PluginConsent } from "../../state/api";
import { checkInputs } from "../../state/workspace/inputs";
import { useLayout } from "../../state/workspace/layoutStore";
import { useProcedure } from "../../state/workspace/procedureStore";
import { useRuns } from "../../state/workspace/runsStore";
import { useTabs } from "../../state/workspace/tabsStore";
import { askForPlugins } from "../../ui/pluginConsent";
import { toast } from "../../ui/toasts";

function showForm(): void {
  useLayout.getState().set({ procedureOpen: true, transcriptAlone: false });
  useLayout.getState().showTranscript();
  requestAnimationFrame(() => {
    document.querySelector<HTMLElement>('[data-procedure-form] [aria-invalid="true"]')?.focus();
  });
}

/** Saves what is unsaved; false when the text on screen could not be written. */
async function saved(path: string): Promise<boolean> {
  const tab = useTabs.getState().tabs.find((open) => open.path === path);
  if (!tab?.dirty) return true;
  const outcome = await useTabs.getState().save(path);
  if (outcome === "saved") return true;
  useLayout.getState().showEditor();
  toast("danger", "Not run: the file could not be saved.", "The editor says why.");
  return false;
}

/** Starts a run, and again with what the reader agrees to while the server asks for consent. */
async function startAllowed(
  path: string,
  inputs: Record<string, unknown>,
  consent?: PluginConsent,
): Promise<string | null> {
  const runId = await useRuns.getState().start(path, inputs, consent);
  const error = useRuns.getState().startFailure?.error;
  if (runId !== null || error?.code !== "plugins_not_allowed") return runId;
  useRuns.getState().clearFailure();
  const agreed = await askForPlugins(error.plugins, consent);
  return agreed === null ? null : startAllowed(path, inputs, agreed);
}

/** Runs a file with its form's values. Gives the run's id, or null when it did not start. */
export async function runProcedure(path: string): Promise<string | null> {
  if (useRuns.getState().starting || !(await saved(path))) return null;
  await useProcedure.getState().load(path);
  const { metadata, values } = useProcedure.getState();
  const { inputs, errors } = checkInputs(metadata[path]?.inputs ?? [], values[path] ?? {});
  useProcedure.getState().attempt(path);
  if (Object.keys(errors).length > 0) {
    showForm();
    return null;
  }
  const runId = await startAllowed(path, inputs);
  if (runId !== null || useRuns.getState().startFailure !== null)
    useLayout.getState().showTranscript();
  return runId;
}
