/** Takes up a run that has ended or was cut off; asks first what has to be agreed to. */
import { type ApiError, asApiError, type ResumeOptions } from "../state/api";
import { useRuns } from "../state/workspace/runsStore";
import { ask } from "./ask";
import { askForPlugins } from "./pluginConsent";
import { toastError } from "./toasts";

const filesShown = 6;

/** Resolves when the run goes on, or when it does not and the reader was told why. */
export async function resume(runId: string, options: ResumeOptions = {}): Promise<void> {
  try {
    await useRuns.getState().resume(runId, options);
  } catch (thrown) {
    const error = asApiError(thrown);
    if (!isQuestion(error, options)) return toastError(error);
    const agreed = await askAbout(error, options);
    if (agreed !== null) await resume(runId, { ...options, ...agreed });
  }
}

/** Whether the refusal can be met by agreeing to something that was not agreed to yet. */
function isQuestion(error: ApiError, { allow_changed_source, allow_plugins }: ResumeOptions) {
  if (error.code === "TAC-SOURCE-CHANGED") return allow_changed_source !== true;
  return (
    error.code === "plugins_not_allowed" &&
    error.plugins.some(({ sha256 }) => allow_plugins?.includes(sha256) !== true)
  );
}

/** What was agreed to; null for nothing. */
async function askAbout(error: ApiError, options: ResumeOptions): Promise<ResumeOptions | null> {
  if (error.code === "plugins_not_allowed") return askForPlugins(error.plugins, options);
  const agreed = await confirmChanged(error.message, error.files);
  return agreed ? { allow_changed_source: true } : null;
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
