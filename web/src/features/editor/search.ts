import { StateEffect, StateField } from "@codemirror/state";
import { type EditorView, keymap } from "@codemirror/view";

/** Present in a state that has the search keys. */
const extended = StateField.define<true>({ create: () => true, update: () => true });

/** Opens the search panel of the editor; its code is fetched the first time. */
export function openSearch(view: EditorView): boolean {
  void import("@codemirror/search").then(({ openSearchPanel, search, searchKeymap }) => {
    if (view.state.field(extended, false) === undefined) {
      const keys = [extended, search({ top: true }), keymap.of(searchKeymap)];
      view.dispatch({ effects: StateEffect.appendConfig.of(keys) });
    }
    openSearchPanel(view);
  });
  return true;
}
