import { describe, expect, it } from "vitest";
import type { Problem } from "../../state/workspace/validationStore";
import { listProblems, problemAfter } from "./problems";

const problem = (path: string, line: number): Problem => ({
  path,
  line,
  column: 1,
  severity: "error",
  message: `${path}:${line}`,
});
const all = listProblems(
  { "b.tac": [problem("b.tac", 1)], "c.tac": [problem("c.tac", 2), problem("c.tac", 8)] },
  "c.tac",
);

describe("problems", () => {
  it("lists the active file first", () => {
    expect(all.map((one) => one.message)).toEqual(["c.tac:2", "c.tac:8", "b.tac:1"]);
  });

  it.each([
    ["c.tac", 1, "c.tac:2"],
    ["c.tac", 2, "c.tac:8"],
    ["c.tac", 9, "b.tac:1"],
    ["b.tac", 5, "c.tac:2"],
  ])("after %s line %i comes %s", (path, line, expected) => {
    expect(problemAfter(all, { path, line, column: 1 })?.message).toBe(expected);
  });

  it("goes around within one file", () => {
    const one = [problem("a.tac", 3)];
    expect(problemAfter(one, { path: "a.tac", line: 9, column: 1 })).toBe(one[0]);
    expect(problemAfter([], { path: "a.tac", line: 9, column: 1 })).toBeNull();
  });
});
