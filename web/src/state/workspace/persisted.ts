/** Settings kept in the browser. A full, blocked or damaged storage never breaks the page. */

/** Reads a setting; `parse` decides whether what was stored still makes sense (null: it does not). */
export function loadSetting<T>(key: string, parse: (value: unknown) => T | null): T | null {
  try {
    const stored = localStorage.getItem(`tactus.${key}`);
    return stored === null ? null : parse(JSON.parse(stored));
  } catch {
    return null;
  }
}

/** Stores a setting; does nothing where the browser refuses. */
export function saveSetting(key: string, value: unknown): void {
  try {
    localStorage.setItem(`tactus.${key}`, JSON.stringify(value));
  } catch {
    // Private windows and full storages refuse; the setting then lives as long as the page.
  }
}

export function asRecord(value: unknown): Record<string, unknown> | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : null;
}

export function asStrings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
