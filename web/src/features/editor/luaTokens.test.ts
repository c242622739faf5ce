import { StringStream } from "@codemirror/language";
import { describe, expect, it } from "vitest";
import { type LuaState, luaDepth, luaToken, startLua } from "./luaTokens";

/** Tokens of a text as `style:text`, without blanks and without those that have no style. */
function tokens(source: string, state: LuaState = startLua()): string[] {
  const found: string[] = [];
  for (const line of source.split("\n")) {
    const stream = new StringStream(line, 2, 2);
    while (!stream.eol()) {
      stream.start = stream.pos;
      const style = luaToken(stream, state);
      if (stream.pos === stream.start) throw new Error(`stuck at ${stream.pos} of ${line}`);
      if (style) found.push(`${style}:${stream.current()}`);
    }
    if (line === "") state.line += 1;
  }
  return found;
}

function depthAfter(source: string, next: string): number | null {
  const state = startLua();
  tokens(source, state);
  return luaDepth(state, next);
}

describe("luaToken", () => {
  it("tells keywords, declarations, primitives and names apart", () => {
    expect(tokens('local a = agent("x", {})')).toEqual([
      "keyword:local",
      "propertyName:a",
      "operator:=",
      "word:agent",
      "punctuation:(",
      'string:"',
      'string:x"',
      "punctuation:,",
      "punctuation:{",
      "punctuation:}",
      "punctuation:)",
    ]);
    expect(tokens("agent = tool")).toContain("propertyName:agent");
    expect(tokens("State.get(k)")).toEqual(
      expect.arrayContaining(["word:State", "function:get", "variableName:k"]),
    );
  });

  it("carries long strings and comments over lines, by their level", () => {
    expect(tokens("x = [==[ a\n]] ]=]\nb ]==] end")).toEqual([
      "propertyName:x",
      "operator:=",
      "string:[==[",
      "string: a",
      "string:]] ]=]",
      "string:b ]==]",
      "keyword:end",
    ]);
    expect(tokens("--[[ one\ntwo ]] return")).toEqual([
      "comment:--[[",
      "comment: one",
      "comment:two ]]",
      "keyword:return",
    ]);
  });

  it("sets template markers off in both kinds of strings, and nowhere else", () => {
    expect(tokens('"a {input.x} b"')).toContain("marker:{input.x}");
    expect(tokens("[[a {x} b]]")).toContain("marker:{x}");
    expect(tokens("f({x})").join()).not.toContain("marker");
    expect(tokens('"{ not }"').join()).not.toContain("marker");
  });

  it("does not let an unfinished or escaped string swallow the next line", () => {
    expect(tokens('"open\nreturn')).toContain("keyword:return");
    expect(tokens('"a\\" b" end')).toContain("keyword:end");
  });

  it.each(["0x1F", "3.14", "1e-9", ".5", "7"])("reads %s as one number", (text) => {
    expect(tokens(text)).toEqual([`number:${text}`]);
  });
});

describe("luaDepth", () => {
  it("counts brackets and blocks opened on one line once", () => {
    expect(depthAfter('main = procedure("m", {}, function(input)', "x")).toBe(1);
    expect(depthAfter('main = procedure("m", {}, function(input)', "end)")).toBe(0);
    expect(depthAfter('agent("a", {\n  tools = {', "x")).toBe(2);
  });

  it("steps back for what closes a block", () => {
    expect(depthAfter("if a then\n  b()", "else")).toBe(0);
    expect(depthAfter("if a then\n  b()\nelse", "x")).toBe(1);
    expect(depthAfter("if a then\nelseif b then", "x")).toBe(1);
    expect(depthAfter("for i = 1, 2 do\n  f()\nend", "x")).toBe(0);
    expect(depthAfter("repeat\n  f()", "until x")).toBe(0);
  });

  it("leaves the inside of long strings alone", () => {
    expect(depthAfter("x = [[", "  text")).toBeNull();
  });
});
