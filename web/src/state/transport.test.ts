import { describe, expect, it } from "vitest";
import { type ConnectionState, openStream, type StreamOptions } from "./transport";

const encoder = new TextEncoder();

/** A server whose answers a test writes down one after the other. */
type Answer = () => Response;

function body(text: string, options: { breaks?: boolean } = {}): Response {
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(encoder.encode(text));
      if (options.breaks) controller.error(new Error("connection reset"));
      else controller.close();
    },
  });
  return new Response(stream, { status: 200 });
}

interface Seen {
  readonly data: string[];
  readonly states: ConnectionState[];
  readonly asked: string[];
  readonly sleeps: number[];
}

/** Runs a stream against the answers until it has ended by itself. */
async function talk(answers: Answer[], extra: Partial<StreamOptions> = {}): Promise<Seen> {
  const seen: Seen = { data: [], states: [], asked: [], sleeps: [] };
  await new Promise<void>((resolve) => {
    openStream({
      url: () => `/api/events?seen=${seen.data.length}`,
      random: () => 1,
      sleep: async (ms) => void seen.sleeps.push(ms),
      fetch: async (url) => {
        seen.asked.push(String(url));
        const answer = answers.shift();
        if (answer === undefined) throw new Error("the test has no further answer");
        return answer();
      },
      onEvents: (events) => seen.data.push(...events.map((event) => event.data)),
      onState: (state) => {
        seen.states.push(state);
        if (state.kind === "failed") resolve();
      },
      ...extra,
    });
  });
  return seen;
}

/** Ends a talk. */
const refused: Answer = () => new Response("", { status: 403 });

describe("openStream", () => {
  it("asks where to go on before each try, also when the server has ended the stream", async () => {
    const seen = await talk([
      () => body("id: 1-1\ndata: a\n\nid: 1-2\ndata: b\n\nid: 1-3\ndata: lost"),
      () => body("id: 1-3\ndata: c\n\n"),
      refused,
    ]);
    expect(seen.data).toEqual(["a", "b", "c"]);
    expect(seen.asked.map((url) => url.replace(/.*=/, ""))).toEqual(["0", "2", "3"]);
    expect(seen.states.map(({ kind }) => kind)).toEqual([
      "connecting",
      "open",
      "retrying",
      "open",
      "retrying",
      "failed",
    ]);
  });

  it("tries again after a broken connection, a refused one and a 5xx, ever more slowly", async () => {
    const broken: Answer = () => {
      throw new TypeError("fetch failed");
    };
    const busy: Answer = () => new Response("", { status: 503 });
    const seen = await talk([broken, busy, busy, broken, busy, busy, busy, refused]);
    expect(seen.sleeps).toEqual([300, 600, 1200, 2400, 4800, 9600, 15_000]);
    const attempts = seen.states.flatMap((state) =>
      state.kind === "retrying" ? [state.attempt] : [],
    );
    expect(attempts).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it("starts the backoff anew once events arrive, with the server's retry time", async () => {
    const seen = await talk([
      () => new Response("", { status: 500 }),
      () => body("retry: 50\nid: 1-1\ndata: a\n\n"),
      refused,
    ]);
    expect(seen.sleeps).toEqual([300, 50]);
  });

  it("spreads its retries", async () => {
    const seen = await talk([() => new Response("", { status: 429 }), refused], {
      random: () => 0,
    });
    expect(seen.sleeps).toEqual([150]);
  });

  it("gives up on a refusal and says why", async () => {
    const error = { code: "not_found", message: "no run 'r'", hint: "see the list of runs" };
    const seen = await talk([() => Response.json({ error }, { status: 404 })]);
    expect(seen.states.at(-1)).toEqual({
      kind: "failed",
      status: 404,
      message: "no run 'r'",
      hint: "see the list of runs",
    });
    const bare = await talk([() => new Response("<html>", { status: 403 })]);
    expect(bare.states.at(-1)).toMatchObject({ message: "the server answered 403", hint: null });
  });

  it("hands events over as soon as their bytes are there", async () => {
    let write: (text: string) => void = () => {};
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => {
        write = (text) => controller.enqueue(encoder.encode(text));
      },
    });
    let arrived: (data: string) => void = () => {};
    const open = openStream({
      url: () => "/",
      fetch: async () => new Response(stream),
      onEvents: ([event]) => arrived(event?.data ?? ""),
      onState: () => {},
    });
    for (const word of ["one", "two"]) {
      const next = new Promise<string>((resolve) => {
        arrived = resolve;
      });
      write(`data: ${word}\n\n`);
      expect(await next).toBe(word);
    }
    open.close();
  });

  it("is silent after close and cancels the request", async () => {
    const states: ConnectionState[] = [];
    const stopped = new Promise<void>((resolve) => {
      const open = openStream({
        url: () => "/",
        fetch: (_url, init) =>
          new Promise((_resolve, reject) => {
            init?.signal?.addEventListener("abort", () => {
              reject(new DOMException("aborted", "AbortError"));
              setTimeout(resolve, 0);
            });
            setTimeout(() => open.close(), 0);
          }),
        onEvents: () => {},
        onState: (state) => states.push(state),
      });
    });
    await stopped;
    expect(states).toEqual([{ kind: "connecting" }]);
  });
});
