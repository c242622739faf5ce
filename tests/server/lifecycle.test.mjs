// The process: how it starts, how it ends, and what is left when it is killed.
import assert from "node:assert/strict";
import { chmodSync, readdirSync, statSync, writeFileSync } from "node:fs";
import net from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { is_chunk, of_type, open_events, parse_lines, text_of } from "./support/events.mjs";
import { eventually, make_workspace, run } from "./support/process.mjs";
import { one_turn, two_turns } from "./support/programs.mjs";
import { start_server } from "./support/server.mjs";
import { begin_stream, send_text, start_mock, start_upstream } from "./support/upstream.mjs";

const first_text = "The first answer is complete.";

// A server in the midst of the second of two turns, and a viewer who has seen some of it.
async function in_second_turn(t) {
  const workspace = make_workspace({ "two.tac": two_turns });
  const replies = [
    { text: first_text, usage: { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 } },
    { chunks: Array.from({ length: 2000 }, (_, i) => `word${i} `), delay_ms: 10 },
  ];
  const script = join(workspace, "script.json");
  writeFileSync(script, JSON.stringify(replies));
  const { env } = await start_mock(t, ["--script", script]);
  const server = await start_server(t, workspace, { env });
  const run_id = await server.start_run({ path: "two.tac" });
  const stream = await open_events(t, server, `/api/runs/${run_id}/events`);
  const second = () => stream.events.filter((event) => is_chunk(event) && event.turn_id === "t1");
  await stream.until(() => second().length >= 20, "the second turn");
  return { workspace, env, server, run_id, stream };
}

const stored_events = async (server, run_id) =>
  parse_lines((await server.get(`/api/runs/${run_id}/events?format=jsonl`)).text);

test("kill -9 in mid-stream loses no fact and no text older than a moment", async (t) => {
  const { workspace, env, server, run_id, stream } = await in_second_turn(t);
  const seen_by_then = stream.events.slice();
  const moment_ms = 500; // The disk may be 50 ms behind, and this machine busy.
  await new Promise((done) => setTimeout(done, moment_ms));
  server.program.kill("SIGKILL");
  await server.program.exit();

  const again = await start_server(t, workspace, { env });
  const { json: record } = await again.get(`/api/runs/${run_id}`);
  assert.equal(record.status, "interrupted");
  assert.equal(record.result, null);
  const listed = (await again.get("/api/runs?status=interrupted")).json.runs;
  assert.deepEqual(
    listed.map((item) => item.run_id),
    [run_id],
  );

  const stored = await stored_events(again, run_id);
  assert.ok(stored.at(-1).seq >= seen_by_then.at(-1).seq, "a moment's text is missing");
  assert.equal(record.last_seq, stored.at(-1).seq);
  assert.ok(text_of(stored).startsWith(text_of(seen_by_then)));
  assert.ok(text_of(stored).startsWith(`${first_text}word0 word1 `));
  const costs = of_type(stored, "cost");
  assert.equal(costs.length, 1, "the finished turn's cost");
  assert.equal(costs[0].turn_id, "t0");
  assert.equal(costs[0].total_tokens, 18);
  assert.equal(of_type(stored, "execution").length, 1, "no end was made up");

  // A viewer that comes back is neither left waiting nor given anything twice.
  const headers = { "last-event-id": stream.frames.at(-1).id };
  const back = await again.get(`/api/runs/${run_id}/events`, { headers });
  assert.ok([200, 204].includes(back.status));
  if (back.status === 200 && stream.frames.at(-1).event.seq > stored.at(-1).seq)
    assert.match(back.text, /"event_type":"reset"/);
  assert.equal((await again.post("/api/runs", { path: "two.tac", run_id })).status, 200);
  assert.equal((await again.request("DELETE", `/api/runs/${run_id}`)).status, 200);
});

test("a kill between two runs leaves the ended one as it was", async (t) => {
  const workspace = make_workspace({
    "a.tac": 'main = procedure("main", {}, function() return 5 end)',
  });
  const server = await start_server(t, workspace);
  const { json } = await server.post("/api/run", { path: "a.tac" });
  server.program.kill("SIGKILL");
  await server.program.exit();
  const again = await start_server(t, workspace);
  const record = (await again.get(`/api/runs/${json.run_id}`)).json;
  assert.deepEqual([record.status, record.result], ["completed", 5]);
  assert.equal((await stored_events(again, json.run_id)).at(-1).lifecycle_stage, "complete");
});

for (const signal of ["SIGTERM", "SIGINT"]) {
  test(`${signal} ends the server within 5 s and keeps running runs as interrupted`, async (t) => {
    const { workspace, env, server, run_id, stream } = await in_second_turn(t);
    // A viewer that takes nothing must not hold the server up.
    const stalled = net.connect(server.port, "127.0.0.1").on("error", () => {});
    t.after(() => stalled.destroy());
    stalled.pause();
    stalled.write(
      `GET /api/runs/${run_id}/events HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nAuthorization: Bearer ${server.token}\r\n\r\n`,
    );
    const asked = performance.now();
    server.program.kill(signal);
    const { code, stderr } = await server.program.exit();
    const seconds = (performance.now() - asked) / 1000;
    assert.equal(code, 0, stderr);
    assert.ok(seconds < 5, `${seconds} s`);
    await stream.end();
    assert.ok(stream.retries.length >= 1, "viewers were told when to come back");

    const again = await start_server(t, workspace, { env });
    assert.equal((await again.get(`/api/runs/${run_id}`)).json.status, "interrupted");
    const stored = await stored_events(again, run_id);
    assert.ok(text_of(stored).startsWith(text_of(stream.events)), "all that was seen is kept");
    assert.equal(of_type(stored, "cost")[0].total_tokens, 18);
  });
}

test("a run that never waits does not keep the server alive", async (t) => {
  const server = await start_server(t, make_workspace());
  const source = 'main = procedure("main", {}, function() while true do end end)';
  await server.start_run({ source });
  const asked = performance.now();
  server.program.kill("SIGTERM");
  await server.program.exit();
  const seconds = (performance.now() - asked) / 1000;
  assert.ok(seconds < 5, `${seconds} s`);
});

test("a busy run delays no other request", async (t) => {
  const upstream = await start_upstream(t, (_, response) => {
    begin_stream(response);
    send_text(response, "partial");
  });
  const server = await start_server(t, make_workspace({ "writer.tac": one_turn }), upstream);
  const run_id = await server.start_run({ path: "writer.tac" });
  await server.start_run({
    source: 'main = procedure("main", {}, function() while true do end end)',
  });
  const asked = performance.now();
  assert.equal((await server.get("/health")).status, 200);
  assert.equal((await server.get("/api/tree")).status, 200);
  assert.ok(performance.now() - asked < 2_000);
  await server.post(`/api/runs/${run_id}/cancel`, {});
  await eventually(
    "end",
    async () => (await server.get(`/api/runs/${run_id}`)).json.status === "cancelled",
  );
});

test("a port in use is told with code, place and hint", async (t) => {
  const holder = net.createServer();
  await new Promise((listening) => holder.listen(0, "127.0.0.1", listening));
  t.after(() => holder.close());
  const { port } = holder.address();
  const refused = await run(t, ["ide", make_workspace(), "--no-browser", "--port", String(port)]);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /^error: .+\[TAC-PORT-IN-USE\]\nhint: .*--port.*\n$/);
  assert.ok(refused.stderr.includes(String(port)));
  assert.equal(refused.stdout, "");
});

test("a workspace that is none is told", async (t) => {
  const refused = await run(t, ["ide", join(make_workspace(), "nowhere"), "--no-browser"]);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /^error: .*nowhere.*no such folder \[TAC-FILE\]\nhint: .+\n$/);
});

test("a broken configuration is told with file, line and key", async (t) => {
  const workspace = make_workspace();
  const { mkdirSync } = await import("node:fs");
  mkdirSync(join(workspace, ".tactus"));
  for (const [text, message] of [
    ["retries: many\n", /config\.yml:1:? .*retries.*\[TAC-CONFIG\]/],
    ["a: b: c\n", /config\.yml:1:? .*\[TAC-CONFIG\]/],
    ["\nretrys: 3\n", /config\.yml:2:? .*retrys.*\[TAC-CONFIG\]\nhint: did you mean 'retries'/],
  ]) {
    writeFileSync(join(workspace, ".tactus/config.yml"), text);
    const refused = await run(t, ["ide", workspace, "--no-browser", "--port", "0"]);
    assert.equal(refused.code, 1, text);
    assert.match(refused.stderr, message);
    assert.match(refused.stderr, /\nhint: ./, text);
  }
});

test("two servers share a workspace: each sees the other's runs and stops only its own", async (t) => {
  const upstream = await start_upstream(t, (_, response) => begin_stream(response));
  const workspace = make_workspace({ "writer.tac": one_turn });
  const one = await start_server(t, workspace, upstream);
  const two = await start_server(t, workspace, upstream);
  const run_id = await one.start_run({ path: "writer.tac" });
  await eventually("the other's run", async () =>
    (await two.get("/api/runs")).json.runs.some((item) => item.run_id === run_id),
  );
  assert.equal((await two.get(`/api/runs/${run_id}`)).json.status, "running");
  const refused = await two.post(`/api/runs/${run_id}/cancel`, {});
  assert.deepEqual([refused.status, refused.error.code], [409, "conflict"]);
  assert.equal((await one.post(`/api/runs/${run_id}/cancel`, {})).status, 202);
  await eventually(
    "the end as the other sees it",
    async () => (await two.get(`/api/runs/${run_id}`)).json.status === "cancelled",
  );
});

test("an open page's session goes on after a restart, in a file that is the user's alone", async (t) => {
  const workspace = make_workspace({ "a.tac": "return 1\n" });
  const state = make_workspace({});
  const env = { XDG_STATE_HOME: state };
  const first = await start_server(t, workspace, { env });
  first.program.kill("SIGKILL");
  await first.program.exit();
  const second = await start_server(t, workspace, { env });
  assert.equal(second.token, first.token);
  const [name] = readdirSync(join(state, "tactus/sessions"));
  const kept = join(state, "tactus/sessions", name);
  assert.equal(statSync(kept).mode & 0o777, 0o600);
  second.program.kill("SIGKILL");
  await second.program.exit();

  chmodSync(kept, 0o644);
  const third = await start_server(t, workspace, { env });
  assert.notEqual(third.token, first.token, "a token that others could read is not used again");
  const elsewhere = await start_server(t, make_workspace({}), { env });
  assert.notEqual(elsewhere.token, third.token, "each workspace has its own");
});
