// The size of a stream grows with the text and not faster.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assert_complete_log, is_chunk, open_events, text_of } from "./support/events.mjs";
import { make_workspace } from "./support/process.mjs";
import { one_turn } from "./support/programs.mjs";
import { start_server } from "./support/server.mjs";
import { start_mock } from "./support/upstream.mjs";

const sizes = [500, 2_000, 8_000];

// Streams so many tokens live: what went over the wire, and in how many pieces.
async function measure(t, tokens, pace) {
  const mock = ["--generate-tokens", String(tokens), "--pace", String(pace)];
  const { env } = await start_mock(t, mock);
  const server = await start_server(t, make_workspace({ "writer.tac": one_turn }), { env });
  const run_id = await server.start_run({ path: "writer.tac" });
  const stream = await open_events(t, server, `/api/runs/${run_id}/events`);
  await stream.end();
  assert_complete_log(stream.events);
  const text = text_of(stream.events);
  assert.equal(text.length, Array.from({ length: tokens }, (_, i) => `${i} `).join("").length);
  const late = await open_events(t, server, `/api/runs/${run_id}/events`);
  await late.end();
  const chunks = stream.events.filter(is_chunk).length;
  // Apart from the result, which the last events carry once more.
  const bytes = stream.wire_bytes - text.length;
  return { tokens, text, chunks, bytes, late_bytes: late.wire_bytes };
}

const told = (all) =>
  all.map((m) => `${m.tokens} tokens: ${m.bytes} bytes in ${m.chunks} chunks`).join("; ");

test("paced, each delta costs the same wherever it stands in the text", async (t) => {
  const all = await Promise.all(sizes.map((tokens) => measure(t, tokens, 500)));
  for (const m of all) {
    assert.ok(m.chunks > m.tokens / 10, `it flows: ${told(all)}`);
    assert.ok(m.bytes / m.tokens <= 400, `at most 400 bytes a token: ${told(all)}`);
  }
  // A busy machine makes the server merge deltas, more in one run than in another: what is compared
  // is what a piece costs, without the text that it carries.
  const costs = all.map((m) => (m.bytes - m.text.length) / m.chunks);
  const spread = Math.max(...costs) / Math.min(...costs);
  assert.ok(spread <= 1.2, `within 20 %, not ${spread.toFixed(2)}: ${told(all)}`);
});

test("unpaced, merged deltas cost less, and the whole is bounded", async (t) => {
  const all = [];
  for (const tokens of sizes) all.push(await measure(t, tokens, 0));
  for (const m of all) assert.ok(m.bytes / m.tokens <= 400, told(all));
  const overhead = all.map((m) => (m.bytes - m.text.length) / m.chunks);
  assert.ok(overhead.at(-1) <= overhead[0] * 1.2, told(all));
});

test("a late joiner gets the text once, not once a token", async (t) => {
  const m = await measure(t, 8_000, 0);
  // The text, its copy in the run's result, and a fixed number of other events.
  const most = 2 * 1.2 * m.text.length + 8_192;
  assert.ok(m.late_bytes <= most, `${m.late_bytes} bytes for ${m.text.length} of text`);
});
