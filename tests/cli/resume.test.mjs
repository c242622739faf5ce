// Runs that go on after their process has ended: killed, stopped, with a changed program, asleep.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { of_type, parse_lines } from "../server/support/events.mjs";
import {
  asks_approval,
  leave_waiting,
  records,
  status_of,
} from "../server/support/human_programs.mjs";
import { make_workspace, run, start } from "../server/support/process.mjs";

const sleeps = (duration) => `main = procedure("main", {}, function()
  step("before", function() Log.info("done once") end)
  Sleep("${duration}")
  return "awake"
end)
`;

test("a killed process leaves a run that is answered and resumed by others", async (t) => {
  const cwd = make_workspace({ "ask.tac": asks_approval });
  const program = start(t, ["run", "ask.tac", "--run-id", "r1", "--wait"], {
    cwd,
  });
  await status_of(t, cwd, "r1", "waiting_for_human");
  program.kill("SIGKILL");
  await program.exit();
  assert.equal((await run(t, ["answer", "r1", "h1", "yes"], { cwd })).code, 0);
  const { code, stdout, stderr } = await run(t, ["resume", "r1", "--events", "jsonl"], { cwd });
  assert.equal(code, 0, stderr);
  const events = parse_lines(stdout);
  assert.deepEqual(of_type(events, "execution_summary")[0].result, {
    ok: true,
  });
  assert.ok(!stdout.includes("building once"));
});

test("a program that has changed is refused, unless that is allowed", async (t) => {
  const cwd = make_workspace({ "ask.tac": asks_approval });
  await leave_waiting(t, cwd, "ask.tac", "r1");
  await run(t, ["answer", "r1", "h1", "yes"], { cwd });
  writeFileSync(join(cwd, "ask.tac"), asks_approval.replace("{ ok = ok }", "{ fine = ok }"));
  const refused = await run(t, ["resume", "r1"], { cwd });
  assert.deepEqual([refused.code, refused.stdout], [1, ""]);
  assert.match(refused.stderr, /ask\.tac.* has changed .*\[TAC-SOURCE-CHANGED\]/);
  assert.match(refused.stderr, /hint: .*--allow-changed-source/);
  assert.equal((await records(t, cwd))[0].status, "waiting_for_human", "it is as it was");
  const allowed = await run(t, ["resume", "r1", "--allow-changed-source"], {
    cwd,
  });
  assert.deepEqual([allowed.code, JSON.parse(allowed.stdout)], [0, { fine: true }], allowed.stderr);
});

test("SIGTERM leaves a sleeping run that can be resumed", async (t) => {
  const cwd = make_workspace({ "sleep.tac": sleeps("1h") });
  const program = start(t, ["run", "sleep.tac", "--run-id", "r1"], { cwd });
  await status_of(t, cwd, "r1", "sleeping");
  program.kill("SIGTERM");
  const { code, stderr } = await program.exit();
  assert.equal(code, 130, stderr);
  assert.match(stderr, /go on with\n {2}tactus resume r1\n/);
  assert.equal((await records(t, cwd))[0].status, "sleeping");
});

test("Ctrl-C cancels a sleeping run", async (t) => {
  const cwd = make_workspace({ "sleep.tac": sleeps("1h") });
  const program = start(t, ["run", "sleep.tac", "--run-id", "r1"], { cwd });
  await status_of(t, cwd, "r1", "sleeping");
  program.kill("SIGINT");
  assert.equal((await program.exit()).code, 130);
  assert.equal((await records(t, cwd))[0].status, "cancelled");
});

test("a sleep goes on after a kill and ends when it was to end", async (t) => {
  const cwd = make_workspace({ "sleep.tac": sleeps("2s") });
  const began = Date.now();
  const program = start(t, ["run", "sleep.tac", "--run-id", "r1"], { cwd });
  await status_of(t, cwd, "r1", "sleeping");
  program.kill("SIGKILL");
  await program.exit();
  const { code, stdout, stderr } = await run(t, ["resume", "r1"], { cwd });
  assert.deepEqual([code, stdout], [0, "awake\n"], stderr);
  assert.ok(Date.now() - began >= 2_000, "it has slept its time");
  assert.doesNotMatch(stderr, /done once/);
});
