import { describe, expect, it } from "vitest";
import type { CostEvent, SummaryEvent, UsageEvent } from "../../protocol/events";
import type { TurnView } from "../../protocol/view";
import { figuresOfRun } from "./runFigures";

const cost = (total_tokens: number, total_cost: number | null) =>
  ({ total_tokens, total_cost }) as CostEvent;
const usage = (completion_tokens: number, total_cost: number | null) =>
  ({ completion_tokens, total_cost }) as UsageEvent;
const turn = (values: Partial<TurnView>) =>
  ({ cost: null, usage: null, superseded: [], ...values }) as TurnView;

describe("figuresOfRun", () => {
  it("knows nothing before the first figure", () => {
    expect(figuresOfRun({ summary: null, turns: [turn({})] })).toEqual({
      tokens: null,
      cost: null,
    });
  });

  it("adds finished turns and the live figures of the open one", () => {
    const turns = [
      turn({ cost: cost(100, 0.5), usage: usage(40, 0.2) }),
      turn({ usage: usage(7, 0.25) }),
    ];
    expect(figuresOfRun({ summary: null, turns })).toEqual({ tokens: 107, cost: 0.75 });
  });

  it("never makes a known sum of unknown prices", () => {
    const turns = [turn({ cost: cost(10, null) })];
    expect(figuresOfRun({ summary: null, turns })).toEqual({ tokens: 10, cost: null });
  });

  it("takes the totals of the summary once there is one", () => {
    const summary = { total_tokens: 12, total_cost: 0 } as SummaryEvent;
    expect(figuresOfRun({ summary, turns: [] })).toEqual({ tokens: 12, cost: 0 });
  });
});
