import { describe, expect, it } from "vitest";
import type { LogEvent } from "../../protocol/events";
import { contextText } from "./Logs";

const of = (context: unknown) => contextText({ context } as LogEvent);

describe("the context of a log line", () => {
  it("names the place of a warning as errors do", () => {
    expect(of({ code: "TAC-VALIDATION", file: "a.tac", line: 3 })).toBe("TAC-VALIDATION a.tac:3");
    expect(of({ code: "TAC-CONFIG", file: "a.tac" })).toBe("TAC-CONFIG a.tac");
  });

  it("shows what a program attached as it is", () => {
    expect(of({ code: 7, file: "a.tac" })).toContain("7");
    expect(of({ code: "x", file: "a.tac", words: 12 })).toContain("words");
    expect(of([1, 2])).toContain("1");
  });
});
