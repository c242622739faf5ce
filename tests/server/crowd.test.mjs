// Hundreds of viewers, half of which take nothing, and a viewer that comes when all is over.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import net from "node:net";
import { test } from "node:test";
import { assert_complete_log, is_chunk, open_events, text_of } from "./support/events.mjs";
import { make_workspace } from "./support/process.mjs";
import { start_server } from "./support/server.mjs";
import { start_mock } from "./support/upstream.mjs";

// Its result does not repeat the text.
const writes = `agent("writer", { system_prompt = "Write.", tools = {}, retries = 0 })
main = procedure("main", {}, function() Writer.turn("go") end)
`;

const sanitized = process.env.TACTUS_SANITIZED === "1";
const viewers = 500;

async function start_writing(t, tokens, pace) {
  const mock = ["--generate-tokens", String(tokens), "--pace", String(pace)];
  const { env } = await start_mock(t, mock);
  const server = await start_server(t, make_workspace({ "writer.tac": writes }), { env });
  const run_id = await server.start_run({ path: "writer.tac" });
  return { server, path: `/api/runs/${run_id}/events` };
}

const resident_mib = (server) => {
  const status = readFileSync(`/proc/${server.program.child.pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)[1]) / 1024;
};

/** A viewer that only counts: {bytes, ended}. A stalled one reads no byte. */
function cheap_viewer(t, server, path, stalled) {
  const viewer = { bytes: 0, tail: "", ended: false };
  const socket = net.connect(server.port, "127.0.0.1");
  t.after(() => socket.destroy());
  if (stalled) socket.pause();
  socket.on("data", (part) => {
    viewer.bytes += part.length;
    viewer.tail = (viewer.tail + part.toString("latin1")).slice(-400);
  });
  socket.on("error", () => {});
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nAuthorization: Bearer ${server.token}\r\nConnection: close\r\n\r\n`,
  );
  viewer.done = new Promise((done) => socket.on("close", done));
  return viewer;
}

test(`${viewers} viewers, half of them stalled, cost little and delay nobody`, async (t) => {
  const seconds = 12;
  const pace = 100;
  const { server, path } = await start_writing(t, seconds * pace, pace);
  const first = await open_events(t, server, path);
  await first.chunks(20);
  const before = resident_mib(server);
  const all = Array.from({ length: viewers }, (_, i) => cheap_viewer(t, server, path, i % 2 === 1));
  const arrivals = [];
  first.response.on("data", () => arrivals.push(performance.now()));
  await first.end();
  const grown = resident_mib(server) - before;
  await Promise.all(all.filter((_, i) => i % 2 === 0).map((viewer) => viewer.done));
  assert_complete_log(first.events);
  for (const viewer of all.filter((_, i) => i % 2 === 0))
    assert.match(viewer.tail, /"lifecycle_stage":"complete"/, "each viewer saw the end");
  const gaps = arrivals.slice(1).map((at, i) => at - arrivals[i]);
  gaps.sort((a, b) => a - b);
  t.diagnostic(`${grown.toFixed(1)} MiB more; gaps p50 ${gaps[gaps.length >> 1].toFixed(1)} ms`);
  assert.ok(arrivals.length > 200, "the text flowed all the time");
  if (sanitized) return;
  assert.ok(gaps[gaps.length >> 1] < 50, "five times the pace of the provider, at most");
  assert.ok(grown < 16, `${grown} MiB more for ${viewers} viewers`);
});

test("who comes when all is over gets 200,000 tokens at once, in few bytes", async (t) => {
  const tokens = 200_000;
  const { server, path } = await start_writing(t, tokens, 1_000_000);
  const live = await open_events(t, server, path);
  await live.end();
  const text = Array.from({ length: tokens }, (_, i) => `${i} `).join("");
  assert.equal(text_of(live.events), text);
  const times = [];
  for (let i = 0; i < 5; ++i) {
    const started = performance.now();
    const late = cheap_viewer(t, server, path, false);
    await late.done;
    times.push(performance.now() - started);
    assert.match(late.tail, /"lifecycle_stage":"complete"/);
    assert.ok(late.bytes < 1.2 * text.length, `${late.bytes} bytes for ${text.length} of text`);
  }
  times.sort((a, b) => a - b);
  t.diagnostic(`whole log after ${times.map((ms) => ms.toFixed(0)).join(", ")} ms`);
  const late = await open_events(t, server, path);
  await late.end();
  assert.equal(text_of(late.events), text);
  assert.ok(late.events.filter(is_chunk).length < 2_000, "adjacent pieces are merged");
  if (!sanitized) assert.ok(times[0] < 50, `${times[0]} ms`);
});
