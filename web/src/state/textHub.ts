/** Who is told when the text of a message grows. Streaming text goes this way, past React. */

/** Gets the whole text. It starts with what was told before, unless the run was read anew. */
export type TextListener = (text: string) => void;

export class TextHub {
  private readonly listeners = new Map<string, Set<TextListener>>();

  /** Returns what ends the subscription. */
  subscribe(key: string, listener: TextListener): () => void {
    const set = this.listeners.get(key) ?? new Set();
    this.listeners.set(key, set.add(listener));
    return () => {
      set.delete(listener);
      if (set.size === 0 && this.listeners.get(key) === set) this.listeners.delete(key);
    };
  }

  notify(key: string, text: string): void {
    for (const listener of this.listeners.get(key) ?? []) listener(text);
  }

  keys(): string[] {
    return [...this.listeners.keys()];
  }
}
