/** Attributes that give an element a tooltip; `TooltipHost` shows it. */
export interface TipAttributes {
  "data-tip": string;
  "data-tip-keys"?: string;
}

/** `<button {...tip("Save", "Mod+S")}>`. The element still needs its own accessible name. */
export function tip(text: string, keys?: string): TipAttributes {
  return keys === undefined ? { "data-tip": text } : { "data-tip": text, "data-tip-keys": keys };
}
