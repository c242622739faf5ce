// Ctrl-C: what was written is kept, the log is settled, the exit code is 130.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assert_complete_log, of_type, parse_lines, text_of } from "../server/support/events.mjs";
import { eventually, make_workspace, run, start } from "../server/support/process.mjs";
import { one_turn } from "../server/support/programs.mjs";
import { begin_stream, send_text, start_upstream } from "../server/support/upstream.mjs";

const streaming = "streaming-test.tac";
const slow_demo = { TACTUS_DEMO_RATE: "25" };

test("SIGINT in mid-stream keeps the partial and exits with 130", async (t) => {
  const cwd = make_workspace({}, { examples: true });
  const args = ["run", streaming, "--events", "jsonl"];
  const program = start(t, args, { cwd, env: slow_demo });
  await program.output(/(agent_stream_chunk[^\n]*\n[\s\S]*){5}/);
  const seen = text_of(parse_lines(program.stdout.slice(0, program.stdout.lastIndexOf("\n"))));
  const asked = performance.now();
  program.kill("SIGINT");
  const { code, stdout, stderr } = await program.exit();
  assert.equal(code, 130, stderr);
  assert.ok(performance.now() - asked < 3_000, "it stops at once");
  const events = parse_lines(stdout);
  assert_complete_log(events);
  assert.equal(events.at(-1).lifecycle_stage, "cancelled");
  assert.equal(events.at(-1).exit_code, 130);
  const turn = of_type(events, "agent_turn").at(-1);
  assert.deepEqual([turn.stage, turn.finish_reason], ["cancelled", "cancelled"]);
  assert.equal(of_type(events, "cost").length, 1, "what was used is told");
  assert.ok(text_of(events).startsWith(seen) && seen.length > 0);

  const [record] = parse_lines((await run(t, ["runs", "--json"], { cwd })).stdout);
  assert.equal(record.status, "cancelled");
  assert.equal(record.run_id, events[0].run_id);
  assert.equal(record.last_seq, events.at(-1).seq);
});

test("SIGTERM in mid-stream leaves a run that can be resumed", async (t) => {
  const cwd = make_workspace({}, { examples: true });
  const args = ["run", streaming, "--run-id", "r1", "--events", "jsonl"];
  const program = start(t, args, { cwd, env: slow_demo });
  await program.output(/(agent_stream_chunk[^\n]*\n[\s\S]*){5}/);
  program.kill("SIGTERM");
  const { code, stdout, stderr } = await program.exit();
  assert.equal(code, 130, stderr);
  assert.match(stderr, /tactus resume r1/);
  const events = parse_lines(stdout);
  const [record] = parse_lines((await run(t, ["runs", "--json"], { cwd })).stdout);
  assert.deepEqual([record.status, record.last_seq], ["interrupted", events.at(-1).seq]);
  const resumed = await run(t, ["resume", "r1"], { cwd });
  assert.equal(resumed.code, 0, resumed.stderr);
  assert.equal(JSON.parse(resumed.stdout).finished, true);
});

test("in a pipe an interrupted run prints no result", async (t) => {
  const cwd = make_workspace({}, { examples: true });
  const program = start(t, ["run", streaming], { cwd, env: slow_demo });
  await eventually("the run", async () =>
    (await run(t, ["runs", "--json"], { cwd })).stdout.includes('"status":"running"'),
  );
  program.kill("SIGINT");
  const { code, stdout } = await program.exit();
  assert.deepEqual([code, stdout], [130, ""]);
});

test("Ctrl-C while waiting for a provider that says nothing", async (t) => {
  const upstream = await start_upstream(t, () => {});
  const cwd = make_workspace({ "writer.tac": one_turn });
  const args = ["run", "writer.tac", "--events", "jsonl"];
  const program = start(t, args, { cwd, env: upstream.env });
  await eventually("the request", () => upstream.requests.length === 1);
  program.kill("SIGINT");
  const { code, stdout } = await program.exit();
  assert.equal(code, 130);
  const events = parse_lines(stdout);
  assert_complete_log(events);
  assert.equal(events.at(-1).lifecycle_stage, "cancelled");
  await eventually("closed upstream", () => upstream.closed.length === 1);
});

test("Ctrl-C while a program waits before it tries again", async (t) => {
  const source = one_turn.replace("retries = 0", "retries = 5, retry_delay = 30");
  const upstream = await start_upstream(t, (_, response) => {
    response.writeHead(503).end();
  });
  const cwd = make_workspace({ "writer.tac": source });
  const args = ["run", "writer.tac", "--events", "jsonl"];
  const program = start(t, args, { cwd, env: upstream.env });
  await program.output(/attempt_superseded/);
  program.kill("SIGINT");
  const { code, stdout } = await program.exit(5_000);
  assert.equal(code, 130);
  assert_complete_log(parse_lines(stdout));
});

test("Ctrl-C stops a program that never waits", async (t) => {
  const source = `main = procedure("main", {}, function()
  Log.info("here")
  while true do end
end)`;
  const cwd = make_workspace({ "loop.tac": source });
  const program = start(t, ["run", "loop.tac", "--events", "jsonl"], { cwd });
  await program.output(/"message":"here"/);
  program.kill("SIGINT");
  const { code } = await program.exit(10_000);
  assert.notEqual(code, 0);
});

test("a second Ctrl-C does not wait for anything", async (t) => {
  const upstream = await start_upstream(t, (_, response) => {
    begin_stream(response);
    send_text(response, "x");
  });
  const cwd = make_workspace({ "writer.tac": one_turn });
  const program = start(t, ["run", "writer.tac", "--events", "jsonl"], {
    cwd,
    env: upstream.env,
  });
  await program.output(/agent_stream_chunk/);
  program.kill("SIGINT");
  program.kill("SIGINT");
  const { code } = await program.exit(3_000);
  assert.equal(code, 130);
});
