import { Text } from "@codemirror/state";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { toProblems, useValidation, VALIDATE_PAUSE_MS } from "./validationStore";

const finding = (message: string) => ({
  valid: false,
  errors: [{ message, line: 1 }],
  warnings: [],
});

beforeEach(() => {
  vi.useFakeTimers();
  useValidation.setState({ problems: {} });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("useValidation", () => {
  it("asks once for a burst of keystrokes, with the last text", async () => {
    const fetching = vi.fn(async (_url: string, _init: RequestInit) => Response.json(finding("x")));
    vi.stubGlobal("fetch", fetching);
    for (const text of ["a", "ab", "abc"]) {
      useValidation.getState().schedule("a.tac", Text.of([text]));
      await vi.advanceTimersByTimeAsync(VALIDATE_PAUSE_MS / 2);
    }
    await vi.advanceTimersByTimeAsync(VALIDATE_PAUSE_MS);
    expect(fetching).toHaveBeenCalledTimes(1);
    expect(JSON.parse(String(fetching.mock.calls[0]?.[1].body)).content).toBe("abc");
    expect(useValidation.getState().problems["a.tac"]).toHaveLength(1);
  });

  it("never lets a slow answer replace a newer one", async () => {
    const answers: ((body: unknown) => void)[] = [];
    vi.stubGlobal(
      "fetch",
      () => new Promise((resolve) => answers.push((body) => resolve(Response.json(body)))),
    );
    const old = useValidation.getState().check("a.tac", "1");
    const fresh = useValidation.getState().check("a.tac", "2");
    answers[1]?.(finding("new"));
    await fresh;
    answers[0]?.(finding("old"));
    await old;
    expect(useValidation.getState().problems["a.tac"]?.[0]?.message).toBe("new");
  });
});

describe("toProblems", () => {
  it("orders errors and warnings by place", () => {
    const problems = toProblems("a", {
      valid: false,
      errors: [{ message: "late", line: 9 }],
      warnings: [
        { message: "second", line: 2, column: 5 },
        { message: "first", line: 2, column: 1 },
        { message: "nowhere" },
      ],
    });
    expect(problems.map((one) => one.message)).toEqual(["nowhere", "first", "second", "late"]);
  });

  it("puts what was found in a module into the module's file", () => {
    const problems = toProblems("a.tac", {
      valid: false,
      errors: [{ message: "here" }, { message: "there", file: "lib/b.lua", line: 2 }],
      warnings: [],
    });
    expect(problems.map((one) => one.path)).toEqual(["a.tac", "lib/b.lua"]);
  });
});
