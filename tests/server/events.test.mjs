// Watching a run: framing, resuming without loss or repetition, profiles and formats.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import {
  assert_complete_log,
  assert_increasing,
  is_chunk,
  of_type,
  open_events,
  parse_lines,
  text_of,
} from "./support/events.mjs";
import { file_scope, make_workspace } from "./support/process.mjs";
import { one_turn } from "./support/programs.mjs";
import { start_server } from "./support/server.mjs";
import {
  begin_stream,
  end_stream,
  send_text,
  start_mock,
  start_upstream,
} from "./support/upstream.mjs";

const file = file_scope();
let server; // On a mock provider with 300 tokens at 200 a second.
const whole_text = Array.from({ length: 300 }, (_, i) => `${i} `).join("");
before(async () => {
  const { env } = await start_mock(file, ["--generate-tokens", "300", "--pace", "200"]);
  server = await start_server(file, make_workspace({ "writer.tac": one_turn }), { env });
});

const start_writer = () => server.start_run({ path: "writer.tac" });
const events_of = (id, query = "") => `/api/runs/${id}/events${query}`;

test("a stream is plain SSE, live, complete and in order", async (t) => {
  const run_id = await start_writer();
  const stream = await open_events(t, server, events_of(run_id));
  assert.equal(stream.status, 200);
  assert.match(stream.headers["content-type"], /^text\/event-stream/);
  assert.equal(stream.headers["cache-control"], "no-cache, no-transform");
  assert.equal(stream.headers["x-accel-buffering"], "no");
  await stream.end();
  assert_complete_log(stream.events);
  assert.equal(text_of(stream.events), whole_text);
  assert.deepEqual(stream.retries.length, 1, "retry once");
  for (const { id, event } of stream.frames) assert.equal(id, `1-${event.seq}`);
  assert.ok(stream.events.every((event) => event.run_id === run_id));
  assert.ok(!stream.events.some((event) => "accumulated_text" in event));
  const chunks = stream.events.filter(is_chunk);
  assert.ok(chunks.length > 10, `${chunks.length} chunks: the text did not flow`);
  const [cost] = of_type(stream.events, "cost");
  assert.equal(cost.completion_tokens, 300);
  assert.equal(cost.provenance, "measured");
  assert.ok(cost.duration_ms >= cost.ttft_ms);
});

test("a stream is never compressed", async (t) => {
  const run_id = await start_writer();
  const headers = { "accept-encoding": "gzip, deflate, br" };
  const stream = await open_events(t, server, events_of(run_id), headers);
  assert.equal(stream.headers["content-encoding"], undefined);
  await stream.end();
  assert.equal(text_of(stream.events), whole_text);
});

test("the loading indicator's event comes before the provider has said anything", async (t) => {
  const upstream = await start_upstream(t, () => {});
  const own = await start_server(t, make_workspace({ "writer.tac": one_turn }), upstream);
  const run_id = await own.start_run({ path: "writer.tac" });
  const stream = await open_events(t, own, events_of(run_id));
  await stream.until(() => of_type(stream.events, "agent_turn").length === 1, "agent_turn");
  const [started] = of_type(stream.events, "agent_turn");
  assert.equal(started.stage, "started");
  assert.equal(started.streaming, true);
  assert.equal(started.provider, "openai");
});

test("a reader that comes back goes on exactly where it was", async (t) => {
  const run_id = await start_writer();
  const seen = [];
  let last_id;
  // Several cuts, each in the middle of the text.
  for (let cut = 0; cut < 5; ++cut) {
    const headers = last_id ? { "last-event-id": last_id } : {};
    const stream = await open_events(t, server, events_of(run_id), headers);
    await stream.chunks(8);
    const frames = stream.frames.slice();
    stream.close();
    seen.push(...frames.map((frame) => frame.event));
    last_id = frames.at(-1).id;
  }
  const rest = await open_events(t, server, events_of(run_id), { "last-event-id": last_id });
  await rest.end();
  seen.push(...rest.events);
  assert_complete_log(seen);
  assert.equal(text_of(seen), whole_text);
});

test("any entry of an ended run is a place to go on from, by id and by from=", async (t) => {
  const run_id = await start_writer();
  const whole = await open_events(t, server, events_of(run_id));
  await whole.end();
  const last = whole.events.at(-1).seq;
  // After the last entry there is nothing; how many there are depends on what was merged.
  for (const { id, event } of whole.frames.slice(0, -1).filter((_, i) => i % 20 === 0)) {
    const before = text_of(whole.events.filter((other) => other.seq <= event.seq));
    const by_id = await open_events(t, server, events_of(run_id), { "last-event-id": id });
    const by_from = await open_events(t, server, events_of(run_id, `?from=${event.seq}`));
    for (const stream of [by_id, by_from]) {
      await stream.end();
      assert_increasing(stream.events);
      assert.ok(stream.events[0].seq > event.seq);
      assert.equal(stream.events.at(-1).seq, last);
      assert.equal(before + text_of(stream.events), whole_text);
    }
  }
});

test("Last-Event-ID wins over from=, which an EventSource repeats when it reconnects", async (t) => {
  const run_id = await start_writer();
  const first = await open_events(t, server, events_of(run_id, "?from=2"));
  await first.chunks(10);
  const seen = first.frames.slice();
  first.close();
  const headers = { "last-event-id": seen.at(-1).id };
  const second = await open_events(t, server, events_of(run_id, "?from=2"), headers);
  await second.end();
  const both = [...seen.map((frame) => frame.event), ...second.events];
  assert_increasing(both);
  assert.equal(text_of(both), whole_text);
});

test("after the end a reconnect is answered with 204, so that it stops", async (t) => {
  const run_id = await start_writer();
  const stream = await open_events(t, server, events_of(run_id));
  await stream.end();
  const headers = { "last-event-id": stream.frames.at(-1).id };
  const again = await server.get(events_of(run_id), { headers });
  assert.deepEqual([again.status, again.text], [204, ""]);
  const almost = { "last-event-id": stream.frames.at(-2).id };
  const last = await open_events(t, server, events_of(run_id), almost);
  await last.end();
  assert.deepEqual(last.events, [stream.events.at(-1)]);
});

test("an id of another generation gets a reset and a reading from the start", async (t) => {
  const run_id = await start_writer();
  for (const id of ["2-5", "0-1", "1-99999999"]) {
    const stream = await open_events(t, server, events_of(run_id), { "last-event-id": id });
    await stream.end();
    const [reset, ...events] = stream.events;
    assert.equal(reset.event_type, "reset");
    assert.equal(reset.generation, 1);
    assert_complete_log(events);
    assert.equal(text_of(events), whole_text);
    assert.equal(of_type(events, "reset").length, 0);
    // Cut right after the reset, the reader must not skip anything.
    const headers = { "last-event-id": stream.frames[0].id };
    const after = await open_events(t, server, events_of(run_id), headers);
    await after.end();
    assert.equal(text_of(after.events), whole_text);
  }
});

test("what is no position is a bad request", async () => {
  const run_id = await start_writer();
  for (const id of ["x", "1", "-", "1-", "-1", "1-x", "1-2-3", "99999999999999999999-1", "1--1"]) {
    const answer = await server.get(events_of(run_id), { headers: { "last-event-id": id } });
    assert.deepEqual([answer.status, answer.error.code], [400, "bad_request"], id);
  }
  for (const query of ["?from=x", "?from=-1", "?format=xml", "?profile=odd"]) {
    const answer = await server.get(events_of(run_id, query));
    assert.deepEqual([answer.status, answer.error.code], [400, "bad_request"], query);
  }
  const missing = await server.get(events_of("nothing"));
  assert.deepEqual([missing.status, missing.error.code], [404, "TAC-RUN-NOT-FOUND"]);
});

test("JSON lines are the same log", async (t) => {
  const run_id = await start_writer();
  const live = await server.get(events_of(run_id, "?format=jsonl"));
  assert.match(live.headers["content-type"], /^application\/x-ndjson/);
  const lines = parse_lines(live.text);
  assert_complete_log(lines);
  assert.equal(text_of(lines), whole_text);
  const stream = await open_events(t, server, events_of(run_id));
  await stream.end();
  const facts = (events) =>
    events.filter((event) => !is_chunk(event) && event.event_type !== "usage");
  assert.deepEqual(facts(stream.events), facts(lines));
  const from = parse_lines((await server.get(events_of(run_id, "?format=jsonl&from=3"))).text);
  assert.ok(from[0].seq > 3);
});

test("the accumulated profile carries the text so far, at most 20 times a second", async (t) => {
  const run_id = await start_writer();
  const opened = performance.now();
  const stream = await open_events(t, server, events_of(run_id, "?profile=accumulated"));
  await stream.end();
  const seconds = (performance.now() - opened) / 1000;
  assert_complete_log(stream.events);
  const chunks = stream.events.filter(is_chunk);
  const so_far = {};
  for (const chunk of chunks) {
    so_far[chunk.message_id] = (so_far[chunk.message_id] ?? "") + chunk.chunk_text;
    assert.equal(chunk.accumulated_text, so_far[chunk.message_id]);
  }
  assert.equal(chunks.at(-1).accumulated_text, whole_text);
  assert.ok(chunks.length >= 5, "it flows");
  assert.ok(chunks.length <= 20 * seconds + 3, `${chunks.length} chunks in ${seconds} s`);
});

test("several messages of one run stay apart", async (t) => {
  const source = `agent("one", { system_prompt = "x", tools = {} })
agent("two", { system_prompt = "y", tools = {} })
main = procedure("main", {}, function() return One.turn("a").text .. Two.turn("b").text end)`;
  const run_id = await server.start_run({ source });
  const stream = await open_events(t, server, events_of(run_id, "?profile=accumulated"));
  await stream.end();
  assert_complete_log(stream.events);
  const last = new Map(stream.events.filter(is_chunk).map((e) => [e.message_id, e]));
  assert.deepEqual(
    [...last.values()].map((event) => event.agent_name),
    ["one", "two"],
  );
  for (const event of last.values()) assert.equal(event.accumulated_text, whole_text);
});

test("a character that the provider's bytes cut arrives whole", async (t) => {
  const text = "Grüße, 世界! 👩‍🚀 ".repeat(20);
  const upstream = await start_upstream(t, async (_, response) => {
    begin_stream(response);
    const frame = Buffer.from(
      `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: text } }] })}\n\n`,
    );
    for (let at = 0; at < frame.length; at += 7) {
      response.write(frame.subarray(at, at + 7));
      await new Promise((done) => setImmediate(done));
    }
    send_text(response, "end");
    end_stream(response);
  });
  const own = await start_server(t, make_workspace({ "writer.tac": one_turn }), upstream);
  const run_id = await own.start_run({ path: "writer.tac" });
  const stream = await open_events(t, own, events_of(run_id));
  await stream.end();
  assert_complete_log(stream.events);
  assert.equal(text_of(stream.events), `${text}end`);
});
