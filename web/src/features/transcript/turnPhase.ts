/** What a turn is doing, from its view alone. */
import type { Item, TurnView } from "../../protocol/view";

export type TurnPhase = "waiting" | "streaming" | "tools" | "ended";

/** `waiting` is for the model; `tools` is for a tool that runs. */
export function phaseOf(turn: TurnView): TurnPhase {
  if (turn.stage !== "started") return "ended";
  const last = turn.items.at(-1);
  if (last === undefined) return "waiting";
  if (last.kind !== "tool") return "streaming";
  if (last.stage === "started" || last.stage === "arguments") return "streaming";
  return isRunning(turn.items) ? "tools" : "waiting";
}

function isRunning(items: readonly Item[]): boolean {
  return items.some(
    (item) => item.kind === "tool" && (item.stage === "executing" || item.stage === "progress"),
  );
}

/** The item that text or arguments are being added to; null if none is. */
export function growingItem(turn: TurnView): Item | null {
  return phaseOf(turn) === "streaming" ? (turn.items.at(-1) ?? null) : null;
}
