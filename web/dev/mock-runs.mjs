// Runs of the stand-in server: each streams the same story in the order that spec/events.md asks for.
import { setTimeout as sleep } from "node:timers/promises";
import { REQUESTS } from "./mock-humans.mjs";

const PACE_MS = Number(process.env.PACE_MS ?? 25);

const STORY = `## The Keeper of Small Hours

On the last rock before the open sea stood a lighthouse, and in it lived **Maren**, who had kept the
light for nineteen years without once seeing a ship come close.

She wrote down what she saw:

1. gulls, mostly
2. weather, always
3. once, a *whale* as long as the pier

\`\`\`lua
local light = State.get("light") or "steady"
while light == "steady" do
  Sleep(60)
end
\`\`\`

> The sea does not answer, but it listens.

One night the lamp failed. Maren took a lantern, climbed the hundred and twelve steps, and held it up
with both arms until morning. Far out, a single ship turned its bow and went on, and never knew whose
arms had ached for it.
`;

export const runs = new Map();

class Run {
  log = [];
  followers = new Set();
  cancelled = null;
  answers = new Map();
  waiting = new Map();

  constructor(path, inputs) {
    const run_id = `r-${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 7)}`;
    const procedure_id = path.replace(/^.*\//, "").replace(/\.tac$/, "");
    this.summary = {
      run_id,
      procedure_id,
      path,
      inputs,
      status: "running",
      started_at: new Date().toISOString(),
      ended_at: null,
      duration_ms: null,
      total_tokens: 0,
      total_cost: 0,
      error: null,
      generation: 1,
      last_seq: 0,
    };
  }

  get isLive() {
    return ["running", "waiting_for_human", "sleeping"].includes(this.summary.status);
  }

  /** Asks one request and waits for its answer, or for its time to run out. */
  async ask(request) {
    const { seconds, ...body } = request;
    const expires_at = seconds ? new Date(Date.now() + seconds * 1000).toISOString() : null;
    this.append("hitl_request", { ...body, expires_at });
    this.append("execution", { lifecycle_stage: "waiting", generation: 1, details: {} });
    Object.assign(this.summary, { status: "waiting_for_human", pending_count: 1 });
    const answered = new Promise((resolve) => this.waiting.set(request.request_id, resolve));
    const late = seconds ? sleep(seconds * 1000, undefined) : new Promise(() => undefined);
    const taken = await Promise.race([answered, late]);
    this.waiting.delete(request.request_id);
    if (!taken) {
      const value = request.default ?? null;
      this.respond(request.request_id, { value, timed_out: true, message_class: "TIMED_OUT" });
    }
    Object.assign(this.summary, { status: "running", pending_count: 0 });
    this.append("execution", { lifecycle_stage: "resumed", generation: 1, details: {} });
  }

  respond(request_id, body) {
    const responded_at = new Date().toISOString();
    const response = { request_id, responded_at, timed_out: false, ...body };
    this.answers.set(request_id, response);
    this.append("hitl_response", { message_class: "RESPONSE", ...response });
    return response;
  }

  answer(request_id, value, Failure) {
    const before = this.answers.get(request_id);
    if (before && JSON.stringify(before.value) === JSON.stringify(value)) return before;
    if (before) throw new Failure(409, "TAC-HITL-ANSWERED", "This request has been answered.");
    const resolve = this.waiting.get(request_id);
    if (!resolve) throw new Failure(422, "TAC-HITL-OPTION", `There is no request ${request_id}.`);
    const response = this.respond(request_id, { value });
    resolve(true);
    return response;
  }

  resume({ allow_changed_source }, Failure) {
    if (this.summary.path === "humans.tac" && !allow_changed_source) {
      const message = "The program has changed since the run was recorded: humans.tac";
      throw new Failure(409, "TAC-SOURCE-CHANGED", message, { files: ["humans.tac"] });
    }
    const generation = ++this.summary.generation;
    Object.assign(this.summary, { status: "running", ended_at: null, error: null });
    this.cancelled = null;
    this.append("execution", { lifecycle_stage: "resumed", generation, details: {} });
    this.append("checkpoint", { position: "0", type: "step", name: "load", replayed: true });
    this.append("checkpoint", {
      position: "1",
      type: "agent_turn",
      name: "writer",
      replayed: true,
    });
    void sleep(600).then(() => this.end("completed", { total_tokens: 120, total_cost: 1e-4 }));
    return { run_id: this.summary.run_id, events_url: "", generation };
  }

  /** Every kind of request, one after the other. */
  async playHumans() {
    const generation = 1;
    this.append("execution", { lifecycle_stage: "start", generation, details: {} });
    this.append("notification", {
      level: "info",
      message: "Three invoices are due today.",
      source: "human",
    });
    this.append("notification", {
      level: "warning",
      message: "The exchange rate is two days old.",
      context: { rate: 1.083, from: "2026-03-01" },
      source: "system",
    });
    this.append("checkpoint", { position: "0", type: "step", name: "load", replayed: false });
    this.append("procedure_call", {
      call_id: "p1",
      name: "collect",
      stage: "started",
      inputs: { month: 3 },
    });
    this.append("procedure_call", {
      call_id: "p2",
      parent: "p1",
      name: "fetch",
      stage: "started",
      inputs: { page: 1 },
    });
    this.append("procedure_call", { call_id: "p2", name: "fetch", stage: "completed", result: 3 });
    this.append("procedure_call", {
      call_id: "p1",
      name: "collect",
      stage: "completed",
      result: { invoices: 3 },
    });
    for (const request of REQUESTS) {
      await this.ask(request);
      if (this.cancelled) break;
    }
    this.end(this.cancelled ? "cancelled" : "completed", { total_tokens: 0, total_cost: 0 });
  }

  append(event_type, values) {
    const { run_id, procedure_id } = this.summary;
    const seq = this.log.length + 1;
    const event = {
      event_type,
      run_id,
      procedure_id,
      seq,
      timestamp: new Date().toISOString(),
      ...values,
    };
    this.log.push(event);
    this.summary.last_seq = seq;
    for (const follower of this.followers) follower.send(event);
  }

  follow(send, end) {
    const follower = { send, end };
    this.followers.add(follower);
    return () => this.followers.delete(follower);
  }

  cancel() {
    const now = new Date().toISOString();
    this.cancelled ??= { requested: now, upstream_closed: now };
    for (const resolve of this.waiting.values()) resolve(true);
    return { run_id: this.summary.run_id, ...this.cancelled, settled: this.summary.ended_at };
  }

  end(status, figures) {
    const ended_at = new Date().toISOString();
    const duration_ms = Date.parse(ended_at) - Date.parse(this.summary.started_at);
    Object.assign(this.summary, { status, ended_at, duration_ms, ...figures });
    const stage = { completed: "complete", failed: "error", cancelled: "cancelled" }[status];
    const exit_code = { completed: 0, failed: 1, cancelled: 130 }[status];
    const result = status === "completed" ? { reason: "The story is complete." } : null;
    this.append("execution_summary", {
      result,
      final_state: { story_told: status === "completed" },
      iterations: 1,
      tools_used: ["done"],
      duration_ms,
      exit_code,
      cost_breakdown: [],
      ...figures,
    });
    this.append("execution", { lifecycle_stage: stage, generation: 1, details: {}, exit_code });
    for (const follower of this.followers) follower.end();
  }

  async play() {
    const turn = { agent_name: "storyteller", turn_id: "t1", attempt: 0, parent: null };
    this.append("execution", {
      lifecycle_stage: "start",
      generation: 1,
      details: { inputs: this.summary.inputs },
    });
    this.append("agent_turn", {
      ...turn,
      stage: "started",
      provider: "demo",
      model: "demo",
      streaming: true,
    });
    await sleep(20 * PACE_MS);
    const begun = Date.now();
    const words = STORY.match(/\s*\S+\s*$|\s*\S+/g);
    let tokens = 0;
    for (const word of words) {
      if (this.cancelled) break;
      tokens += 1;
      this.append("agent_stream_chunk", { ...turn, message_id: "m1", chunk_text: word });
      if (tokens % 12 === 0) {
        this.append("usage", {
          ...turn,
          completion_tokens: tokens,
          total_cost: tokens * 1e-6,
          tokens_per_second: 1000 / PACE_MS,
          provenance: "estimated",
        });
      }
      await sleep(PACE_MS);
    }
    const stopped = this.cancelled !== null;
    if (!stopped) await this.callDone(turn);
    const duration_ms = Date.now() - begun;
    const finish_reason = stopped ? "cancelled" : "stop";
    this.append("agent_turn", {
      ...turn,
      stage: stopped ? "cancelled" : "completed",
      duration_ms,
      ttft_ms: 20 * PACE_MS,
      finish_reason,
    });
    const figures = { total_tokens: 84 + tokens, total_cost: (84 + 2 * tokens) * 1e-6 };
    this.append("cost", {
      ...turn,
      provider: "demo",
      model: "demo",
      prompt_tokens: 84,
      completion_tokens: tokens,
      cached_tokens: 0,
      reasoning_tokens: 0,
      prompt_cost: 84e-6,
      completion_cost: 2e-6 * tokens,
      currency: "USD",
      provenance: "measured",
      duration_ms,
      ttft_ms: 20 * PACE_MS,
      inter_token_ms: { p50: PACE_MS, p95: PACE_MS + 2, max: PACE_MS + 9 },
      retry_count: 0,
      validation_errors: [],
      message_count: 3,
      new_message_count: 2,
      request_id: "demo-1",
      finish_reason,
      ...figures,
    });
    if (!stopped)
      this.append("log", {
        level: "INFO",
        message: "The story is told",
        context: {},
        logger_name: "procedure",
      });
    this.end(stopped ? "cancelled" : "completed", figures);
  }

  async callDone(turn) {
    const call = { ...turn, tool_call_id: "c1", tool_name: "done" };
    this.append("agent_tool_call", { ...call, stage: "started" });
    this.append("agent_tool_call", {
      ...call,
      stage: "arguments",
      arguments_delta: '{"reason": "The story ',
    });
    await sleep(2 * PACE_MS);
    this.append("agent_tool_call", {
      ...call,
      stage: "arguments",
      arguments_delta: 'is complete."}',
    });
    this.append("agent_tool_call", {
      ...call,
      stage: "executing",
      arguments: { reason: "The story is complete." },
    });
    this.append("agent_tool_call", {
      ...call,
      stage: "completed",
      result: "The story is complete.",
      duration_ms: 1,
    });
  }
}

export function createRun(path, inputs) {
  const run = new Run(path, inputs);
  runs.set(run.summary.run_id, run);
  if (inputs.topic === "fail") {
    run.append("execution", { lifecycle_stage: "start", generation: 1, details: {} });
    run.summary.error = {
      code: "TAC-PROVIDER-AUTH",
      message: "The provider refused the key.",
      hint: "Set OPENAI_API_KEY.",
      file: path,
      line: 3,
    };
    run.end("failed", {
      total_tokens: 0,
      total_cost: 0,
      error_code: "TAC-PROVIDER-AUTH",
      error_message: "The provider refused the key.",
    });
  } else if (path === "humans.tac") void run.playHumans();
  else void run.play();
  return run;
}
