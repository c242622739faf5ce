/** Stops a run and follows how far that has come. */
import { isEnded } from "../protocol/view";
import { asApiError, cancelRun } from "./api";
import type { RunSession } from "./runSession";
import { openRun } from "./runStore";

const pollMs = 150;
const pollsMax = 40;

/**
 * Asks the server to stop the run. Resolves when it has settled or the request failed; how far it
 * has come is in the run's state meanwhile (`cancel`). Never rejects.
 */
export async function stopRun(runId: string, cancel: typeof cancelRun = cancelRun): Promise<void> {
  const handle = openRun(runId);
  try {
    await followStop(handle.session, cancel);
  } finally {
    handle.close();
  }
}

async function followStop(session: RunSession, cancel: typeof cancelRun): Promise<void> {
  const requested = new Date().toISOString();
  const known = { requested, upstreamClosed: null, settled: null, error: null };
  session.setCancel(known);
  try {
    // The request is idempotent: asking again answers with the times known by then.
    for (let poll = 0; poll < pollsMax; poll++) {
      const answer = await cancel(session.runId);
      session.setCancel({
        requested: answer.requested,
        upstreamClosed: answer.upstream_closed,
        settled: answer.settled,
        error: null,
      });
      if (answer.settled !== null || isEnded(session.store.getState().view.status)) return;
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
  } catch (thrown) {
    session.setCancel({ ...known, error: asApiError(thrown).message });
  }
}
