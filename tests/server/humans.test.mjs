// Requests to humans and runs that go on: answered once, also after a kill, and resumed.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { of_type, parse_lines } from "./support/events.mjs";
import { status_of } from "./support/human_programs.mjs";
import { eventually, file_scope, make_workspace } from "./support/process.mjs";
import { start_server } from "./support/server.mjs";

const approve = `main = procedure("main", {}, function()
  local count = step("count", function() return 7 end)
  local yes = Human.approve({ message = "Go on?", context = { count = count } })
  return { yes = yes, count = count }
end)
`;
const typed = `main = procedure("main", {}, function()
  return { count = Human.input({ message = "How many?", input_type = "integer", required = true }) }
end)
`;
const review = `main = procedure("main", {}, function()
  return Human.review({ message = "Look", artifact = "draft", artifact_type = "text",
                        options = { "Send", { label = "Drop", type = "cancel" } } })
end)
`;
const files = {
  "approve.tac": approve,
  "typed.tac": typed,
  "review.tac": review,
};
const file = file_scope();
let server;
before(async () => {
  server = await start_server(file, make_workspace(files));
});

const record_of = async (run_id, from) => (await from.get(`/api/runs/${run_id}`)).json;
const has_status = (run_id, status, from = server) =>
  eventually(`${run_id} ${status}`, async () => {
    const record = await record_of(run_id, from);
    return record.status === status && record;
  });
const events_of = async (run_id, from = server) =>
  parse_lines((await from.get(`/api/runs/${run_id}/events?format=jsonl`)).text);

/** A run that waits for its one request: {run_id, request}. */
async function asking(path, from = server) {
  const run_id = await from.start_run({ path });
  const { pending } = await has_status(run_id, "waiting_for_human", from);
  assert.equal(pending.length, 1);
  return { run_id, request: pending[0] };
}

/** A run that waits, as `asking`, and whose server is dead. */
async function left_alone(t, workspace) {
  const server = await start_server(t, workspace);
  const waiting = await asking("approve.tac", server);
  await status_of(t, workspace, waiting.run_id, "waiting_for_human"); // It stands on the disk, too.
  server.program.kill("SIGKILL");
  await server.program.exit();
  return waiting;
}

const answer = (run_id, request, value, from = server) =>
  from.post(`/api/runs/${run_id}/requests/${request.request_id}`, { value });

test("a run tells what it waits for, in its log, its record and the list", async () => {
  const { run_id, request } = await asking("approve.tac");
  assert.equal(request.request_type, "approval");
  assert.equal(request.message, "Go on?");
  assert.deepEqual(request.context, { count: 7 });
  const listed = (await server.get("/api/runs?status=waiting_for_human")).json.runs;
  assert.equal(listed.find((run) => run.run_id === run_id).pending_count, 1);
  const response = await server.get(`/api/runs/${run_id}`);
  assert.equal(response.json.pending_count, 1);
  assert.equal((await answer(run_id, request, true)).status, 200);
  const done = await has_status(run_id, "completed");
  assert.deepEqual([done.result, done.pending], [{ yes: true, count: 7 }, []]);
  const asked = of_type(await events_of(run_id), "hitl_request");
  assert.deepEqual([asked.length, asked[0].request_id], [1, request.request_id]);
});

test("the first answer wins, the same again is accepted, another is refused", async () => {
  const { run_id, request } = await asking("approve.tac");
  const first = await answer(run_id, request, false);
  assert.equal(first.status, 200, first.text);
  assert.deepEqual([first.json.value, first.json.request_id], [false, request.request_id]);
  const again = await answer(run_id, request, false);
  assert.deepEqual([again.status, again.json.responded_at], [200, first.json.responded_at]);
  const other = await answer(run_id, request, true);
  assert.deepEqual([other.status, other.error.code], [409, "TAC-HITL-ANSWERED"]);
  assert.ok(other.error.message.length > 5);
  assert.equal((await has_status(run_id, "completed")).result.yes, false);
  assert.equal(of_type(await events_of(run_id), "hitl_response").length, 1);
  assert.equal((await answer(run_id, request, true)).status, 409, "also when the run is over");
});

test("of many answers at once one is taken, and all hear which", async () => {
  const { run_id, request } = await asking("typed.tac");
  const values = [1, 2, 3, 4, 5, 6, 7, 8];
  const answers = await Promise.all(values.map((value) => answer(run_id, request, value)));
  const taken = answers.filter((one) => one.status === 200);
  assert.equal(taken.length, 1);
  assert.equal(answers.filter((one) => one.status === 409).length, values.length - 1);
  const done = await has_status(run_id, "completed");
  assert.equal(done.result.count, taken[0].json.value);
});

test("a value that the request does not allow is refused and the request stays", async () => {
  const typed_run = await asking("typed.tac");
  for (const value of ["many", 1.5, {}, true]) {
    const refused = await answer(typed_run.run_id, typed_run.request, value);
    const told = `${JSON.stringify(value)}: ${refused.text}`;
    assert.deepEqual([refused.status, refused.error.code], [422, "TAC-HITL-OPTION"], told);
  }
  assert.equal((await answer(typed_run.run_id, typed_run.request, 12)).status, 200);
  assert.equal((await has_status(typed_run.run_id, "completed")).result.count, 12);

  const { run_id, request } = await asking("review.tac");
  const unknown = await answer(run_id, request, { decision: "Burn" });
  assert.deepEqual([unknown.status, unknown.error.code], [422, "TAC-HITL-OPTION"]);
  const value = { decision: "Send", feedback: "fine", edited_artifact: "better" };
  assert.equal((await answer(run_id, request, value)).status, 200);
  const { result } = await has_status(run_id, "completed");
  assert.equal(result.decision, "Send");
  assert.equal(result.feedback, "fine");
  assert.equal(result.edited_artifact, "better");
});

test("answers that are none, and requests that do not exist", async () => {
  const { run_id, request } = await asking("approve.tac");
  const path = `/api/runs/${run_id}/requests/${request.request_id}`;
  const empty = await server.post(path, {});
  assert.deepEqual([empty.status, empty.error.code], [400, "bad_request"]);
  const untyped = await server.request("POST", path, { body: '{"value":true}' });
  assert.deepEqual([untyped.status, untyped.error.code], [415, "unsupported_media_type"]);
  const foreign = { headers: { origin: "http://elsewhere.example" } };
  const refused = await server.post(path, { value: true }, foreign);
  assert.deepEqual([refused.status, refused.error.code], [403, "wrong_origin"]);
  const unknown = await server.post(`/api/runs/${run_id}/requests/nothing`, { value: true });
  assert.deepEqual([unknown.status, unknown.error.code], [422, "TAC-HITL-OPTION"]);
  const nowhere = await server.post("/api/runs/nothing/requests/x", { value: true });
  assert.deepEqual([nowhere.status, nowhere.error.code], [404, "TAC-RUN-NOT-FOUND"]);
  assert.equal((await server.get(path)).status, 405);
  assert.equal((await record_of(run_id, server)).status, "waiting_for_human");
  await server.post(`/api/runs/${run_id}/cancel`, {});
  await has_status(run_id, "cancelled");
});

test("kill -9 while it waits: the answer takes the run up again, and nothing runs twice", async (t) => {
  const workspace = make_workspace(files);
  const { run_id, request } = await left_alone(t, workspace);

  const again = await start_server(t, workspace);
  const record = await record_of(run_id, again);
  assert.equal(record.status, "waiting_for_human");
  assert.deepEqual(
    record.pending.map((one) => one.request_id),
    [request.request_id],
  );
  const taken = await answer(run_id, request, true, again);
  assert.equal(taken.status, 200, taken.text);
  const done = await has_status(run_id, "completed", again);
  assert.deepEqual([done.result, done.generation], [{ yes: true, count: 7 }, 2]);
  const log = await events_of(run_id, again);
  assert.equal(of_type(log, "hitl_request").length, 1, "asked once");
  const stages = of_type(log, "execution").map((event) => event.lifecycle_stage);
  assert.deepEqual([stages.at(0), stages.at(-1)], ["start", "complete"]);
  assert.ok(stages.includes("resumed"));
  assert.equal((await answer(run_id, request, false, again)).status, 409);
});

test("a run that waits without a process can be stopped", async (t) => {
  const workspace = make_workspace(files);
  const { run_id, request } = await left_alone(t, workspace);

  const again = await start_server(t, workspace);
  assert.equal((await again.post(`/api/runs/${run_id}/cancel`, {})).status, 202);
  const record = await has_status(run_id, "cancelled", again);
  assert.deepEqual(record.pending, []);
  const log = await events_of(run_id, again);
  assert.equal(of_type(log, "execution").at(-1).lifecycle_stage, "cancelled");
  assert.equal(of_type(log, "execution_summary").at(-1).error_code, "TAC-CANCELLED");
  assert.equal(of_type(log, "hitl_request").length, 1, "not asked again");
  assert.equal((await answer(run_id, request, true, again)).status, 422);
});
