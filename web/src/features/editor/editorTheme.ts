import { EditorView } from "@codemirror/view";

/** The editor's look, from the design tokens. */
export const editorTheme = EditorView.theme({
  "&": {
    height: "100%",
    backgroundColor: "transparent",
    color: "var(--text)",
    fontSize: "var(--editor-size, 0.8125rem)",
  },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--font-mono)", lineHeight: "1.65", overflow: "auto" },
  ".cm-content": { padding: "0.75rem 0 40vh", caretColor: "var(--accent)" },
  ".cm-line": { padding: "0 1.25rem 0 0.5rem" },
  ".cm-cursor": { borderLeftColor: "var(--accent)", borderLeftWidth: "2px" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground":
    { background: "var(--selection)" },
  ".cm-activeLine": { backgroundColor: "transparent" },
  "&.cm-focused .cm-activeLine": {
    backgroundColor: "color-mix(in srgb, var(--accent-soft) 42%, transparent)",
  },
  // Opaque: lines that are scrolled sideways pass beneath it.
  ".cm-gutters": {
    backgroundColor: "var(--surface)",
    border: "none",
    color: "var(--text-faint)",
    paddingLeft: "0.25rem",
  },
  ".cm-lineNumbers .cm-gutterElement": { minWidth: "2rem", padding: "0 0.625rem 0 0" },
  ".cm-activeLineGutter": { backgroundColor: "transparent" },
  "&.cm-focused .cm-activeLineGutter": { color: "var(--accent)" },
  ".cm-gutter-lint": { width: "0.75rem" },
  ".cm-gutter-lint .cm-gutterElement": { display: "grid", placeItems: "center", padding: "0" },
  ".cm-lint-marker": { width: "0.4375rem", height: "0.4375rem", borderRadius: "50%" },
  ".cm-lint-marker-error": { content: "normal", background: "var(--danger)" },
  ".cm-lint-marker-warning": { content: "normal", background: "var(--warning)" },
  "&.cm-focused .cm-matchingBracket": {
    backgroundColor: "var(--accent-soft)",
    outline: "1px solid var(--accent-line)",
    borderRadius: "2px",
  },
  "&.cm-focused .cm-nonmatchingBracket": { color: "var(--danger)", backgroundColor: "transparent" },
  ".cm-selectionMatch": { backgroundColor: "var(--hover)" },
  ".cm-searchMatch": {
    backgroundColor: "var(--warning-soft)",
    outline: "1px solid var(--warning)",
  },
  ".cm-lintRange-error": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--danger) 1px",
    textUnderlineOffset: "3px",
  },
  ".cm-lintRange-warning": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--warning) 1px",
    textUnderlineOffset: "3px",
  },
  ".cm-tooltip": {
    border: "1px solid var(--border)",
    borderRadius: "var(--radius-md)",
    backgroundColor: "var(--surface-raised)",
    boxShadow: "var(--shadow-pop)",
    color: "var(--text)",
    overflow: "hidden",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": {
    fontFamily: "var(--font-mono)",
    maxHeight: "15rem",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "0.2rem 0.6rem" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": {
    background: "var(--accent-soft)",
    color: "var(--text)",
  },
  ".cm-completionDetail": { color: "var(--text-faint)", fontStyle: "normal" },
  ".cm-diagnostic": { padding: "0.4rem 0.7rem", fontFamily: "var(--font-ui)" },
  ".cm-diagnostic-error": { borderLeft: "3px solid var(--danger)" },
  ".cm-diagnostic-warning": { borderLeft: "3px solid var(--warning)" },
  ".cm-panels": {
    backgroundColor: "var(--surface-sunken)",
    color: "var(--text)",
    borderColor: "var(--border)",
    fontFamily: "var(--font-ui)",
  },
  ".cm-panels.cm-panels-bottom": { borderTop: "1px solid var(--border)" },
  ".cm-panel.cm-search": { padding: "0.5rem 2rem 0.5rem 0.75rem" },
  ".cm-panel.cm-search label": { fontSize: "var(--size-xs)" },
  ".cm-panel.cm-search [name=close]": { top: "0.5rem", right: "0.5rem", fontSize: "1rem" },
  ".cm-textfield": {
    border: "1px solid var(--border-input)",
    borderRadius: "var(--radius-sm)",
    backgroundColor: "var(--surface)",
    padding: "0.2rem 0.5rem",
  },
  ".cm-button": {
    border: "1px solid var(--border-strong)",
    borderRadius: "var(--radius-sm)",
    background: "var(--surface-raised)",
    padding: "0.2rem 0.6rem",
  },
});
