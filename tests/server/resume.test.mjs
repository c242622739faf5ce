// Runs that are taken up again: where they ended, once, and only by the program they began with.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { of_type, open_events, parse_lines, text_of } from "./support/events.mjs";
import { eventually, make_workspace } from "./support/process.mjs";
import { echo_inputs, two_turns } from "./support/programs.mjs";
import { start_server } from "./support/server.mjs";
import { begin_stream, end_stream, send_text, start_upstream } from "./support/upstream.mjs";

const has_status = (server, run_id, status) =>
  eventually(`${run_id} ${status}`, async () => {
    const { json } = await server.get(`/api/runs/${run_id}`);
    return json.status === status && json;
  });
const events_of = async (server, run_id) =>
  parse_lines((await server.get(`/api/runs/${run_id}/events?format=jsonl`)).text);

// A run of two turns whose second is refused by the provider, which then is in order again.
async function failed_run(t) {
  const workspace = make_workspace({ "two.tac": two_turns, "echo.tac": echo_inputs });
  const upstream = await start_upstream(t, (_, response) => {
    if (upstream.requests.length === 2) {
      response.writeHead(400, { "content-type": "application/json" });
      response.end('{"error":{"message":"refused for the test"}}');
      return;
    }
    begin_stream(response);
    send_text(response, `answer ${upstream.requests.length}`);
    end_stream(response);
  });
  const server = await start_server(t, workspace, upstream);
  const run_id = await server.start_run({ path: "two.tac" });
  const record = await has_status(server, run_id, "failed");
  assert.equal(record.generation, 1);
  return { workspace, upstream, server, run_id };
}

test("a failed run goes on where it failed; what was answered is not asked again", async (t) => {
  const { upstream, server, run_id } = await failed_run(t);
  const stream = await open_events(t, server, `/api/runs/${run_id}/events`);
  await stream.end();
  const resumed = await server.post(`/api/runs/${run_id}/resume`, {});
  assert.equal(resumed.status, 202, resumed.text);
  const events_url = `/api/runs/${run_id}/events`;
  assert.deepEqual(resumed.json, { run_id, events_url, generation: 2 });
  const done = await has_status(server, run_id, "completed");
  assert.deepEqual(done.result, { first: "answer 1", second: "answer 3" });
  assert.deepEqual([done.generation, done.error], [2, null]);
  assert.equal(upstream.requests.length, 3);

  const log = await events_of(server, run_id);
  const stages = of_type(log, "execution").map((event) => event.lifecycle_stage);
  assert.deepEqual(stages, ["start", "error", "resumed", "complete"]);
  assert.equal(text_of(log), "answer 1answer 3");
  // Who had read the first generation to its end is given the whole log anew.
  const headers = { "last-event-id": stream.frames.at(-1).id };
  const back = await open_events(t, server, events_url, headers);
  await back.end();
  const [reset, first] = back.events;
  assert.deepEqual([reset.event_type, reset.generation, first.seq], ["reset", 2, 1]);
});

test("a run that is complete is not executed again", async (t) => {
  const server = await start_server(t, make_workspace({ "echo.tac": echo_inputs }));
  const run_id = await server.start_run({ path: "echo.tac" });
  const before = await has_status(server, run_id, "completed");
  for (const body of [undefined, {}, { allow_changed_source: null }]) {
    const answer = await server.post(`/api/runs/${run_id}/resume`, body);
    assert.deepEqual([answer.status, answer.json.generation], [200, 1]);
  }
  assert.deepEqual((await server.get(`/api/runs/${run_id}`)).json, before);
});

test("a program that has changed is told with its file, and resumed only when asked", async (t) => {
  const { workspace, server, run_id } = await failed_run(t);
  const path = join(workspace, "two.tac");
  writeFileSync(path, `${readFileSync(path, "utf8")}-- a remark\n`);
  const refused = await server.post(`/api/runs/${run_id}/resume`, {});
  assert.deepEqual([refused.status, refused.error.code], [409, "TAC-SOURCE-CHANGED"]);
  assert.deepEqual(refused.error.files, ["two.tac"]);
  assert.match(refused.error.message, /two\.tac/);
  const untouched = (await server.get(`/api/runs/${run_id}`)).json;
  assert.deepEqual([untouched.status, untouched.generation], ["failed", 1]);
  const forced = await server.post(`/api/runs/${run_id}/resume`, { allow_changed_source: true });
  assert.equal(forced.status, 202, forced.text);
  await has_status(server, run_id, "completed");
});

test("a file that the run has called counts as its program, too", async (t) => {
  const part = `main = procedure("main", {}, function() return checkpoint(function() return 1 end) end)\n`;
  const whole = `main = procedure("main", {}, function()
  local part = Procedure.run("one")
  error("stops here after " .. part)
end)
`;
  const workspace = make_workspace({ "whole.tac": whole, "one.tac": part });
  const server = await start_server(t, workspace);
  const run_id = await server.start_run({ path: "whole.tac" });
  await has_status(server, run_id, "failed");
  const again = await server.post(`/api/runs/${run_id}/resume`, {});
  assert.equal(again.status, 202, again.text);
  await eventually("the second failure", async () => {
    const { json } = await server.get(`/api/runs/${run_id}`);
    return json.status === "failed" && json.generation === 2;
  });
  writeFileSync(join(workspace, "one.tac"), `${part}-- a remark\n`);
  const refused = await server.post(`/api/runs/${run_id}/resume`, {});
  assert.deepEqual([refused.status, refused.error.code], [409, "TAC-SOURCE-CHANGED"], refused.text);
  assert.deepEqual(refused.error.files, ["one.tac"]);
  const calls = of_type(await events_of(server, run_id), "procedure_call");
  const stages = calls.map((event) => `${event.name} ${event.stage}`);
  assert.deepEqual(stages, ["one started", "one completed"], "it ran once");
});

test("requests to resume that are refused", async (t) => {
  const { server, run_id } = await failed_run(t);
  const path = `/api/runs/${run_id}/resume`;
  const unknown = await server.post("/api/runs/nothing/resume", {});
  assert.deepEqual([unknown.status, unknown.error.code], [404, "TAC-RUN-NOT-FOUND"]);
  const odd = await server.post(path, { allow_changed_source: "yes" });
  assert.deepEqual([odd.status, odd.error.code], [400, "bad_request"]);
  const untyped = await server.request("POST", path, { body: "{}" });
  assert.deepEqual([untyped.status, untyped.error.code], [415, "unsupported_media_type"]);
  const headers = { origin: "http://elsewhere.example" };
  const foreign = await server.post(path, {}, { headers });
  assert.deepEqual([foreign.status, foreign.error.code], [403, "wrong_origin"]);
  assert.equal((await server.post(path, {}, { auth: false })).status, 401);
  assert.equal((await server.get(path)).status, 405);
  assert.equal((await server.get(`/api/runs/${run_id}`)).json.status, "failed");
});
