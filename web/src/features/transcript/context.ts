import { createContext, useContext } from "react";
import type { ErrorInfo } from "../../protocol/events";
import type { ProcedureCallView, TurnView } from "../../protocol/view";
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

/** Something that runs inside a tool call or procedure call. */
export type NestedPart =
  | { readonly kind: "turn"; readonly turn: TurnView }
  | { readonly kind: "call"; readonly call: ProcedureCallView };

const NestedContext = createContext<ReadonlyMap<string, readonly NestedPart[]>>(new Map());
export const NestedProvider = NestedContext.Provider;

/** What runs inside a tool call or procedure call, in order of its start. */
export function useNestedParts(parent: string): readonly NestedPart[] {
  return useContext(NestedContext).get(parent) ?? [];
}

/** All nested turns and calls by what they are nested in. */
export function nestedParts(
  turns: readonly TurnView[],
  calls: readonly ProcedureCallView[],
): Map<string, NestedPart[]> {
  const parts = [
    ...turns.map((turn) => ({ kind: "turn" as const, turn, at: turn })),
    ...calls.map((call) => ({ kind: "call" as const, call, at: call })),
  ].sort((a, b) => a.at.order - b.at.order);
  const nested = new Map<string, NestedPart[]>();
  for (const part of parts) {
    const { parent } = part.at;
    if (parent === null) continue;
    const siblings = nested.get(parent);
    if (siblings === undefined) nested.set(parent, [part]);
    else siblings.push(part);
  }
  return nested;
}

/** False for a run whose log is over: what was going on in it has stopped. */
const GoingContext = createContext(true);
export const GoingProvider = GoingContext.Provider;

export function useIsGoing(): boolean {
  return useContext(GoingContext);
}

const FailureContext = createContext<ErrorInfo | null>(null);
export const FailureProvider = FailureContext.Provider;

/** True if the run failed because of this error, so that it is told once, at the end. */
export function useIsFailureOfRun(error: ErrorInfo | null): boolean {
  const failure = useContext(FailureContext);
  if (failure === null || error === null) return false;
  return failure.code === error.code || failure.message.includes(error.message);
}
