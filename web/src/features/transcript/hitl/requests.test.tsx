import { act } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { JsonObject } from "../../../protocol/json";
import { makeLog } from "../../../protocol/testing";
import { useDrafts } from "../../../state/drafts";
import { FakeEventServer } from "../../../state/events/testing";
import { closeAllRuns } from "../../../state/runStore";
import { fetchRequests } from "../Rows";
import { Transcript } from "../Transcript";

vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);

let host: HTMLElement;
let root: Root;
let posts: { url: string; body: JsonObject }[];
/** What the server answers to an answer. */
let verdict: () => Response;
let server: FakeEventServer;
let send: (events: readonly JsonObject[]) => Promise<void>;
let endStream: () => Promise<void>;

async function settle(): Promise<void> {
  await act(async () => {
    await new Promise((resolve) => setTimeout(resolve, 40));
  });
}

function serve(): void {
  server = new FakeEventServer();
  vi.stubGlobal("fetch", async (url: string, init: RequestInit = {}) => {
    if (init.method === "POST") {
      posts.push({ url, body: JSON.parse(String(init.body)) });
      return verdict();
    }
    return server.answer(url);
  });
  send = async (events) => {
    await act(() => vi.waitFor(() => expect(server.subscribed).toBeGreaterThan(0)));
    server.send(events);
    await settle();
  };
  endStream = async () => {
    server.end();
    await settle();
  };
}

const card = () => {
  const found = host.querySelector<HTMLElement>("[data-testid=hitl]");
  if (found === null) throw new Error("no card");
  return found;
};
const button = (name: string) => {
  const found = [...host.querySelectorAll("button")].find((one) => one.textContent === name);
  if (found === undefined) throw new Error(`no button ${name}`);
  return found;
};
const click = (name: string) => act(async () => button(name).click());

async function write(selector: string, text: string): Promise<void> {
  const field = host.querySelector<HTMLTextAreaElement | HTMLInputElement>(selector);
  if (field === null) throw new Error(`no ${selector}`);
  const prototype = Object.getPrototypeOf(field);
  await act(async () => {
    Object.getOwnPropertyDescriptor(prototype, "value")?.set?.call(field, text);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

const start: JsonObject = { event_type: "execution", lifecycle_stage: "start", generation: 1 };
const waiting: JsonObject = { event_type: "execution", lifecycle_stage: "waiting", generation: 1 };
const ask = (fields: JsonObject): JsonObject => ({
  event_type: "hitl_request",
  request_id: "h/1",
  message: "Go on?",
  ...fields,
});
const reply = (fields: JsonObject): JsonObject => ({
  event_type: "hitl_response",
  request_id: "h/1",
  responded_at: "2026-01-02T03:04:06Z",
  timed_out: false,
  ...fields,
});

beforeAll(fetchRequests);

beforeEach(async () => {
  host = document.createElement("div");
  document.body.append(host);
  root = createRoot(host);
  posts = [];
  verdict = () => Response.json({ request_id: "h/1", value: true, responded_at: "" });
  useDrafts.setState({ drafts: {} });
  serve();
  await act(async () => root.render(<Transcript runId="run-1" onJump={() => undefined} />));
});

afterEach(async () => {
  await act(async () => root.unmount());
  host.remove();
  closeAllRuns();
});

describe("a request", () => {
  it("is a form until it is answered, here or elsewhere", async () => {
    const context = { amount: 12, command: "if ok then\n  pay()\nend" };
    const log = makeLog([start, ask({ request_type: "approval", context }), waiting]);
    await send(log);
    expect(card().dataset["state"]).toBe("open");
    expect(card().querySelector("pre")?.textContent).toContain("  pay()");
    expect(host.querySelector("[data-testid=hitl-pending]")?.textContent).toContain("Go on?");
    expect(host.querySelector("[data-testid=run-status]")?.textContent).toBe(
      "Waiting for your answer",
    );
    expect(host.querySelector("[role=status].visually-hidden")?.textContent).toBe(
      "Answer needed: Go on?",
    );
    const answered = reply({ value: false });
    await send(makeLog([...log, answered]).slice(3));
    expect(card().dataset["state"]).toBe("answered");
    expect(card().textContent).toContain("Denied");
    expect(host.querySelector("[data-testid=hitl-pending]")).toBeNull();
    expect(posts).toEqual([]);
  });

  it("is answered once, whatever is pressed meanwhile", async () => {
    await send(makeLog([start, ask({ request_type: "approval" })]));
    await click("Approve");
    await act(async () => button("Deny").click());
    expect(posts).toEqual([{ url: "/api/runs/run-1/requests/h%2F1", body: { value: true } }]);
  });

  it("checks a typed answer before it is sent", async () => {
    await send(makeLog([start, ask({ request_type: "input", input_type: "integer" })]));
    await write("[data-testid=hitl-input]", "many");
    await click("Send");
    expect(card().textContent).toContain("Write a whole number");
    expect(posts).toEqual([]);
    await write("[data-testid=hitl-input]", "12");
    await click("Send");
    expect(posts.map((post) => post.body)).toEqual([{ value: 12 }]);
  });

  it("begins with its default, and asks yes or no where that is all", async () => {
    await send(makeLog([start, ask({ input_type: "boolean", default: false, required: true })]));
    const [yes, no] = card().querySelectorAll<HTMLInputElement>("input[type=radio]");
    expect([yes?.checked, no?.checked]).toEqual([false, true]);
    await act(async () => yes?.click());
    await click("Send");
    expect(posts.map((post) => post.body)).toEqual([{ value: true }]);
  });

  it("sends the decision with feedback and the edited artifact", async () => {
    const options = [
      { label: "Ship", type: "action" },
      { label: "Drop", type: "cancel" },
    ];
    const fields = { request_type: "review", artifact: { a: 1 }, artifact_type: "config", options };
    await send(makeLog([start, ask(fields)]));
    await write("[data-testid=hitl-artifact] textarea", '{"a": 2');
    expect(button("Ship").disabled).toBe(true);
    await write("[data-testid=hitl-artifact] textarea", '{"a": 2}');
    await click("Show changes");
    expect(card().textContent).toContain("3 lines removed");
    const [feedback] = [...host.querySelectorAll("textarea")].slice(-1);
    feedback?.setAttribute("data-feedback", "");
    await write("[data-feedback]", "smaller");
    await click("Ship");
    expect(posts.map((post) => post.body)).toEqual([
      { value: { decision: "Ship", feedback: "smaller", edited_artifact: { a: 2 } } },
    ]);
  });

  it("is resolved with what was done", async () => {
    await send(makeLog([start, ask({ request_type: "escalation", severity: "critical" })]));
    await write("textarea", " called them ");
    await click("Mark as resolved");
    expect(posts.map((post) => post.body)).toEqual([{ value: { resolution: "called them" } }]);
  });

  it("says kindly that somebody was faster, and whose answer counts", async () => {
    const error = { code: "TAC-HITL-ANSWERED", message: "answered already" };
    verdict = () => Response.json({ error }, { status: 409 });
    const log = makeLog([start, ask({ request_type: "approval" }), reply({ value: false })]);
    await send(log.slice(0, 2));
    await click("Approve");
    await settle();
    expect(card().textContent).toContain("Somebody answered first.");
    await send(log.slice(2));
    expect(card().textContent).toContain("Denied");
    expect(card().textContent).toContain("came second");
  });

  it("counts down, and tells that nobody answered in time", async () => {
    const expires_at = new Date(Date.now() + 95_000).toISOString();
    const log = makeLog([
      start,
      ask({ request_type: "approval", expires_at }),
      reply({ value: false, timed_out: true }),
    ]);
    await send(log.slice(0, 2));
    const left = host.querySelector("[data-testid=hitl-countdown]")?.textContent;
    expect(left).toMatch(/^1 m 3[45] s left$/);
    await send(log.slice(2));
    expect(card().dataset["state"]).toBe("timed-out");
    expect(card().textContent).toContain("Nobody answered in time: Denied");
  });

  it("is over when the run ends without an answer", async () => {
    const end = { event_type: "execution", lifecycle_stage: "cancelled", exit_code: 130 };
    await send(makeLog([start, ask({ request_type: "approval" }), end]));
    expect(card().dataset["state"]).toBe("closed");
    expect(card().querySelector("form")).toBeNull();
    expect(host.querySelector("[data-testid=resume]")).not.toBeNull();
  });

  it("keeps what was written when the reader looks at something else", async () => {
    const log = makeLog([start, ask({ request_type: "input" })]);
    await send(log);
    await write("[data-testid=hitl-input]", "half a thought");
    await act(async () => root.render(null));
    await act(async () => root.render(<Transcript runId="run-1" onJump={() => undefined} />));
    await settle();
    const field = host.querySelector<HTMLTextAreaElement>("[data-testid=hitl-input]");
    expect(field?.value).toBe("half a thought");
    await send(makeLog([...log, reply({ value: "x" })]).slice(2));
    expect(useDrafts.getState().drafts).toEqual({});
  });

  it("of a run that nothing executes is answered all the same, and the log is read on", async () => {
    await send(makeLog([start, ask({ request_type: "approval" }), waiting]));
    await endStream();
    expect(host.querySelector("[data-testid=run-status]")?.getAttribute("data-status")).toBe(
      "waiting_for_human",
    );
    await click("Approve");
    await act(() => vi.waitFor(() => expect(server.subscribed).toBe(2)));
  });
});
