/** What a run has cost so far, from its turns: measured figures where they are known, else live ones. */
import type { RunView, TurnView } from "../../protocol/view";

export interface RunFigures {
  /** Null while nothing is known. */
  tokens: number | null;
  /** In USD; null when nothing is known or a price is unknown. */
  cost: number | null;
}

function figuresOfTurn({ cost, usage, superseded }: TurnView): RunFigures {
  if (cost) return { tokens: cost.total_tokens, cost: cost.total_cost };
  const live = [usage, ...superseded.map((attempt) => attempt.usage)].filter((one) => one !== null);
  return sum(live.map((one) => ({ tokens: one.completion_tokens, cost: one.total_cost })));
}

function sum(parts: readonly RunFigures[]): RunFigures {
  const add = (values: (number | null)[]) => {
    const known = values.filter((value) => value !== null);
    return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
  };
  return { tokens: add(parts.map((p) => p.tokens)), cost: add(parts.map((p) => p.cost)) };
}

export function figuresOfRun({ summary, turns }: Pick<RunView, "summary" | "turns">): RunFigures {
  const live = sum(turns.map(figuresOfTurn));
  if (!summary) return live;
  return { tokens: summary.total_tokens ?? live.tokens, cost: summary.total_cost ?? live.cost };
}
