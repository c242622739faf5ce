/** The Tactus language for CodeMirror: colours, indentation, comments, completion. */
import {
  type CompletionContext,
  type CompletionResult,
  completeAnyWord,
} from "@codemirror/autocomplete";
import { HighlightStyle, LanguageSupport, StreamLanguage } from "@codemirror/language";
import { tags } from "@lezer/highlight";
import { type LuaState, luaDepth, luaToken, startLua } from "./luaTokens";
import { CONFIGURATION_KEYS, DECLARATIONS, LUA_GLOBALS, LUA_KEYWORDS, PRIMITIVES } from "./words";

const tactus = StreamLanguage.define<LuaState>({
  name: "tactus",
  startState: startLua,
  copyState: (state) => ({ ...state }),
  token: luaToken,
  blankLine: (state) => {
    state.line += 1;
  },
  indent: (state, textAfter, context) => {
    const depth = luaDepth(state, textAfter);
    return depth === null ? null : depth * context.unit;
  },
  languageData: {
    commentTokens: { line: "--", block: { open: "--[[", close: "]]" } },
    closeBrackets: { brackets: ["(", "[", "{", '"', "'"] },
    indentOnInput: /^\s*(?:end|until|else|elseif|[)}\]])$/,
  },
  tokenTable: {
    word: tags.special(tags.variableName),
    marker: tags.special(tags.string),
    builtin: tags.standard(tags.variableName),
    function: tags.function(tags.variableName),
  },
});

/** Colours come from the design tokens, so that the theme changes without rebuilding the editor. */
export const tactusHighlight = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--code-keyword)" },
  { tag: tags.special(tags.variableName), color: "var(--code-word)", fontWeight: "600" },
  { tag: tags.standard(tags.variableName), color: "var(--code-function)" },
  { tag: tags.function(tags.variableName), color: "var(--code-function)" },
  { tag: tags.propertyName, color: "var(--code-property)" },
  { tag: tags.special(tags.string), color: "var(--code-marker)", fontWeight: "600" },
  { tag: tags.string, color: "var(--code-string)" },
  { tag: [tags.number, tags.atom, tags.bool], color: "var(--code-number)" },
  { tag: tags.comment, color: "var(--code-comment)", fontStyle: "italic" },
  { tag: [tags.punctuation, tags.operator], color: "var(--text-muted)" },
]);

const GLOBAL_OPTIONS = [
  ...[...DECLARATIONS].map((label) => ({ label, type: "function", detail: "declares", boost: 2 })),
  ...Object.keys(PRIMITIVES).map((label) => ({ label, type: "namespace", boost: 1 })),
  ...CONFIGURATION_KEYS.map((label) => ({ label, type: "property" })),
  ...[...LUA_KEYWORDS].map((label) => ({ label, type: "keyword" })),
  ...[...LUA_GLOBALS].map((label) => ({ label, type: "function" })),
];

/** Offers members after `Name.`, else the language's words together with those of the file. */
export function completeTactus(context: CompletionContext): CompletionResult | null {
  const member = context.matchBefore(/[A-Z]\w*[.]\w*/);
  if (member) {
    const [owner = ""] = member.text.split(".");
    const members = PRIMITIVES[owner];
    if (!members?.length) return null;
    return {
      from: member.from + owner.length + 1,
      options: members.map((label) => ({ label, type: "method" })),
      validFor: /^\w*$/,
    };
  }
  const word = context.matchBefore(/\w+/);
  if (!word && !context.explicit) return null;
  const from = word?.from ?? context.pos;
  const ofFile = completeAnyWord(context);
  const own = ofFile instanceof Promise || !ofFile ? [] : ofFile.options;
  const known = new Set(GLOBAL_OPTIONS.map((option) => option.label));
  return {
    from,
    options: [...GLOBAL_OPTIONS, ...own.filter((option) => !known.has(option.label))],
    validFor: /^\w*$/,
  };
}

export function tactusLanguage(): LanguageSupport {
  return new LanguageSupport(tactus, [tactus.data.of({ autocomplete: completeTactus })]);
}
