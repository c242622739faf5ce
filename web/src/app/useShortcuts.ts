import { useEffect } from "react";
import { isMac } from "../ui/platform";
import { stopSelected } from "./actions";
import { COMMANDS } from "./commands";
import { hidePalette, showPalette, usePalette } from "./paletteStore";

type KeyPress = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">;

/** The name of a key press as commands write it, such as `Mod+S`; Mod is Command on a Mac. */
export function nameOfKey(event: KeyPress, mac: boolean): string | null {
  if (event.altKey || event.shiftKey) return null;
  const mod = mac ? event.metaKey : event.ctrlKey;
  const other = mac ? event.ctrlKey : event.metaKey;
  if (other) return null;
  const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
  return mod ? `Mod+${key}` : key;
}

function isDialogOpen(): boolean {
  return document.querySelector('[role="dialog"]') !== null;
}

/** A person who writes an answer neither starts nor stops a run by the way. */
function isInAnswerForm(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("[data-answer-form]") !== null;
}

function press(event: KeyboardEvent): void {
  const name = nameOfKey(event, isMac);
  if (name === null) return;
  if (name === "Mod+K" || name === "Mod+P") {
    const kind = name === "Mod+K" ? "commands" : "files";
    const open = usePalette.getState().open;
    if (isDialogOpen() && open === null) return;
    take(event);
    if (open === kind) hidePalette();
    else showPalette(kind);
    return;
  }
  if (isDialogOpen()) return;
  // There the same keys send the answer.
  if (name === "Mod+Enter" && isInAnswerForm(event.target)) return;
  const command = COMMANDS.find(({ keys }) => keys === name);
  if (!command) return;
  take(event);
  command.run();
}

function take(event: KeyboardEvent): void {
  event.preventDefault();
  event.stopPropagation();
}

/** Escape inside the transcript stops, unless something there had its own use for it. */
function pressEscape(event: KeyboardEvent): void {
  if (event.key !== "Escape" || event.defaultPrevented || isDialogOpen()) return;
  const inTranscript =
    event.target instanceof Element && event.target.closest("[data-pane=transcript]") !== null;
  if (inTranscript && !isInAnswerForm(event.target)) stopSelected();
}

/** Binds the commands' keys. They come before the editor's own. */
export function useShortcuts(): void {
  useEffect(() => {
    window.addEventListener("keydown", press, { capture: true });
    window.addEventListener("keydown", pressEscape);
    return () => {
      window.removeEventListener("keydown", press, { capture: true });
      window.removeEventListener("keydown", pressEscape);
    };
  }, []);
}
