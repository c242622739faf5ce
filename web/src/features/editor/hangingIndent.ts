/** Wrapped lines: what does not fit goes on below where the line's own text begins. */
import { countColumn, type Extension, RangeSetBuilder } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  EditorView,
  ViewPlugin,
  type ViewUpdate,
} from "@codemirror/view";

/** Deeper lines hang here, so that narrow panes keep room for the text. */
const columnsMax = 24;

function hanging(columns: number): Decoration {
  // The theme gives a line 0.5rem of padding.
  const style = `padding-left: calc(0.5rem + ${columns}ch); text-indent: -${columns}ch`;
  return Decoration.line({ attributes: { style } });
}

const decorations = Array.from({ length: columnsMax + 1 }, (_, columns) => hanging(columns));

function decorate(view: EditorView): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  for (const { from, to } of view.visibleRanges) {
    for (let at = from; at <= to; ) {
      const line = view.state.doc.lineAt(at);
      const space = /^\s*/.exec(line.text)?.[0] ?? "";
      // One step further than the line itself, as a statement that goes on.
      const columns = countColumn(space, view.state.tabSize) + 2;
      const decoration = decorations[Math.min(columns, columnsMax)];
      if (decoration) builder.add(line.from, line.from, decoration);
      at = line.to + 1;
    }
  }
  return builder.finish();
}

const plugin = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;

    constructor(view: EditorView) {
      this.decorations = decorate(view);
    }

    update({ view, docChanged, viewportChanged }: ViewUpdate): void {
      if (docChanged || viewportChanged) this.decorations = decorate(view);
    }
  },
  { decorations: (value) => value.decorations },
);

/** Wraps long lines with a hanging indent. */
export const wrapLines: Extension = [EditorView.lineWrapping, plugin];
