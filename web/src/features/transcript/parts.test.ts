import { describe, expect, it } from "vitest";
import { fold, makeLog, scope } from "../../protocol/testing";
import { formatElapsed } from "../../ui/format";
import { oneLine } from "./oneLine";
import { rateOf } from "./tokenRate";
import { phaseOf } from "./turnPhase";
import { formatBytes } from "./Value";

describe("oneLine", () => {
  it("writes values shortly", () => {
    expect(oneLine("a\n  b")).toBe("a b");
    expect(oneLine({ a: 1, b: ["x", null], c: { d: { e: { f: 1 } } } })).toBe(
      '{a: 1, b: ["x", null], c: {d: {e: {…}}}}',
    );
    expect(oneLine([1, 2, 3, 4, 5, 6, 7, 8, 9])).toBe("[1, 2, 3, 4, 5, 6, 7, 8, …]");
    expect(oneLine("x".repeat(500))).toHaveLength(160);
  });
});

describe("rateOf", () => {
  it("estimates tokens from characters, and knows when it cannot", () => {
    expect(rateOf([])).toBeNull();
    expect(rateOf([{ atMs: 0, chars: 0 }])).toBeNull();
    expect(
      rateOf([
        { atMs: 1000, chars: 100 },
        { atMs: 3000, chars: 500 },
      ]),
    ).toBe(50);
  });
});

describe("phaseOf", () => {
  const tool = (stage: string) => ({
    event_type: "agent_tool_call",
    ...scope("t"),
    tool_call_id: "c",
    tool_name: "f",
    stage,
  });
  const phase = (...events: Parameters<typeof makeLog>[0]) => {
    const turn = fold(
      makeLog([{ event_type: "agent_turn", ...scope("t"), stage: "started" }, ...events]),
    ).turns[0];
    return turn === undefined ? null : phaseOf(turn);
  };

  it("tells waiting for the model from a running tool", () => {
    expect(phase()).toBe("waiting");
    expect(phase(tool("started"))).toBe("streaming");
    expect(phase(tool("started"), tool("executing"))).toBe("tools");
    expect(phase(tool("started"), tool("executing"), tool("completed"))).toBe("waiting");
    expect(phase({ event_type: "agent_turn", ...scope("t"), stage: "failed" })).toBe("ended");
  });
});

describe("figures", () => {
  it("counts whole seconds while something runs", () => {
    expect(formatElapsed(17, true)).toBe("0 s");
    expect(formatElapsed(61_900, true)).toBe("1 m 01 s");
    expect(formatElapsed(5120, false)).toBe("5.1 s");
  });

  it("writes sizes", () => {
    expect([5, 12_345, 3_400_000].map(formatBytes)).toEqual(["5 B", "12.3 kB", "3.4 MB"]);
  });
});
