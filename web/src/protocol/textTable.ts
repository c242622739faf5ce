import type { ChunkEvent } from "./events";

/**
 * The growing texts of a run, by message. Appending is O(1): the engine keeps a rope, which it
 * flattens when the text is read.
 */
export class TextTable {
  private readonly texts = new Map<string, string>();

  /** "" for a message of which nothing has arrived. */
  get(key: string): string {
    return this.texts.get(key) ?? "";
  }

  has(key: string): boolean {
    return this.texts.has(key);
  }

  append(key: string, text: string): void {
    this.texts.set(key, this.get(key) + text);
  }

  entries(): [string, string][] {
    return [...this.texts];
  }
}

/** Names the text that a chunk belongs to: unique in a run, also when attempts reuse message ids. */
export function textKey(chunk: ChunkEvent): string {
  const channel = chunk.event_type === "agent_stream_chunk" ? "text" : "reasoning";
  return `${chunk.turn_id}/${chunk.attempt}/${channel}/${chunk.message_id}`;
}
