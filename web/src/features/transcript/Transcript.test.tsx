import { act } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { JsonObject } from "../../protocol/json";
import { makeLog, richLog, scope } from "../../protocol/testing";
import { FakeEventServer } from "../../state/events/testing";
import { closeAllRuns, sessionOf } from "../../state/runStore";
import type { Place } from "./context";
import { fetchRequests } from "./Rows";
import { Transcript } from "./Transcript";

vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);

let host: HTMLElement;
let root: Root;
let jumps: Place[];
/** Sends events to the page as the server would. */
let send: (events: readonly JsonObject[]) => Promise<void>;

async function settle(): Promise<void> {
  await act(async () => {
    await new Promise((resolve) => setTimeout(resolve, 40));
  });
}

function serve(status = 200, refusal: JsonObject = {}): void {
  const server = new FakeEventServer();
  vi.stubGlobal("fetch", async (url: string) =>
    status === 200 ? server.answer(url) : Response.json(refusal, { status }),
  );
  send = async (events) => {
    await act(() => vi.waitFor(() => expect(server.subscribed).toBeGreaterThan(0)));
    server.send(events);
    await settle();
  };
}

async function show(runId: string | null = "run-1"): Promise<void> {
  await act(async () => {
    root.render(<Transcript runId={runId} onJump={(place) => jumps.push(place)} />);
  });
}

const all = (testId: string) => [...host.querySelectorAll(`[data-testid="${testId}"]`)];
const one = (testId: string): HTMLElement => {
  const [found, ...others] = all(testId);
  if (!(found instanceof HTMLElement)) throw new Error(`no ${testId}`);
  expect(others, `only one ${testId}`).toEqual([]);
  return found;
};

async function click(element: Element | null | undefined): Promise<void> {
  if (!(element instanceof HTMLElement)) throw new Error("nothing to click on");
  await act(async () => element.click());
}

beforeAll(fetchRequests);

beforeEach(() => {
  host = document.createElement("div");
  document.body.append(host);
  root = createRoot(host);
  jumps = [];
  serve();
});

afterEach(async () => {
  await act(async () => root.unmount());
  host.remove();
  closeAllRuns();
});

const started: JsonObject[] = [
  { event_type: "execution", lifecycle_stage: "start", generation: 1 },
  { event_type: "agent_turn", ...scope("t1"), stage: "started", provider: "demo", model: "demo-1" },
];
const chunk = (text: string): JsonObject => ({
  event_type: "agent_stream_chunk",
  ...scope("t1"),
  message_id: "m1",
  chunk_text: text,
});
const story = makeLog([
  ...started,
  chunk("Once **upon"),
  chunk("** a time"),
  { event_type: "agent_turn", ...scope("t1"), stage: "completed", duration_ms: 5120, ttft_ms: 412 },
  {
    event_type: "cost",
    ...scope("t1"),
    prompt_tokens: 182,
    completion_tokens: 312,
    total_cost: 0.0021,
    provenance: "measured",
    request_id: "req-9",
  },
]);

describe("Transcript", () => {
  it("says what will appear while no run is chosen", async () => {
    await show(null);
    expect(one("transcript").textContent).toContain("No run yet");
  });

  it("says for how long nothing has come, once that is long", async () => {
    const later = async (seconds: number) => {
      const now = Date.now();
      vi.spyOn(Date, "now").mockImplementation(() => now + seconds * 1000);
      await act(async () => {
        await new Promise((resolve) => setTimeout(resolve, 550));
      });
    };
    await show();
    await send(story.slice(0, 3));
    await later(2);
    expect(one("live-metrics").textContent).not.toContain("Nothing new");
    await later(6);
    expect(one("live-metrics").textContent).toMatch(/Nothing new for \d+ s/);
    vi.restoreAllMocks();
    await send([{ ...story[2], seq: 90 } as JsonObject]);
    await later(0);
    expect(one("live-metrics").textContent).not.toContain("Nothing new");
    vi.restoreAllMocks();
  });

  it("goes from waiting over streaming to the metrics", async () => {
    await show();
    await send(story.slice(0, 2));
    expect(one("turn-waiting").textContent).toMatch(
      /^Waiting for the first token from demo-1\d+ s$/,
    );
    expect(host.querySelector("[role=log]")?.getAttribute("aria-busy")).toBe("true");

    await send(story.slice(2, 3));
    expect(all("turn-waiting")).toEqual([]);
    expect(one("message-text").textContent?.trim()).toBe("Once **upon");
    expect(one("message-text").dataset["streaming"]).toBe("");
    expect(one("live-metrics").textContent).not.toBe("");

    await send(story.slice(3));
    expect(one("message-text").querySelector("strong")?.textContent).toBe("upon");
    expect(one("message-text").dataset["streaming"]).toBeUndefined();
    expect(one("metrics").textContent).toBe("$0.0021182 in / 312 out5.1 sfirst token 412 ms");
    expect(host.querySelector("[role=log]")?.getAttribute("aria-busy")).toBe("false");

    await click(one("metrics").querySelector("button"));
    expect(one("metrics").textContent).toContain("req-9");
  });

  it("says what it waits for only after ten seconds", async () => {
    await show();
    const timestamp = new Date().toISOString();
    await send(story.slice(0, 2).map((event) => ({ ...event, timestamp })));
    expect(one("turn-waiting").textContent).toMatch(/^Waiting[01] s$/);
  });

  it("keeps the rendered text when the turn ends, without rendering it anew", async () => {
    await show();
    await send(story.slice(0, 3));
    const element = one("message-text");
    await send(story.slice(3));
    expect(one("message-text")).toBe(element);
  });

  it("shows the message as written on request", async () => {
    await show();
    await send(story);
    await click(host.querySelector("[aria-label='Show as written']"));
    expect(one("message-text").textContent).toBe("Once **upon** a time");
  });

  it("tells a screen reader the start and the end of a turn, nothing between", async () => {
    await show();
    const spoken: string[] = [];
    const status = host.querySelector("[role=status]");
    for (const event of story) {
      await send([event]);
      const text = status?.textContent ?? "";
      if (text !== spoken.at(-1) && text !== "") spoken.push(text);
    }
    expect(spoken).toEqual(["storyteller started", "storyteller finished"]);
  });

  it("shows every part of a rich run", async () => {
    await show();
    await send(richLog());
    expect(one("run-status").textContent).toBe("Completed");
    expect(one("tool-call").textContent).toContain("areaw: 3 → {area: 9}");
    expect(one("tool-call").querySelectorAll("[data-testid=turn]")).toHaveLength(1);
    expect(one("superseded").textContent).toBe(
      "Attempt 1 failed: rate limited after 4 tokens, $0.00010",
    );
    expect(one("reasoning").textContent).toContain("3 words");
    expect(one("reasoning").textContent).not.toContain("Let me think");
    expect(one("output").dataset["final"]).toBe("true");
    expect(one("output").textContent).toContain("The Town");
    expect(one("raw-event").textContent).toContain("quantum_leap");
    expect(one("hitl").textContent).toContain("Approved");
    expect(one("summary").textContent).toContain("1.0 s · 60 tokens · $0.0020 · 2 iterations");
    expect(
      all("metrics")
        .map((node) => node.textContent)
        .join(),
    ).toContain("price unknown");
    await click(one("reasoning").querySelector("button"));
    expect(one("reasoning").textContent).toContain("Let me think.");
  });

  it("fills structured output in and switches it to JSON", async () => {
    const until = richLog().findIndex((event) => event["event_type"] === "agent_output");
    await show();
    await send(richLog().slice(0, until));
    expect(one("output").dataset["final"]).toBe("false");
    expect(one("output").textContent).toContain("The Town");
    expect(one("output").textContent).toContain("not valid");
    await click(one("output").querySelector("button"));
    expect(JSON.parse(one("output").querySelector("pre")?.textContent ?? "")).toEqual({
      title: "The Town",
      tags: ["a"],
    });
  });

  it("says once what failed, where and what to do, and leads there", async () => {
    const error = { code: "TAC-PROVIDER-AUTH", message: "the key was refused" };
    const details = { error: { ...error, hint: "set OPENAI_API_KEY", file: "a.tac", line: 14 } };
    await show();
    await send(
      makeLog([
        ...started,
        { event_type: "agent_turn", ...scope("t1"), stage: "failed", error },
        { event_type: "execution", lifecycle_stage: "error", exit_code: 1, details },
      ]),
    );
    expect(one("run-status").dataset["status"]).toBe("failed");
    expect(one("error").textContent).toContain("the key was refused");
    expect(one("error").textContent).toContain("TAC-PROVIDER-AUTH");
    expect(one("error-hint").textContent).toBe("set OPENAI_API_KEY");
    await click(one("error").querySelector("button"));
    expect(jumps).toEqual([{ path: "a.tac", line: 14 }]);
  });

  it("keeps the partial of a stopped run and shows how it was stopped", async () => {
    await show();
    await send(story.slice(0, 3));
    const requested = "2026-01-01T00:00:00.000Z";
    const cancel = { requested, upstreamClosed: null, settled: null, error: null };
    await act(async () => sessionOf("run-1").setCancel(cancel));
    expect(one("run-status").textContent).toBe("Stopping…");
    const upstreamClosed = "2026-01-01T00:00:00.041Z";
    await act(async () => sessionOf("run-1").setCancel({ ...cancel, upstreamClosed }));
    expect(one("run-status").textContent).toBe("Stopping… → upstream closed (41 ms)");
    await send([
      { ...story[3], event_type: "agent_turn", ...scope("t1"), stage: "cancelled" },
      { ...story[4], event_type: "execution", lifecycle_stage: "cancelled", exit_code: 130 },
    ]);
    expect(one("run-status").textContent).toBe("Stopping… → upstream closed (41 ms) → stopped");
    expect(one("message-text").textContent).toContain("upon");
    expect(one("turn").textContent).toContain("stopped");
  });

  it("loses one card, not the page, to a broken one", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    await show();
    const log = makeLog([
      ...started,
      chunk("still here"),
      { event_type: "notification", level: "info", message: "fine" },
    ]);
    await send(log);
    const { store } = sessionOf("run-1");
    const { view } = store.getState();
    const broken = JSON.parse('{"kind":"logs","key":"broken","entries":null}');
    await act(async () => store.setState({ view: { ...view, rows: [...view.rows, broken] } }));
    expect(one("broken-card").textContent).toContain("could not be shown");
    expect(one("message-text").textContent?.trim()).toBe("still here");
  });

  it("says why the stream of a run was refused", async () => {
    serve(404, { error: { code: "not_found", message: "no run 'x'", hint: "choose another" } });
    await show("x");
    await settle();
    expect(host.textContent).toContain("no run 'x'");
    expect(host.textContent).toContain("choose another");
    expect(one("run-status").textContent).toBe("Not available");
  });
});

describe("Transcript, following", () => {
  /** Gives the scroller a size, which the test's DOM has none of. */
  function measure(scrollHeight: number) {
    const scroller = host.querySelector("[role=log]");
    if (!(scroller instanceof HTMLElement)) throw new Error("no scroller");
    Object.defineProperty(scroller, "scrollHeight", { configurable: true, value: scrollHeight });
    Object.defineProperty(scroller, "clientHeight", { configurable: true, value: 500 });
    return async (top: number) => {
      scroller.scrollTop = top;
      await act(async () => scroller.dispatchEvent(new Event("scroll")));
    };
  }

  it("stops when the reader scrolls up, counts what is new, and returns on request", async () => {
    await show();
    await send(story.slice(0, 3));
    const scrollTo = measure(2000);
    await scrollTo(1500);
    expect(all("follow-button")).toEqual([]);
    await scrollTo(1400);
    expect(one("follow-button").textContent).toBe("Follow");
    const seq = story.length + 1;
    await send([...story.slice(3), { ...story[5], seq, event_type: "log", message: "one more" }]);
    expect(one("follow-button").textContent).toBe("1 new");
    await click(one("follow-button"));
    expect(all("follow-button")).toEqual([]);
    expect(host.querySelector("[role=log]")?.scrollTop).toBeGreaterThanOrEqual(1500);
  });

  it("does not take growth below the reader for scrolling up", async () => {
    await show();
    await send(story.slice(0, 3));
    await measure(2000)(1500);
    await measure(2600)(1500);
    expect(all("follow-button")).toEqual([]);
  });

  it("begins a run that is over at its beginning", async () => {
    await show();
    await send(richLog());
    expect(all("follow-button")).toEqual([]);
    expect(host.querySelector("[role=log]")?.scrollTop).toBe(0);
  });
});
