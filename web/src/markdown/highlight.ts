/**
 * A small highlighter that works line by line and carries its state over, so that code can be
 * coloured while it arrives at a cost that depends on the new lines alone.
 */

export type TokenKind = "keyword" | "constant" | "string" | "number" | "comment" | "function";

/** `kind` null is plain text. The texts of a line's tokens concatenate to the line. */
export interface Token {
  readonly kind: TokenKind | null;
  readonly text: string;
}

/** What a line leaves open for the next: the end of a comment or string that spans lines. */
export interface LineState {
  readonly until: string | null;
  readonly kind: TokenKind;
  readonly escapes: boolean;
}

export const initialState: LineState = { until: null, kind: "comment", escapes: false };

interface Spanning {
  readonly start: RegExp;
  readonly kind: TokenKind;
  readonly escapes: boolean;
  end(match: RegExpExecArray): string;
}

interface Language {
  readonly lineComment: RegExp | null;
  readonly spanning: readonly Spanning[];
  readonly string: RegExp;
  readonly keywords: ReadonlySet<string>;
}

const number = /0[xX][\da-fA-F_]+|\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const word = /[\p{L}_$][\p{L}\p{N}_$]*/uy;
const quoted = /"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?/y;
const constants = new Set("true false nil null undefined None True False NULL nullptr".split(" "));
const blockComment: Spanning = { start: /\/\*/y, kind: "comment", escapes: false, end: () => "*/" };

function language(
  keywords: string,
  lineComment: RegExp | null,
  spanning: readonly Spanning[] = [],
): Language {
  return { keywords: new Set(keywords.split(" ")), lineComment, spanning, string: quoted };
}

const lua = language(
  "and break do else elseif end for function goto if in local not or repeat return then until while",
  /--.*/y,
  [
    { start: /--\[(=*)\[/y, kind: "comment", escapes: false, end: (m) => `]${m[1]}]` },
    { start: /\[(=*)\[/y, kind: "string", escapes: false, end: (m) => `]${m[1]}]` },
  ],
);
const script = language(
  "abstract as async await break case catch class const continue debugger default delete do else enum export extends finally for from function if implements import in instanceof interface let new of private public readonly return static super switch this throw try type typeof var void while yield",
  /\/\/.*/y,
  [blockComment, { start: /`/y, kind: "string", escapes: true, end: () => "`" }],
);
const cLike = language(
  "auto bool break case char class const constexpr continue default defer do double else enum explicit extends extern final float fn for func go if impl import include inline int interface let long loop match mod mut namespace new noexcept operator override package private protected pub public range return self short signed sizeof static struct super switch template this throw trait try type typedef typename union unsigned use using var virtual void volatile where while",
  /\/\/.*/y,
  [blockComment],
);
const python = language(
  "and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield match case",
  /#.*/y,
  [{ start: /[rbfRBF]{0,2}("""|''')/y, kind: "string", escapes: true, end: (m) => m[1] ?? '"""' }],
);
const shell = language(
  "case do done elif else esac export fi for function if in local return set then until while",
  /(?<=^|\s)#.*/y,
);
const sql = language(
  "select from where and or not insert into values update set delete create table drop alter join left right inner outer on group by order limit as is in primary key with union distinct SELECT FROM WHERE AND OR NOT INSERT INTO VALUES UPDATE SET DELETE CREATE TABLE DROP ALTER JOIN LEFT RIGHT INNER OUTER ON GROUP BY ORDER LIMIT AS IS IN PRIMARY KEY WITH UNION DISTINCT",
  /--.*/y,
  [blockComment],
);
const data = language("", null);
const yaml = language("", /(?<=^|\s)#.*/y);

const languages: ReadonlyMap<string, Language> = new Map([
  ...["lua", "tac", "tactus"].map((name) => [name, lua] as const),
  ...["js", "javascript", "jsx", "ts", "typescript", "tsx"].map((name) => [name, script] as const),
  ...[
    "c",
    "cpp",
    "c++",
    "cc",
    "h",
    "hpp",
    "rust",
    "rs",
    "go",
    "java",
    "kotlin",
    "swift",
    "csharp",
  ].map((name) => [name, cLike] as const),
  ...["py", "python"].map((name) => [name, python] as const),
  ...["sh", "bash", "shell", "zsh"].map((name) => [name, shell] as const),
  ...["json", "jsonl"].map((name) => [name, data] as const),
  ...["yaml", "yml", "toml"].map((name) => [name, yaml] as const),
  ["sql", sql] as const,
]);

/** Null when the language is not known: such code stays plain. */
export function findLanguage(name: string): Language | null {
  return languages.get(name.toLowerCase()) ?? null;
}

/** Colours one line (without its line end) and returns the state for the next one. */
export function highlightLine(
  lang: Language,
  line: string,
  state: LineState,
): { tokens: Token[]; state: LineState } {
  const tokens: Token[] = [];
  const emit = (kind: TokenKind | null, text: string) => {
    if (text === "") return;
    const last = tokens.at(-1);
    if (last !== undefined && last.kind === kind)
      tokens[tokens.length - 1] = { kind, text: last.text + text };
    else tokens.push({ kind, text });
  };
  let open = state;
  let at = 0;
  while (at < line.length) {
    if (open.until !== null) {
      const end = spanEnd(line, at, open);
      emit(open.kind, line.slice(at, end ?? line.length));
      if (end === null) return { tokens, state: open };
      at = end;
      open = initialState;
      continue;
    }
    const span = startOfSpan(lang, line, at);
    if (span !== null) {
      emit(span.state.kind, span.text);
      open = span.state;
      at += span.text.length;
      continue;
    }
    const token = simpleToken(lang, line, at);
    emit(token.kind, token.text);
    at += token.text.length;
  }
  return { tokens, state: open };
}

/** Where the open construct ends on this line; null if it does not. */
function spanEnd(line: string, from: number, open: LineState): number | null {
  const until = open.until ?? "";
  for (let at = from; at < line.length; at++) {
    if (open.escapes && line[at] === "\\") at++;
    else if (line.startsWith(until, at)) return at + until.length;
  }
  return null;
}

function startOfSpan(lang: Language, line: string, at: number) {
  for (const { start, kind, escapes, end } of lang.spanning) {
    start.lastIndex = at;
    const match = start.exec(line);
    if (match !== null) return { text: match[0], state: { until: end(match), kind, escapes } };
  }
  return null;
}

function simpleToken(lang: Language, line: string, at: number): Token {
  const comment = lang.lineComment === null ? null : matchAt(lang.lineComment, line, at);
  if (comment !== null) return { kind: "comment", text: comment };
  const text = matchAt(lang.string, line, at);
  if (text !== null) return { kind: "string", text };
  const name = matchAt(word, line, at);
  if (name !== null) return { kind: kindOfWord(lang, name, line, at), text: name };
  const digits = matchAt(number, line, at);
  if (digits !== null) return { kind: "number", text: digits };
  return { kind: null, text: line[at] ?? "" };
}

function kindOfWord(lang: Language, name: string, line: string, at: number): TokenKind | null {
  if (lang.keywords.has(name)) return "keyword";
  if (constants.has(name)) return "constant";
  return /^\s*\(/.test(line.slice(at + name.length, at + name.length + 8)) ? "function" : null;
}

function matchAt(pattern: RegExp, line: string, at: number): string | null {
  pattern.lastIndex = at;
  const found = pattern.exec(line)?.[0];
  return found === undefined || found === "" ? null : found;
}
