// Many viewers of one run: all see the same, and none of them is felt by the run or by another.
import assert from "node:assert/strict";
import net from "node:net";
import { test } from "node:test";
import { assert_complete_log, is_chunk, open_events, text_of } from "./support/events.mjs";
import { eventually, make_workspace } from "./support/process.mjs";
import { one_turn } from "./support/programs.mjs";
import { start_server } from "./support/server.mjs";
import { start_mock, start_upstream } from "./support/upstream.mjs";

async function start_writing(t, tokens, pace) {
  const mock = ["--generate-tokens", String(tokens), "--pace", String(pace)];
  const { env } = await start_mock(t, mock);
  const server = await start_server(t, make_workspace({ "writer.tac": one_turn }), { env });
  const run_id = await server.start_run({ path: "writer.tac" });
  const text = Array.from({ length: tokens }, (_, i) => `${i} `).join("");
  return { server, run_id, text, path: `/api/runs/${run_id}/events` };
}

test("fifty viewers that come at fifty moments see the same text", async (t) => {
  const { server, text, path } = await start_writing(t, 600, 200);
  const viewers = [];
  for (let i = 0; i < 50; ++i) {
    viewers.push(open_events(t, server, i % 5 === 4 ? `${path}?profile=accumulated` : path));
    await new Promise((done) => setTimeout(done, 50));
  }
  for (const viewer of await Promise.all(viewers)) {
    await viewer.end();
    assert_complete_log(viewer.events);
    assert.equal(text_of(viewer.events), text);
  }
});

test("a run goes on when its viewers leave", async (t) => {
  const { server, run_id, text, path } = await start_writing(t, 300, 200);
  const viewers = await Promise.all(Array.from({ length: 5 }, () => open_events(t, server, path)));
  for (const viewer of viewers) {
    await viewer.chunks(3);
    viewer.close();
  }
  const run = await eventually("end", async () => {
    const { json } = await server.get(`/api/runs/${run_id}`);
    return json.status !== "running" && json;
  });
  assert.equal(run.status, "completed");
  assert.equal(run.result.text, text);
});

// A client that asks and then takes nothing.
function stalled_viewer(t, server, path) {
  const socket = net.connect(server.port, "127.0.0.1");
  t.after(() => socket.destroy());
  socket.pause();
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nAuthorization: Bearer ${server.token}\r\n\r\n`,
  );
  return socket;
}

test("a viewer that takes nothing delays neither the run nor another viewer", async (t) => {
  // In the accumulated profile 40,000 tokens make some megabytes: more than sockets hold.
  const { server, run_id, text, path } = await start_writing(t, 40_000, 8_000);
  const stalled = Array.from({ length: 3 }, () =>
    stalled_viewer(t, server, `${path}?profile=accumulated`),
  );
  const live = await open_events(t, server, path);
  const started = performance.now();
  await live.end();
  const seconds = (performance.now() - started) / 1000;
  assert_complete_log(live.events);
  assert.equal(text_of(live.events), text);
  assert.ok(live.events.filter(is_chunk).length > 100, "the text flowed all the time");
  assert.ok(seconds < 15, `5 s of text took ${seconds} s`);
  assert.equal((await server.get(`/api/runs/${run_id}`)).json.status, "completed");
  for (const socket of stalled) assert.ok(!socket.destroyed, "the stalled viewer is still there");
  // One of them wakes up and gets what it missed, to the end.
  let answer = "";
  stalled[0].setEncoding("utf8").on("data", (part) => {
    answer += part;
  });
  stalled[0].resume();
  await eventually("the end of the late reading", () =>
    answer.includes('"lifecycle_stage":"complete"'),
  );
  const last = answer.lastIndexOf("agent_stream_chunk");
  assert.ok(answer.slice(last).includes(JSON.stringify(text).slice(1, -1)), "the whole text");
});

test("a silent stream is kept open by a comment at least every 15 seconds", async (t) => {
  const upstream = await start_upstream(t, () => {});
  const server = await start_server(t, make_workspace({ "writer.tac": one_turn }), upstream);
  const run_id = await server.start_run({ path: "writer.tac" });
  const stream = await open_events(t, server, `/api/runs/${run_id}/events`);
  await stream.until(() => stream.events.at(-1)?.event_type === "agent_turn", "agent_turn");
  const silent_since = performance.now();
  await stream.until(() => stream.comments.length > 0, "a comment");
  const seconds = (performance.now() - silent_since) / 1000;
  assert.ok(seconds < 17, `${seconds} s`);
  assert.equal(stream.events.at(-1).event_type, "agent_turn", "a comment is no event");
});
