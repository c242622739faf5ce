export { useCursor } from "./cursorStore";
export { EditorPane } from "./EditorPane";
export { closeTab, saveTab, validateTab } from "./tabActions";
