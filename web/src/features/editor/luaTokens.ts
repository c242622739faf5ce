/**
 * A tokenizer for Lua 5.4 with the Tactus words, one line at a time. Long strings are strings, with the
 * template markers inside them set off. It also follows open blocks, from which indentation follows.
 */
import type { StringStream } from "@codemirror/language";
import { DECLARATIONS, LUA_ATOMS, LUA_GLOBALS, LUA_KEYWORDS, PRIMITIVES } from "./words";

/** What a line begins inside of. */
type Inside =
  | { kind: "code" }
  | { kind: "long"; level: number; token: "string" | "comment" }
  | { kind: "quoted"; quote: string };

export interface LuaState {
  inside: Inside;
  /** For each open bracket or block, the number of the line that opened it. */
  open: readonly number[];
  line: number;
  /** After a dot or colon, a name is a member. */
  afterDot: boolean;
}

const CODE: Inside = { kind: "code" };
const OPENERS = new Set(["function", "do", "then", "repeat", "(", "{", "["]);
const CLOSERS = new Set(["end", "until", "elseif", ")", "}", "]"]);
const CLOSING_START = /^\s*(?:end|until|elseif|else|[)}\]])(?![\w])/;

export function startLua(): LuaState {
  return { inside: CODE, open: [], line: 0, afterDot: false };
}

function follow(state: LuaState, word: string): void {
  if (CLOSERS.has(word)) state.open = state.open.slice(0, -1);
  else if (word === "else") state.open = [...state.open.slice(0, -1), state.line];
  if (OPENERS.has(word)) state.open = [...state.open, state.line];
}

function closing(level: number): string {
  return `]${"=".repeat(level)}]`;
}

function readLong(
  stream: StringStream,
  state: LuaState,
  level: number,
  token: "string" | "comment",
) {
  if (token === "string" && stream.match(/^\{[A-Za-z_][\w.[\]]*\}/)) return "marker";
  const end = stream.string.indexOf(closing(level), stream.pos);
  const marker =
    token === "string" ? stream.string.slice(stream.pos).search(/\{[A-Za-z_][\w.[\]]*\}/) : -1;
  if (marker > 0 && (end < 0 || stream.pos + marker < end)) {
    stream.pos += marker;
  } else if (end < 0) {
    stream.skipToEnd();
  } else {
    stream.pos = end + level + 2;
    state.inside = CODE;
  }
  return token;
}

function readQuoted(stream: StringStream, state: LuaState, quote: string): string {
  if (stream.match(/^\{[A-Za-z_][\w.[\]]*\}/)) return "marker";
  for (;;) {
    const ch = stream.next();
    if (ch === undefined) {
      // A backslash at the end carries the string on to the next line.
      if (!stream.string.endsWith("\\")) state.inside = CODE;
      return "string";
    }
    if (ch === quote) {
      state.inside = CODE;
      return "string";
    }
    if (ch === "\\") stream.next();
    if (stream.peek() === "{" && /^\{[A-Za-z_][\w.[\]]*\}/.test(stream.string.slice(stream.pos))) {
      return "string";
    }
  }
}

function nameToken(stream: StringStream, word: string, afterDot: boolean): string {
  if (afterDot) return stream.match(/^\s*[({"']/, false) ? "function" : "propertyName";
  if (LUA_KEYWORDS.has(word)) return "keyword";
  if (LUA_ATOMS.has(word)) return "atom";
  const isCall =
    stream.match(/^\s*[({"'[]/, false) !== null && stream.match(/^\s*\[[^[=]/, false) === null;
  if (DECLARATIONS.has(word) && isCall) return "word";
  if (word in PRIMITIVES) return "word";
  if (stream.match(/^\s*=(?!=)/, false)) return "propertyName";
  if (LUA_GLOBALS.has(word)) return "builtin";
  return isCall ? "function" : "variableName";
}

function readCode(stream: StringStream, state: LuaState): string | null {
  if (stream.eatSpace()) return null;
  const { afterDot } = state;
  state.afterDot = false;
  const long = stream.match(/^(--)?\[(=*)\[/);
  if (long && typeof long !== "boolean") {
    const token = long[1] ? "comment" : "string";
    state.inside = { kind: "long", level: long[2]?.length ?? 0, token };
    return token;
  }
  if (stream.match("--")) {
    stream.skipToEnd();
    return "comment";
  }
  if (stream.match(/^(0x[\da-f.]+(p[+-]?\d+)?|\d+\.?\d*(e[+-]?\d+)?|\.\d+(e[+-]?\d+)?)/i)) {
    return "number";
  }
  const name = stream.match(/^[A-Za-z_]\w*/);
  if (name && typeof name !== "boolean") {
    const token = nameToken(stream, name[0], afterDot);
    if (token === "keyword") follow(state, name[0]);
    return token;
  }
  const ch = stream.next() ?? "";
  if (ch === '"' || ch === "'") {
    state.inside = { kind: "quoted", quote: ch };
    return "string";
  }
  if (ch === "." || ch === ":") {
    state.afterDot = !stream.match(/^[.:]+/);
    return "punctuation";
  }
  follow(state, ch);
  return /[(){}[\],;]/.test(ch) ? "punctuation" : "operator";
}

export function luaToken(stream: StringStream, state: LuaState): string | null {
  if (stream.sol()) state.line += 1;
  switch (state.inside.kind) {
    case "code":
      return readCode(stream, state);
    case "long":
      return readLong(stream, state, state.inside.level, state.inside.token);
    case "quoted":
      return readQuoted(stream, state, state.inside.quote);
  }
}

/**
 * How many steps a line is indented, given the state before it and its text. Brackets and blocks opened
 * on one line count once: `procedure("main", {}, function()` indents its body by one step.
 */
export function luaDepth(state: LuaState, text: string): number | null {
  if (state.inside.kind !== "code") return null;
  let open = state.open;
  for (let rest = text; CLOSING_START.test(rest); rest = rest.replace(CLOSING_START, "")) {
    open = open.slice(0, -1);
  }
  return new Set(open).size;
}
