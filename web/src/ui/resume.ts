/** Takes up a run that has ended or was cut off; asks first when its program has changed. */
import { asApiError } from "../state/api";
import { useRuns } from "../state/workspace/runsStore";
import { ask } from "./ask";
import { toastError } from "./toasts";

const filesShown = 6;

/** Resolves when the run goes on, or when it does not and the reader was told why. */
export async function resume(runId: string, allowChangedSource = false): Promise<void> {
  try {
    await useRuns.getState().resume(runId, allowChangedSource);
  } catch (thrown) {
    const error = asApiError(thrown);
    if (error.code !== "TAC-SOURCE-CHANGED" || allowChangedSource) toastError(error);
    else if (await confirmChanged(error.message, error.files)) await resume(runId, true);
  }
}

async function confirmChanged(message: string, files: readonly string[]): Promise<boolean> {
  const named = files.filter((file) => !message.includes(file));
  const list = named.slice(0, filesShown).join(", ");
  const more = named.length > filesShown ? ` and ${named.length - filesShown} more` : "";
  const answer = await ask({
    title: "The program has changed since this run",
    body: [
      message.replace(/[.\s]*$/, "."),
      list === "" ? "" : `Changed: ${list}${more}.`,
      "What was recorded is replayed against the new program; where the two do not fit, the run stops with an error and can be tried again.",
    ]
      .filter((part) => part !== "")
      .join(" "),
    choices: [{ id: "anyway", label: "Resume anyway", tone: "solid" }],
  });
  return answer?.choice === "anyway";
}
