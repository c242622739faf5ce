// GET /api/run/stream, for clients of the original contract: it starts a run exactly once.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { assert_complete_log, is_chunk, open_events, text_of } from "./support/events.mjs";
import { file_scope, make_workspace } from "./support/process.mjs";
import { echo_inputs, one_turn, syntax_error } from "./support/programs.mjs";
import { start_server } from "./support/server.mjs";
import { start_mock } from "./support/upstream.mjs";

const file = file_scope();
let server;
const whole_text = Array.from({ length: 200 }, (_, i) => `${i} `).join("");
before(async () => {
  const { env } = await start_mock(file, ["--generate-tokens", "200", "--pace", "200"]);
  const files = { "writer.tac": one_turn, "echo.tac": echo_inputs, "syntax.tac": syntax_error };
  server = await start_server(file, make_workspace(files), { env });
});
const runs = async () => (await server.get("/api/runs")).json.runs;

test("it starts a run and streams it with accumulated text", async (t) => {
  const stream = await open_events(t, server, "/api/run/stream?path=writer.tac");
  await stream.end();
  assert_complete_log(stream.events);
  const { run_id } = stream.events[0];
  for (const { id, event } of stream.frames) assert.equal(id, `${run_id}:1-${event.seq}`);
  assert.equal(stream.events.filter(is_chunk).at(-1).accumulated_text, whole_text);
  assert.deepEqual(
    (await runs()).map((run) => run.run_id),
    [run_id],
  );
});

test("a reconnect goes on with the same run and never starts a second one", async (t) => {
  const before_count = (await runs()).length;
  const first = await open_events(t, server, "/api/run/stream?path=writer.tac&profile=delta");
  await first.chunks(5);
  const seen = first.frames.slice();
  first.close();
  const headers = { "last-event-id": seen.at(-1).id };
  const path = "/api/run/stream?path=writer.tac&profile=delta";
  const second = await open_events(t, server, path, headers);
  await second.end();
  const both = [...seen.map((frame) => frame.event), ...second.events];
  assert_complete_log(both);
  assert.equal(text_of(both), whole_text);
  const last = second.frames.at(-1).id;
  assert.match(last, /^[\w.-]+:1-\d+$/);
  const after = await server.get(path, { headers: { "last-event-id": last } });
  assert.equal(after.status, 204);
  assert.equal((await runs()).length, before_count + 1);
});

test("other query parameters are the program's inputs", async (t) => {
  const path = "/api/run/stream?path=echo.tac&count=7&text=a%20b%26c&yes=true";
  const stream = await open_events(t, server, path);
  await stream.end();
  const { result } = stream.events.at(-2);
  assert.deepEqual([result.count, result.text, result.yes], [7, "a b&c", true]);
});

test("what cannot start answers with an error and leaves no run", async () => {
  const before_count = (await runs()).length;
  const cases = [
    ["?path=syntax.tac", {}, 422, "TAC-SYNTAX"],
    ["?path=nothing.tac", {}, 404, "not_found"],
    ["?path=..%2fx.tac", {}, 403, "outside_workspace"],
    ["", {}, 400, "bad_request"],
    ["?path=writer.tac", { "last-event-id": "odd" }, 400, "bad_request"],
    ["?path=writer.tac", { "last-event-id": "run_gone:1-5" }, 404, "TAC-RUN-NOT-FOUND"],
  ];
  for (const [query, headers, status, code] of cases) {
    const answer = await server.get(`/api/run/stream${query}`, { headers });
    assert.deepEqual([answer.status, answer.error.code], [status, code], query);
  }
  assert.equal((await runs()).length, before_count);
});
