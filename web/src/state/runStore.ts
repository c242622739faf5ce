/** The runs that this page watches, one session each, shared by all who look at the same run. */
import { useEffect } from "react";
import { useStore } from "zustand";
import { useShallow } from "zustand/react/shallow";
import type { RunView } from "../protocol/view";
import { RunSession, type RunState } from "./runSession";

/** A use of a run. The session lives while there is one. */
export interface RunHandle {
  readonly session: RunSession;
  /** Gives the use back; once. */
  close(): void;
}

/** A session outlives its last user by this much, so that switching to and fro costs nothing. */
const lingerMs = 10_000;

interface Entry {
  readonly session: RunSession;
  users: number;
  linger: ReturnType<typeof setTimeout> | null;
}

const entries = new Map<string, Entry>();

/** Watches a run: connects, or joins those who already watch it. */
export function openRun(runId: string): RunHandle {
  const entry = entryOf(runId);
  entry.users++;
  if (entry.linger !== null) clearTimeout(entry.linger);
  entry.linger = null;
  let open = true;
  return {
    session: entry.session,
    close: () => {
      if (!open) return;
      open = false;
      release(runId, entry);
    },
  };
}

/** The session of a run that somebody watches, created where there is none yet. */
export function sessionOf(runId: string): RunSession {
  const entry = entryOf(runId);
  if (entry.users === 0 && entry.linger === null) startLinger(runId, entry);
  return entry.session;
}

/** The slice of a run's view that `selector` picks. Lists and records are compared by element. */
export function useRunView<T>(runId: string, selector: (view: RunView) => T): T {
  return useRunState(runId, (state) => selector(state.view));
}

/** The same for the connection and the progress of stopping. */
export function useRunState<T>(runId: string, selector: (state: RunState) => T): T {
  useEffect(() => openRun(runId).close, [runId]);
  return useStore(sessionOf(runId).store, useShallow(selector));
}

/** What the history says of a run. */
export interface ListedRun {
  readonly run_id: string;
  readonly generation: number;
  readonly last_seq: number;
}

/** Reads a run on where its stream had ended, if somebody watches it. */
export function reopenRun(runId: string): void {
  entries.get(runId)?.session.reopen();
}

/** Reads on those watched runs that went on after their stream had ended. */
export function followResumed(runs: readonly ListedRun[]): void {
  for (const run of runs) {
    const session = entries.get(run.run_id)?.session;
    if (session?.store.getState().connection.kind !== "finished") continue;
    const { lastSeq, generation } = session.store.getState().view;
    if (run.last_seq > lastSeq || run.generation > (generation ?? 1)) session.reopen();
  }
}

/** For tests: forgets every session. */
export function closeAllRuns(): void {
  for (const [runId, entry] of entries) {
    if (entry.linger !== null) clearTimeout(entry.linger);
    entry.session.dispose();
    entries.delete(runId);
  }
}

function entryOf(runId: string): Entry {
  const existing = entries.get(runId);
  if (existing !== undefined) return existing;
  const entry: Entry = { session: new RunSession(runId), users: 0, linger: null };
  entries.set(runId, entry);
  return entry;
}

function release(runId: string, entry: Entry): void {
  entry.users--;
  if (entry.users === 0 && entries.get(runId) === entry) startLinger(runId, entry);
}

function startLinger(runId: string, entry: Entry): void {
  entry.linger = setTimeout(() => {
    entry.session.dispose();
    entries.delete(runId);
  }, lingerMs);
}
