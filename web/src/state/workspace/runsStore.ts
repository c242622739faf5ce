/** The history of runs across files, the run on screen, and starting. */
import { create } from "zustand";
import {
  type ApiError,
  asApiError,
  deleteRun,
  listRuns,
  type PluginConsent,
  type ResumeOptions,
  type RunStatus,
  type RunSummary,
  resumeRun,
  startRun,
} from "../api";
import type { Activity } from "../events/messages";
import { followResumed, reopenRun } from "../runStore";

/** Why a run did not start, and the file it was about. */
export interface StartFailure {
  path: string;
  error: ApiError;
}

export interface RunsState {
  runs: readonly RunSummary[];
  /** Where the next page begins; null when all are here. */
  nextBefore: string | null;
  loaded: boolean;
  error: ApiError | null;
  selected: string | null;
  /** Which runs the list shows; null for all. */
  filter: RunStatus | null;
  starting: boolean;
  /** The run that is being resumed. */
  resuming: string | null;
  startFailure: StartFailure | null;
  refresh(): Promise<void>;
  /** Takes over what the server tells of runs. */
  note(activities: readonly Activity[]): void;
  loadMore(): Promise<void>;
  select(runId: string | null): void;
  /** Also reads the newest runs that have the status, so that old ones are found. */
  setFilter(filter: RunStatus | null): Promise<void>;
  /** Starts and selects a run; its id, or null when the server refused (`startFailure` says why). */
  start(
    path: string,
    inputs: Record<string, unknown>,
    consent?: PluginConsent,
  ): Promise<string | null>;
  /** Takes up a run that has ended or was cut off; rejects with an `ApiError`. */
  resume(runId: string, options: ResumeOptions): Promise<void>;
  /** Removes an ended run; rejects with an `ApiError`. */
  remove(runId: string): Promise<void>;
  clearFailure(): void;
}

const PAGE_RUNS = 50;

/** True for a run that has not come to an end, though it may wait. */
export function isActive(status: RunStatus): boolean {
  return status === "running" || status === "waiting_for_human" || status === "sleeping";
}

/** True for a run that somebody has to answer. */
export function needsAnswer(run: RunSummary): boolean {
  return (
    run.status === "waiting_for_human" || (isActive(run.status) && (run.pending_count ?? 0) > 0)
  );
}

/** Those that need an answer first, then running and sleeping ones, then the newest. */
export function sortRuns(runs: readonly RunSummary[]): RunSummary[] {
  const rank = (run: RunSummary) => (needsAnswer(run) ? 0 : isActive(run.status) ? 1 : 2);
  return [...runs].sort((a, b) => rank(a) - rank(b) || b.started_at.localeCompare(a.started_at));
}

/** Puts a fresh first page in front of the older pages that were already loaded. */
export function mergeRuns(
  fresh: readonly RunSummary[],
  known: readonly RunSummary[],
): RunSummary[] {
  const oldest = fresh.at(-1)?.started_at;
  const ids = new Set(fresh.map((run) => run.run_id));
  const older = known.filter(
    (run) => !ids.has(run.run_id) && oldest !== undefined && run.started_at < oldest,
  );
  return sortRuns([...fresh, ...older]);
}

function withRuns(known: readonly RunSummary[], more: readonly RunSummary[]): RunSummary[] {
  const ids = new Set(more.map((run) => run.run_id));
  return sortRuns([...known.filter((run) => !ids.has(run.run_id)), ...more]);
}

function startedSummary(runId: string, path: string): RunSummary {
  return {
    run_id: runId,
    procedure_id: path.replace(/^.*\//, "").replace(/\.[^.]*$/, ""),
    path,
    status: "running",
    started_at: new Date().toISOString(),
    generation: 1,
    last_seq: 0,
  };
}

/** The list after a change. */
function withActivity(runs: readonly RunSummary[], activity: Activity): readonly RunSummary[] {
  if (activity.stage === "changed") return withRuns(runs, [activity.run]);
  if (activity.stage === "removed") return runs.filter((run) => run.run_id !== activity.runId);
  return runs;
}

/** For each reading of the list, what was told meanwhile: it may be newer than what is read. */
const toldMeanwhile = new Set<Activity[]>();

export const useRuns = create<RunsState>()((set, get) => ({
  runs: [],
  nextBefore: null,
  loaded: false,
  error: null,
  selected: null,
  filter: null,
  starting: false,
  resuming: null,
  startFailure: null,
  refresh: async () => {
    const told: Activity[] = [];
    toldMeanwhile.add(told);
    try {
      const page = await listRuns({ limit: PAGE_RUNS });
      followResumed(page.runs);
      const { runs: known, loaded, nextBefore } = get();
      const complete = page.next_before === null;
      const read = complete ? sortRuns(page.runs) : mergeRuns(page.runs, known);
      set({
        runs: told.reduce(withActivity, read),
        nextBefore: loaded && known.length > PAGE_RUNS && !complete ? nextBefore : page.next_before,
        loaded: true,
        error: null,
      });
    } catch (thrown) {
      set({ error: asApiError(thrown) });
    } finally {
      toldMeanwhile.delete(told);
    }
  },
  note: (activities) => {
    for (const told of toldMeanwhile) told.push(...activities);
    const runs = activities.reduce(withActivity, get().runs);
    if (runs !== get().runs) set({ runs });
    followResumed(activities.flatMap((one) => (one.stage === "changed" ? [one.run] : [])));
    if (activities.some(({ stage }) => stage === "reset")) void get().refresh();
  },
  loadMore: async () => {
    const { nextBefore } = get();
    if (nextBefore === null) return;
    try {
      const page = await listRuns({ limit: PAGE_RUNS, before: nextBefore });
      set({ runs: withRuns(get().runs, page.runs), nextBefore: page.next_before });
    } catch (thrown) {
      set({ error: asApiError(thrown) });
    }
  },
  select: (runId) => set({ selected: runId, startFailure: null }),
  setFilter: async (filter) => {
    set({ filter });
    if (filter === null || get().nextBefore === null) return;
    try {
      const page = await listRuns({ limit: PAGE_RUNS, status: filter });
      set({ runs: withRuns(get().runs, page.runs) });
    } catch (thrown) {
      set({ error: asApiError(thrown) });
    }
  },
  resume: async (runId, options) => {
    set({ resuming: runId });
    try {
      const { generation } = await resumeRun(runId, options);
      const going = (run: RunSummary): RunSummary => ({
        ...run,
        status: "running",
        ended_at: null,
        error: null,
        generation,
      });
      set(({ runs }) => ({
        runs: sortRuns(runs.map((run) => (run.run_id === runId ? going(run) : run))),
      }));
      reopenRun(runId);
    } finally {
      set({ resuming: null });
    }
  },
  start: async (path, inputs, consent) => {
    if (get().starting) return null;
    set({ starting: true, startFailure: null });
    try {
      const { run_id: runId } = await startRun({ path, inputs, ...consent });
      set(({ runs }) => ({
        starting: false,
        selected: runId,
        runs: sortRuns([
          startedSummary(runId, path),
          ...runs.filter((run) => run.run_id !== runId),
        ]),
      }));
      return runId;
    } catch (thrown) {
      set({ starting: false, startFailure: { path, error: asApiError(thrown) } });
      return null;
    }
  },
  remove: async (runId) => {
    await deleteRun(runId);
    set(({ runs, selected }) => ({
      runs: runs.filter((run) => run.run_id !== runId),
      selected: selected === runId ? null : selected,
    }));
  },
  clearFailure: () => set({ startFailure: null }),
}));
