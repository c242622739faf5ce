import { Text } from "@codemirror/state";
import { describe, expect, it } from "vitest";
import { toDiagnostics } from "./diagnostics";

const doc = Text.of(["one", "two three", ""]);

function mark(place: { line?: number; column?: number; end_line?: number; end_column?: number }) {
  const [found] = toDiagnostics(doc, [{ path: "a", severity: "error", message: "m", ...place }]);
  return found ? doc.sliceString(found.from, found.to) : null;
}

describe("toDiagnostics", () => {
  it("marks what a finding names: columns, a line, or the first line", () => {
    expect(mark({ line: 2, column: 5, end_line: 2, end_column: 10 })).toBe("three");
    expect(mark({ line: 2 })).toBe("two three");
    expect(mark({ line: 2, column: 5 })).toBe("three");
    expect(mark({})).toBe("one");
  });

  it("moves places that are no longer there into the text", () => {
    expect(mark({ line: 99, column: 99 })).toBe("");
    expect(mark({ line: 1, column: 2, end_line: 1, end_column: 1 })).toBe("");
    expect(mark({ line: 1, column: 99, end_line: 2, end_column: 4 })).toBe("\ntwo");
  });
});
