/** True where the Command key does what Control does elsewhere. */
export const isMac = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? "");

/** A shortcut as this machine writes it: `shortcut("Mod+K")` is `⌘K` or `Ctrl K`. */
export function shortcut(keys: string): string {
  if (isMac) return keys.replace("Mod", "⌘").replace("Enter", "↵").replaceAll("+", "");
  return keys.replace("Mod", "Ctrl").replaceAll("+", " ");
}
