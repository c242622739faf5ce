/**
 * Reads an event stream and keeps reading: reconnects, backs off with jitter, and says what state it
 * is in. Events are handed over as soon as their bytes are there.
 */
import { isObject } from "../protocol/json";
import { SseDecoder, type SseEvent } from "../protocol/sse";

/** How it stands with a stream, or with what one of its readers gets from it. */
export type ConnectionState =
  | { readonly kind: "connecting" }
  | { readonly kind: "open" }
  /** The stream broke; the next try is in `inMs`. `attempt` counts from 1. */
  | { readonly kind: "retrying"; readonly attempt: number; readonly inMs: number }
  /** Nothing more will come: the log has been read to its end. */
  | { readonly kind: "finished" }
  /** Trying again would not help. */
  | {
      readonly kind: "failed";
      readonly status: number;
      readonly message: string;
      readonly hint: string | null;
    };

export interface StreamOptions {
  /** Asked before each try: it says where to go on. */
  readonly url: () => string;
  readonly onEvents: (events: readonly SseEvent[]) => void;
  readonly onState: (state: ConnectionState) => void;
  readonly fetch?: typeof fetch;
  /** In [0, 1). */
  readonly random?: () => number;
  /** Resolves after `ms`, or at once when `signal` aborts or the browser comes online. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** An open stream. */
export interface Stream {
  /** Stops for good. No callback is called afterwards. */
  close(): void;
}

const firstRetryMs = 300;
const retryMsMax = 15_000;
/** The server sends a comment every 15 s; without any byte for this long the connection is dead. */
const silenceMsMax = 45_000;

export function openStream(options: StreamOptions): Stream {
  const reader = new StreamReader(options);
  void reader.run();
  return { close: () => reader.close() };
}

class StreamReader {
  private readonly closed = new AbortController();
  private retryMs = firstRetryMs;
  private failures = 0;

  constructor(private readonly options: StreamOptions) {}

  close(): void {
    this.closed.abort();
  }

  async run(): Promise<void> {
    const sleep = this.options.sleep ?? sleepUntilOnline;
    const random = this.options.random ?? Math.random;
    this.report({ kind: "connecting" });
    while (!this.closed.signal.aborted) {
      const end = await this.readOnce();
      if (end !== null) {
        this.report(end);
        return;
      }
      const ceiling = Math.min(this.retryMs * 2 ** this.failures, retryMsMax);
      const inMs = Math.round(ceiling / 2 + (random() * ceiling) / 2);
      this.failures++;
      this.report({ kind: "retrying", attempt: this.failures, inMs });
      await sleep(inMs, this.closed.signal);
    }
  }

  /** One connection. Null means that another one should follow. */
  private async readOnce(): Promise<ConnectionState | null> {
    const attempt = new AbortController();
    const stop = () => attempt.abort();
    this.closed.signal.addEventListener("abort", stop);
    try {
      const response = await this.request(attempt.signal);
      if (!response.ok) return isFatal(response.status) ? await failure(response) : null;
      if (response.body === null) return null;
      this.report({ kind: "open" });
      await this.readBody(response.body, attempt);
      return null;
    } catch {
      return null; // The network broke, or the stream was damaged: both are tried again.
    } finally {
      this.closed.signal.removeEventListener("abort", stop);
      attempt.abort();
    }
  }

  private request(signal: AbortSignal): Promise<Response> {
    const headers = { Accept: "text/event-stream" };
    const send = this.options.fetch ?? fetch;
    return send(this.options.url(), { headers, signal, cache: "no-store" });
  }

  private async readBody(body: ReadableStream<Uint8Array>, attempt: AbortController) {
    const decoder = new SseDecoder();
    const reader = body.getReader();
    let silence = setTimeout(() => attempt.abort(), silenceMsMax);
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done || this.closed.signal.aborted) return;
        clearTimeout(silence);
        silence = setTimeout(() => attempt.abort(), silenceMsMax);
        this.deliver(decoder.push(value));
        this.retryMs = decoder.retryMs ?? this.retryMs;
      }
    } finally {
      clearTimeout(silence);
    }
  }

  private deliver(events: readonly SseEvent[]): void {
    if (events.length === 0) return;
    this.failures = 0;
    this.options.onEvents(events);
  }

  private report(state: ConnectionState): void {
    if (!this.closed.signal.aborted) this.options.onState(state);
  }
}

/** Too many requests and a slow server pass; every other refusal stays. */
function isFatal(status: number): boolean {
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}

async function failure(response: Response): Promise<ConnectionState> {
  const body: unknown = await response.json().catch(() => null);
  const error = isObject(body) ? body["error"] : undefined;
  const text = (key: string) =>
    isObject(error) && typeof error[key] === "string" ? error[key] : null;
  return {
    kind: "failed",
    status: response.status,
    message: text("message") ?? `the server answered ${response.status}`,
    hint: text("hint"),
  };
}

function sleepUntilOnline(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      globalThis.removeEventListener?.("online", wake);
      signal.removeEventListener("abort", wake);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    globalThis.addEventListener?.("online", wake);
    signal.addEventListener("abort", wake);
  });
}
