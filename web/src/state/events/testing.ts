/** For tests: the server's end of the connection, on which one run is watched. Stands in for `fetch`. */
import type { JsonObject } from "../../protocol/json";

export class FakeEventServer {
  /** How often the run was asked for. */
  subscribed = 0;
  private controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  private seq = 0;

  /** Answers a request for /api/events; undefined for any other. */
  answer(url: string): Response | undefined {
    if (!url.startsWith("/api/events?")) return undefined;
    const [, subscribe = ""] = /subscribe=([^&]*)/.exec(url) ?? [];
    if (subscribe !== "") this.subscribed++;
    this.seq = Number(/:[0-9]+-([0-9]+)$/.exec(subscribe)?.[1] ?? 0);
    const body = new ReadableStream<Uint8Array>({
      start: (created) => {
        this.controller = created;
      },
    });
    return new Response(body);
  }

  /** Events of the run. */
  send(events: readonly JsonObject[]): void {
    for (const event of events) {
      this.seq = Number(event["seq"]);
      this.write(event);
    }
  }

  /** The log has been read to its end. */
  end(): void {
    this.write({ event_type: "subscription", run_id: "run-1", stage: "ended" });
  }

  private write(event: JsonObject): void {
    const frame = `id: 0;e-1;1-${this.seq}\ndata: ${JSON.stringify(event)}\n\n`;
    this.controller?.enqueue(new TextEncoder().encode(frame));
  }
}
