import { describe, expect, it } from "vitest";
import { findLanguage, highlightLine, initialState } from "./highlight";

function colour(name: string, text: string): string[] {
  const language = findLanguage(name);
  if (language === null) throw new Error(`no language ${name}`);
  let state = initialState;
  return text.split("\n").map((line) => {
    const result = highlightLine(language, line, state);
    state = result.state;
    expect(result.tokens.map((token) => token.text).join("")).toBe(line);
    return result.tokens
      .filter((token) => token.kind !== null)
      .map((token) => `${token.kind}:${token.text}`)
      .join(" ");
  });
}

describe("highlightLine", () => {
  it("colours Lua", () => {
    expect(colour("lua", 'local x = f(1.5, "a\\"b") -- note')).toEqual([
      'keyword:local function:f number:1.5 string:"a\\"b" comment:-- note',
    ]);
  });

  it("carries long strings and comments over lines, by their level", () => {
    expect(colour("tac", "a = [==[ one\n]] two\n]==] .. nil\n--[[ c\nd ]] end")).toEqual([
      "string:[==[ one",
      "string:]] two",
      "string:]==] constant:nil",
      "comment:--[[ c",
      "comment:d ]] keyword:end",
    ]);
  });

  it("carries template strings with escapes, and block comments", () => {
    expect(colour("ts", "const a = `x\\`\ny` /* b\n*/ return")).toEqual([
      "keyword:const string:`x\\`",
      "string:y` comment:/* b",
      "comment:*/ keyword:return",
    ]);
  });

  it("carries Python's triple quotes", () => {
    expect(colour("python", 'x = f"""a\n\'\'\' b"""\nNone')).toEqual([
      'string:f"""a',
      "string:''' b\"\"\"",
      "constant:None",
    ]);
  });

  it("knows comments of the shell only at the start of a word", () => {
    expect(colour("bash", "echo a#b # c")).toEqual(["comment:# c"]);
  });

  it("leaves an unknown language alone", () => expect(findLanguage("brainfuck")).toBeNull());
});
