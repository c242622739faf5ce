// Readers of a run's log: a strict SSE client, and what the laws of the log demand of a reading.
import assert from "node:assert/strict";
import http from "node:http";
import { patience_ms, within } from "./process.mjs";

/** Opens a stream; resolves with the head of the response. */
export function open_events(t, server, path, headers = {}) {
  const opened = new Promise((resolve, reject) => {
    const options = {
      host: "127.0.0.1",
      port: server.port,
      path,
      headers: { ...server.own_headers, accept: "text/event-stream", ...headers },
      agent: false,
    };
    const request = http.get(options, (response) => resolve(new EventStream(response)));
    request.on("error", reject);
  }).then((stream) => {
    t.after(() => stream.close());
    return stream;
  });
  return within(patience_ms, opened, `head of ${path}`);
}

/** What an EventSource sees, and what it does not show: comments, `retry`, bytes on the wire. */
export class EventStream {
  frames = []; // {id, event, data}; `data` as it came
  comments = [];
  retries = [];
  ended = false;
  broken = null;
  #rest = "";
  #waiting = [];

  constructor(response) {
    this.response = response;
    this.status = response.statusCode;
    this.headers = response.headers;
    this.socket = response.socket;
    response.setEncoding("utf8");
    response.on("data", (text) => this.#guard(() => this.#take(text)));
    response.on("end", () => this.#end());
    response.on("close", () => this.#end());
    response.on("error", () => this.#end());
  }

  get events() {
    return this.frames.map((frame) => frame.event);
  }

  get wire_bytes() {
    return this.socket.bytesRead;
  }

  /** Waits until `condition(this)` is true. */
  async until(condition, what = "event") {
    const wait = async () => {
      while (!condition(this)) {
        if (this.broken) throw this.broken;
        if (this.ended) throw new Error(`stream ended before: ${what}`);
        await new Promise((wake) => this.#waiting.push(wake));
      }
    };
    await within(patience_ms, wait(), what, () => `after ${this.frames.length} events`);
    if (this.broken) throw this.broken;
    return this;
  }

  chunks(count) {
    return this.until(() => this.events.filter(is_chunk).length >= count, `${count} chunks`);
  }

  end() {
    return this.until(() => this.ended, "end of the stream");
  }

  close() {
    this.response.destroy();
  }

  #guard(action) {
    try {
      action();
    } catch (error) {
      this.broken = error;
    }
    this.#wake();
  }

  #end() {
    this.ended = true;
    this.#wake();
  }

  #wake() {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  #take(text) {
    this.#rest += text;
    for (let end = this.#rest.indexOf("\n\n"); end >= 0; end = this.#rest.indexOf("\n\n")) {
      this.#frame(this.#rest.slice(0, end).split("\n"));
      this.#rest = this.#rest.slice(end + 2);
    }
  }

  // Only what the contract allows: in particular no `event:`, and one `data:` line.
  #frame(lines) {
    const fields = {};
    for (const line of lines) {
      if (line.startsWith(":")) {
        this.comments.push(line);
        continue;
      }
      const [, name, value] = /^(id|data|retry): (.*)$/.exec(line) ?? [];
      assert.ok(name, `unexpected line in the stream: ${line}`);
      assert.ok(!(name in fields), `two ${name} lines in one event`);
      fields[name] = value;
    }
    if ("retry" in fields) this.retries.push(Number(fields.retry));
    const { id, data } = fields;
    if (data !== undefined) this.frames.push({ id, event: JSON.parse(data), data });
  }
}

export const is_chunk = (event) => event.event_type === "agent_stream_chunk";
export const of_type = (events, type) => events.filter((event) => event.event_type === type);
export const ends_turn = (event) => event.event_type === "agent_turn" && event.stage !== "started";

/** The answer text of all messages, in order. */
export const text_of = (events) =>
  events
    .filter(is_chunk)
    .map((event) => event.chunk_text)
    .join("");

export const parse_lines = (text) =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));

/** Order laws that every complete reading of an ended run obeys, conflated or not. */
export function assert_complete_log(events) {
  assert.ok(events.length >= 3, `a log of ${events.length} events`);
  const [first, last] = [events.at(0), events.at(-1)];
  assert.equal(first.event_type, "execution");
  assert.equal(first.lifecycle_stage, "start");
  assert.equal(first.seq, 1);
  assert.equal(last.event_type, "execution");
  assert.match(last.lifecycle_stage, /^(complete|error|cancelled)$/);
  assert.equal(typeof last.exit_code, "number");
  assert.equal(events.at(-2).event_type, "execution_summary");
  assert.equal(of_type(events, "execution").length, 2);
  assert_increasing(events);
  assert_turns(events);
}

export function assert_increasing(events) {
  let seq = 0;
  for (const event of events) {
    assert.ok(event.seq > seq, `seq ${event.seq} after ${seq}`);
    seq = event.seq;
    assert.deepEqual(Object.keys(event).slice(0, 5), [
      "event_type",
      "run_id",
      "procedure_id",
      "seq",
      "timestamp",
    ]);
  }
}

// Each turn starts once, ends once, has its events between, and its one cost after.
function assert_turns(events) {
  const state = new Map();
  for (const event of events) {
    const turn = event.turn_id;
    if (turn === undefined) continue;
    if (event.event_type === "agent_turn" && event.stage === "started") {
      assert.ok(!state.has(turn), `turn ${turn} starts twice`);
      state.set(turn, "open");
    } else if (event.event_type === "cost") {
      assert.equal(state.get(turn), "ended", `cost of ${turn} at the wrong place`);
      state.set(turn, "paid");
    } else {
      assert.equal(state.get(turn), "open", `${event.event_type} outside its turn ${turn}`);
      if (ends_turn(event)) state.set(turn, "ended");
    }
  }
  for (const [turn, at] of state) assert.notEqual(at, "open", `turn ${turn} never ends`);
}
