/** What the app does with tabs, with the questions that unsaved text raises. */
import { useProcedure } from "../../state/workspace/procedureStore";
import { type SaveOutcome, useTabs } from "../../state/workspace/tabsStore";
import { useValidation } from "../../state/workspace/validationStore";
import { ask } from "../../ui/ask";
import { toast, toastError } from "../../ui/toasts";

function tabOf(path: string) {
  return useTabs.getState().tabs.find((tab) => tab.path === path);
}

/** Saves, then reads again what the file declares. A conflict or an error shows above the text. */
export async function saveTab(path: string): Promise<SaveOutcome> {
  const outcome = await useTabs.getState().save(path);
  if (outcome === "saved") void useProcedure.getState().load(path);
  return outcome;
}

/** Closes a tab, after asking when it has unsaved text. */
export async function closeTab(path: string): Promise<void> {
  if (tabOf(path)?.dirty) {
    const answer = await ask({
      title: `Save the changes to ${path.replace(/^.*\//, "")}?`,
      body: "Without saving, they are lost when the tab closes.",
      choices: [
        { id: "save", label: "Save and close" },
        { id: "discard", label: "Discard" },
      ],
    });
    if (!answer) return;
    if (answer.choice === "save" && (await saveTab(path)) !== "saved") return;
  }
  useTabs.getState().close(path);
  useValidation.getState().forget(path);
}

/** Checks the text of a tab now, and says so when there is nothing to show. */
export async function validateTab(path: string): Promise<void> {
  const tab = tabOf(path);
  if (tab?.status !== "ready") return;
  try {
    const found = await useValidation.getState().check(path, tab.doc.toString());
    if (found.length === 0) toast("info", "No problems found.");
  } catch (thrown) {
    toastError(thrown);
  }
}
