/**
 * One CodeMirror view shows one tab at a time; a session keeps each other tab's undo history, cursor
 * and scroll position until it comes back.
 */
import { autocompletion, closeBrackets, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import {
  bracketMatching,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from "@codemirror/language";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { EditorState, type Extension, type StateEffect } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { type Jump, type Tab, useTabs } from "../../state/workspace/tabsStore";
import { isLuaFile, type Problem } from "../../state/workspace/validationStore";
import { useCursor } from "./cursorStore";
import { toDiagnostics } from "./diagnostics";
import { editorTheme } from "./editorTheme";
import { wrapLines } from "./hangingIndent";
import { openSearch } from "./search";
import { tactusHighlight, tactusLanguage } from "./tactusLanguage";

interface Session {
  state: EditorState;
  scroll: StateEffect<unknown> | null;
  revision: number;
}

const shared: Extension = [
  lintGutter(),
  lineNumbers(),
  highlightSpecialChars(),
  history(),
  drawSelection(),
  EditorState.allowMultipleSelections.of(true),
  indentOnInput(),
  indentUnit.of("  "),
  bracketMatching(),
  closeBrackets(),
  autocompletion({ icons: false }),
  highlightActiveLine(),
  highlightActiveLineGutter(),
  // Prompts are prose, and panes are narrow.
  wrapLines,
  syntaxHighlighting(tactusHighlight),
  editorTheme,
  keymap.of([
    ...completionKeymap,
    { key: "Mod-f", run: openSearch },
    { key: "F3", run: openSearch },
    ...historyKeymap,
    ...defaultKeymap,
    indentWithTab,
  ]),
];

/** Outlives the view, which goes when the editor is hidden. */
const sessions = new Map<string, Session>();

/** The last jump that was made, so that a view made later does not repeat it. */
let lastJump = 0;

function reportCursor({ doc, selection }: EditorState): void {
  const line = doc.lineAt(selection.main.head);
  useCursor.setState({ line: line.number, column: selection.main.head - line.from + 1 });
}

function createSession(tab: Tab): Session {
  const { path } = tab;
  const listener = EditorView.updateListener.of((update) => {
    if (update.docChanged) useTabs.getState().edit(path, update.state.doc);
    if (update.docChanged || update.selectionSet) reportCursor(update.state);
  });
  const state = EditorState.create({
    doc: tab.doc,
    extensions: [
      shared,
      isLuaFile(path) ? tactusLanguage() : EditorView.lineWrapping,
      listener,
      EditorView.contentAttributes.of({
        "aria-label": `Text of ${path}`,
        spellcheck: "false",
        tabindex: "0",
      }),
    ],
  });
  return { state, scroll: null, revision: tab.revision };
}

/** Forgets tabs that are closed; `paths` are those still open. */
export function retainSessions(paths: ReadonlySet<string>): void {
  for (const path of sessions.keys()) {
    if (!paths.has(path)) sessions.delete(path);
  }
}

/** The view in which one tab at a time is edited. */
export class EditorHost {
  private readonly view: EditorView;
  private shown: string | null = null;

  constructor(parent: HTMLElement) {
    this.view = new EditorView({ parent });
  }

  destroy(): void {
    this.putAway();
    this.view.destroy();
  }

  /** Shows a tab whose text is loaded, as it was when it was last shown. */
  show(tab: Tab): void {
    if (this.shown !== tab.path) {
      this.putAway();
      const session = sessions.get(tab.path) ?? createSession(tab);
      sessions.set(tab.path, session);
      this.shown = tab.path;
      this.view.setState(session.state);
      if (session.scroll) this.view.dispatch({ effects: session.scroll });
      reportCursor(this.view.state);
    }
    this.takeOver(tab);
  }

  mark(problems: readonly Problem[]): void {
    const { state } = this.view;
    this.view.dispatch(setDiagnostics(state, toDiagnostics(state.doc, problems)));
  }

  /** Brings a place of the shown tab into view and puts the cursor there; each jump once. */
  jump(jump: Jump): void {
    if (jump.path !== this.shown || jump.id === lastJump) return;
    lastJump = jump.id;
    const { doc } = this.view.state;
    const line = doc.line(Math.min(Math.max(jump.line, 1), doc.lines));
    const anchor = Math.min(line.from + Math.max(jump.column - 1, 0), line.to);
    this.view.dispatch({
      selection: { anchor },
      effects: EditorView.scrollIntoView(anchor, { y: "center" }),
    });
    this.view.focus();
  }

  private putAway(): void {
    const session = this.shown === null ? undefined : sessions.get(this.shown);
    if (!session) return;
    session.state = this.view.state;
    session.scroll = this.view.scrollSnapshot();
  }

  /** Replaces the text by what came from outside (undo brings the old one back). */
  private takeOver(tab: Tab): void {
    const session = sessions.get(tab.path);
    if (!session || session.revision === tab.revision) return;
    session.revision = tab.revision;
    const { doc } = this.view.state;
    if (doc.eq(tab.doc)) return;
    this.view.dispatch({ changes: { from: 0, to: doc.length, insert: tab.doc } });
  }
}
