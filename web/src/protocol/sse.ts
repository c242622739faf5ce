/**
 * Decodes a text/event-stream by the WHATWG rules, whatever its chunking. No I/O.
 *
 *     bytes ─ UTF-8 (a BOM at the start is dropped) ─ lines (LF, CR, CRLF) ─ fields ─ events
 */

/** One dispatched event. */
export interface SseEvent {
  /** The `event` field; "message" where there was none. */
  readonly type: string;
  readonly data: string;
  /** The last `id` seen up to this event; "" if none. */
  readonly lastEventId: string;
}

/** An unfinished event grew past the bound. The decoder is unusable afterwards. */
export class SseLimitError extends Error {}

const eventCharsMaxDefault = 64 * 1024 * 1024;

export class SseDecoder {
  /** The last `retry` field in ms; null if the server sent none. */
  retryMs: number | null = null;

  private readonly utf8 = new TextDecoder("utf-8");
  private line = "";
  private afterCr = false;
  private data: string[] = [];
  private dataChars = 0;
  private type = "";
  private lastEventId = "";

  /** `eventCharsMax` bounds one unfinished event, in UTF-16 units. */
  constructor(private readonly eventCharsMax = eventCharsMaxDefault) {}

  /**
   * Returns the events that `chunk` completes, in order; none is normal. A chunk may end inside a
   * UTF-8 sequence or between CR and LF. An event without its blank line is never dispatched.
   */
  push(chunk: Uint8Array): SseEvent[] {
    const events: SseEvent[] = [];
    const text = this.utf8.decode(chunk, { stream: true });
    let start = 0;
    if (this.afterCr && text.length > 0) {
      this.afterCr = false;
      if (text[0] === "\n") start = 1;
    }
    const lineEnd = /\r\n?|\n/g;
    lineEnd.lastIndex = start;
    for (let match = lineEnd.exec(text); match !== null; match = lineEnd.exec(text)) {
      const line = this.line + text.slice(start, match.index);
      this.line = "";
      start = lineEnd.lastIndex;
      this.afterCr = match[0] === "\r" && start === text.length;
      this.endLine(line, events);
    }
    this.line += text.slice(start);
    if (this.line.length + this.dataChars > this.eventCharsMax) {
      throw new SseLimitError(`an event exceeds ${this.eventCharsMax} characters`);
    }
    return events;
  }

  private endLine(line: string, events: SseEvent[]): void {
    if (line === "") {
      this.dispatch(events);
      return;
    }
    const colon = line.indexOf(":");
    if (colon === 0) return;
    const name = colon < 0 ? line : line.slice(0, colon);
    const rest = colon < 0 ? "" : line.slice(colon + 1);
    this.field(name, rest.startsWith(" ") ? rest.slice(1) : rest);
  }

  private field(name: string, value: string): void {
    if (name === "data") {
      this.data.push(value);
      this.dataChars += value.length + 1;
    } else if (name === "event") {
      this.type = value;
    } else if (name === "id") {
      if (!value.includes("\0")) this.lastEventId = value;
    } else if (name === "retry" && /^[0-9]+$/.test(value)) {
      this.retryMs = Number(value);
    }
  }

  private dispatch(events: SseEvent[]): void {
    if (this.data.length > 0) {
      const type = this.type === "" ? "message" : this.type;
      events.push({ type, data: this.data.join("\n"), lastEventId: this.lastEventId });
    }
    this.data = [];
    this.dataChars = 0;
    this.type = "";
  }
}
