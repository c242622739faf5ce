/** Answers a request of a run. */
import type { Json } from "../protocol/json";
import { type ApiError, answerRequest, asApiError } from "./api";
import { reopenRun, sessionOf } from "./runStore";

/**
 * Sends an answer; null when it was taken, else why not. Who answers a run that waits while nothing
 * executes it takes it up again, so its log is read on.
 */
export async function sendAnswer(
  runId: string,
  requestId: string,
  value: Json,
): Promise<ApiError | null> {
  try {
    await answerRequest(runId, requestId, value);
  } catch (thrown) {
    return asApiError(thrown);
  }
  if (sessionOf(runId).store.getState().connection.kind === "finished") reopenRun(runId);
  return null;
}
