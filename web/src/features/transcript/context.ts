import { createContext, useContext } from "react";
import type { ErrorInfo } from "../../protocol/events";
import type { TurnView } from "../../protocol/view";
import type { RunSession } from "../../state/runSession";

/** A place in a file that a reader wants to see. Lines count from 1. */
export interface Place {
  readonly path?: string;
  readonly line: number;
}

/** What the parts of one transcript share. */
export interface TranscriptScope {
  readonly session: RunSession;
  readonly onJump: (place: Place) => void;
}

const ScopeContext = createContext<TranscriptScope | null>(null);
export const ScopeProvider = ScopeContext.Provider;

export function useScope(): TranscriptScope {
  const scope = useContext(ScopeContext);
  if (scope === null) throw new Error("a part of a transcript stands outside of one");
  return scope;
}

const NestedContext = createContext<ReadonlyMap<string, readonly TurnView[]>>(new Map());
export const NestedProvider = NestedContext.Provider;

/** The turns that run inside a tool call or procedure call. */
export function useNestedTurns(parent: string): readonly TurnView[] {
  return useContext(NestedContext).get(parent) ?? [];
}

const FailureContext = createContext<ErrorInfo | null>(null);
export const FailureProvider = FailureContext.Provider;

/** True if the run failed because of this error, so that it is told once, at the end. */
export function useIsFailureOfRun(error: ErrorInfo | null): boolean {
  const failure = useContext(FailureContext);
  if (failure === null || error === null) return false;
  return failure.code === error.code || failure.message.includes(error.message);
}
