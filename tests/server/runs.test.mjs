// Runs: started once, listed newest first, watched, stopped and removed.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import {
  assert_complete_log,
  is_chunk,
  of_type,
  open_events,
  parse_lines,
  text_of,
} from "./support/events.mjs";
import { eventually, file_scope, make_workspace } from "./support/process.mjs";
import { echo_inputs, one_turn, wrong_result } from "./support/programs.mjs";
import { start_server } from "./support/server.mjs";
import { begin_stream, send_text, start_upstream } from "./support/upstream.mjs";

const file = file_scope();
let server;
before(async () => {
  const files = { "echo.tac": echo_inputs, "writer.tac": one_turn, "wrong.tac": wrong_result };
  server = await start_server(file, make_workspace(files, { examples: true }));
});

const ended = (id, from = server) =>
  eventually(`end of ${id}`, async () => {
    const { json } = await from.get(`/api/runs/${id}`);
    return json.status !== "running" && json;
  });

test("a run is created, runs, and is told in full", async () => {
  const inputs = { text: "x", count: 3 };
  const created = await server.post("/api/runs", { path: "echo.tac", inputs });
  assert.equal(created.status, 201);
  const { run_id, events_url, generation } = created.json;
  assert.match(run_id, /^[\w.-]+$/);
  assert.equal(events_url, `/api/runs/${run_id}/events`);
  assert.equal(generation, 1);
  const run = await ended(run_id);
  assert.equal(run.status, "completed");
  assert.equal(run.procedure_id, "echo");
  assert.equal(run.path, "echo.tac");
  assert.equal(run.result.count, 3);
  assert.equal(run.inputs.text, "x");
  assert.match(run.source_hash, /^[0-9a-f]{64}$/);
  assert.match(run.started_at, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  assert.ok(run.ended_at >= run.started_at);
  assert.equal(run.error, null);
  assert.equal(run.total_cost, 0, "a run without a request costs nothing");
  assert.ok(run.last_seq >= 3);
});

test("texts are converted to the declared types of inputs", async () => {
  const inputs = { count: "42", share: "0.5", yes: "true", list: "[1, 2]", text: "42" };
  const { result } = await ended(await server.start_run({ path: "echo.tac", inputs }));
  assert.deepEqual(result, {
    text: "42",
    count: 42,
    share: 0.5,
    yes: true,
    list: [1, 2],
    kind: "a",
  });
});

test("a source that is no file runs, too", async () => {
  const source = 'main = procedure("main", {}, function() return "inline" end)';
  const run = await ended(await server.start_run({ source }));
  assert.deepEqual([run.result, run.path], ["inline", ""]);
});

test("a failed run tells code, message, hint and line", async () => {
  const run = await ended(await server.start_run({ path: "wrong.tac" }));
  assert.equal(run.status, "failed");
  assert.equal(run.result, null);
  assert.equal(run.error.code, "TAC-OUTPUT-SCHEMA");
  assert.match(run.error.message, /title.*string/);
  assert.ok(run.error.hint);
  assert.equal(run.error.file, "wrong.tac");
  assert.ok(run.error.line >= 1);
});

test("the same run_id again is the same run", async () => {
  const body = { path: "echo.tac", run_id: "mine-1", inputs: { text: "first" } };
  assert.equal((await server.post("/api/runs", body)).status, 201);
  const again = await server.post("/api/runs", { ...body, inputs: { text: "second" } });
  assert.equal(again.status, 200);
  assert.equal(again.json.run_id, "mine-1");
  assert.equal((await ended("mine-1")).inputs.text, "first");
  assert.equal((await server.post("/api/runs", body)).status, 200, "also when it has ended");
});

test("of many starts with one run_id one starts", async () => {
  for (let round = 0; round < 5; ++round) {
    const body = { path: "echo.tac", run_id: `race-${round}` };
    const starts = Array.from({ length: 8 }, () => server.post("/api/runs", body));
    const statuses = (await Promise.all(starts)).map((answer) => answer.status).sort();
    assert.deepEqual(statuses, [200, 200, 200, 200, 200, 200, 200, 201]);
    await ended(body.run_id);
    const log = await server.get(`/api/runs/${body.run_id}/events?format=jsonl`);
    assert_complete_log(parse_lines(log.text));
  }
});

test("a run_id that could not stand in a URL is refused", async () => {
  for (const run_id of ["a/b", "..", ".", "a b", "ä", "x".repeat(129), "a\n"]) {
    const answer = await server.post("/api/runs", { path: "echo.tac", run_id });
    assert.equal(answer.status, 400, run_id);
    assert.equal(answer.error.code, "bad_request");
  }
});

test("a request that names nothing to run is refused", async () => {
  for (const body of [
    {},
    { path: "" },
    { path: 5 },
    { source: 5 },
    { path: "echo.tac", stream: 1 },
  ]) {
    const answer = await server.post("/api/runs", body);
    assert.equal(answer.status, 400, JSON.stringify(body));
    assert.equal(answer.error.code, "bad_request");
  }
  const missing = await server.post("/api/runs", { path: "nothing.tac" });
  assert.deepEqual([missing.status, missing.error.code], [404, "not_found"]);
});

test("the list is newest first, paged and filtered, whatever the ids", async (t) => {
  const own = await start_server(
    t,
    make_workspace({ "a.tac": echo_inputs, "b.tac": wrong_result }),
  );
  const ids = ["zz-first", "aa-second", "mm-third", "00-fourth", "zz-fifth"];
  for (const [i, run_id] of ids.entries()) {
    await own.start_run({ path: i === 1 ? "b.tac" : "a.tac", run_id });
    await ended(run_id, own);
  }
  const list = async (query) => (await own.get(`/api/runs${query}`)).json;
  const ids_of = (page) => page.runs.map((run) => run.run_id);
  const newest_first = ids.toReversed();
  assert.deepEqual(ids_of(await list("")), newest_first);
  const seen = [];
  let page = await list("?limit=2");
  for (let pages = 1; ; ++pages) {
    assert.ok(page.runs.length <= 2 && pages <= 4);
    seen.push(...ids_of(page));
    if (page.next_before === null) break;
    page = await list(`?limit=2&before=${page.next_before}`);
  }
  assert.deepEqual(seen, newest_first);
  assert.deepEqual(ids_of(await list("?procedure=b")), ["aa-second"]);
  assert.deepEqual(ids_of(await list("?status=failed")), ["aa-second"]);
  assert.equal((await list("?status=completed")).runs.length, 4);
  assert.deepEqual(ids_of(await list("?status=completed&limit=1&before=00-fourth")), ["mm-third"]);
  assert.deepEqual(ids_of(await list("?procedure=none")), []);
  assert.equal((await own.get("/api/runs?status=odd")).status, 400);
  assert.equal((await own.get("/api/runs?limit=many")).status, 400);
  assert.equal((await own.get("/api/runs?before=unknown")).status, 404);
});

test("POST /api/run waits and tells how it went", async () => {
  const good = await server.post("/api/run", { path: "echo.tac", inputs: { text: "hi" } });
  assert.equal(good.status, 200);
  assert.equal(good.json.success, true);
  assert.equal(good.json.exitCode, 0);
  assert.equal(good.json.result.text, "hi");
  assert.deepEqual(JSON.parse(good.json.stdout), good.json.result);
  assert.equal(good.json.stderr, "");
  assert.equal((await server.get(`/api/runs/${good.json.run_id}`)).json.status, "completed");
  const content = 'main = procedure("main", {}, function() error("no luck") end)';
  const bad = await server.post("/api/run", { path: "echo.tac", content });
  assert.equal(bad.status, 200);
  assert.deepEqual([bad.json.success, bad.json.exitCode, bad.json.result], [false, 1, null]);
  assert.match(bad.json.stderr, /no luck/);
});

test("an ended run is removed, a running one is not", async (t) => {
  const upstream = await start_upstream(t, (_, response) => begin_stream(response));
  const own = await start_server(t, make_workspace({ "writer.tac": one_turn }), upstream);
  const run_id = await own.start_run({ path: "writer.tac" });
  const busy = await own.request("DELETE", `/api/runs/${run_id}`);
  assert.deepEqual([busy.status, busy.error.code], [409, "conflict"]);
  assert.equal((await own.post(`/api/runs/${run_id}/cancel`, {})).status, 202);
  await ended(run_id, own);
  const removed = await own.request("DELETE", `/api/runs/${run_id}`);
  assert.deepEqual([removed.status, removed.json], [200, { run_id }]);
  for (const path of ["", "/events"]) {
    const answer = await own.get(`/api/runs/${run_id}${path}`);
    assert.deepEqual([answer.status, answer.error.code], [404, "TAC-RUN-NOT-FOUND"]);
  }
  assert.equal((await own.request("DELETE", `/api/runs/${run_id}`)).status, 404);
  assert.deepEqual((await own.get("/api/runs")).json.runs, []);
});

test("cancel keeps the partial, fills its times and closes upstream within 50 ms", async (t) => {
  const upstream = await start_upstream(t, (_, response) => {
    begin_stream(response);
    for (const word of ["What ", "was ", "written ", "stays."]) send_text(response, word);
  });
  const own = await start_server(t, make_workspace({ "writer.tac": one_turn }), upstream);
  const delays = [];
  for (let round = 0; round < 5; ++round) {
    const run_id = await own.start_run({ path: "writer.tac" });
    const stream = await open_events(t, own, `/api/runs/${run_id}/events`);
    await stream.until(() => text_of(stream.events).endsWith("stays."), "the partial text");
    const asked = performance.now();
    const answer = await own.post(`/api/runs/${run_id}/cancel`, {});
    assert.equal(answer.status, 202);
    assert.equal(answer.json.run_id, run_id);
    await eventually("upstream closed", () => upstream.closed.length > round);
    delays.push(upstream.closed[round] - asked);
    await stream.end();
    assert_complete_log(stream.events);
    assert.equal(text_of(stream.events), "What was written stays.");
    assert.equal(stream.events.at(-1).lifecycle_stage, "cancelled");
    assert.equal(stream.events.at(-1).exit_code, 130);
    const turn = of_type(stream.events, "agent_turn").at(-1);
    assert.deepEqual([turn.stage, turn.finish_reason], ["cancelled", "cancelled"]);
    const again = (await own.post(`/api/runs/${run_id}/cancel`, {})).json;
    assert.equal(again.requested, answer.json.requested, "asking again changes nothing");
    assert.ok(again.requested <= again.upstream_closed, JSON.stringify(again));
    assert.ok(again.upstream_closed <= again.settled, JSON.stringify(again));
    assert.equal((await own.get(`/api/runs/${run_id}`)).json.status, "cancelled");
  }
  // The machine may be busy with other work in one round, not in all five.
  assert.ok(Math.min(...delays) < 50, `upstream closed after ${delays.map(Math.round)} ms`);
});

test("a run is stopped while it waits for the first byte", async (t) => {
  const upstream = await start_upstream(t, () => {});
  const own = await start_server(t, make_workspace({ "writer.tac": one_turn }), upstream);
  const run_id = await own.start_run({ path: "writer.tac" });
  await eventually("request", () => upstream.requests.length === 1);
  await own.post(`/api/runs/${run_id}/cancel`, {});
  assert.equal((await ended(run_id, own)).status, "cancelled");
  await eventually("upstream closed", () => upstream.closed.length === 1);
  const events = parse_lines((await own.get(`/api/runs/${run_id}/events?format=jsonl`)).text);
  assert_complete_log(events);
  assert.equal(events.filter(is_chunk).length, 0);
});

test("stopping what has ended or does not exist", async () => {
  // Asked at any moment around the end, a stop is either carried out or not taken up.
  for (let round = 0; round < 30; ++round) {
    const run_id = await server.start_run({ path: "echo.tac" });
    await server.post(`/api/runs/${run_id}/cancel`, {});
    const { status } = await ended(run_id);
    const times = await server.post(`/api/runs/${run_id}/cancel`, {});
    assert.equal(times.status, 202);
    const { requested, upstream_closed, settled } = times.json;
    const filled = [requested, upstream_closed, settled].map((time) => time !== null);
    assert.deepEqual(filled, Array(3).fill(status === "cancelled"), `${status} ${times.text}`);
  }
  assert.equal((await server.post("/api/runs/nothing/cancel", {})).status, 404);
});
