// Runs that ask humans where nobody is at the terminal: exit code 3, the commands that it prints,
// answers from other processes.
import assert from "node:assert/strict";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { of_type, parse_lines } from "../server/support/events.mjs";
import {
  asks_approval,
  asks_everything,
  leave_waiting,
  records,
  status_of,
} from "../server/support/human_programs.mjs";
import { make_workspace, run, start, temporary_folder } from "../server/support/process.mjs";

const workspace = () =>
  make_workspace({
    "ask.tac": asks_approval,
    "all.tac": asks_everything,
    "no.tac": "return 1",
  });

/** The refused command: exit code 1, nothing on standard output, one error with a code. */
function assert_refused({ code, stdout, stderr }, error, what, hint) {
  assert.deepEqual([code, stdout], [1, ""], stderr);
  const [, message, told, told_hint] =
    /^error: (.+) \[(TAC-[A-Z-]+)\]\nhint: (.+)\n$/.exec(stderr) ?? assert.fail(stderr);
  assert.equal(told, error);
  assert.match(message, what);
  assert.match(told_hint, hint);
}

/** The words of a printed command, as a shell would give them to the program. */
const words = (line) =>
  [...line.matchAll(/'((?:[^']|'\\'')*)'|(\S+)/g)].map(([, quoted, plain]) =>
    quoted === undefined ? plain : quoted.replaceAll("'\\''", "'"),
  );

/** Runs a command as it was printed, without what stands beside it in brackets. */
function run_printed(t, cwd, line) {
  const [program, ...args] = words(line.trim().replace(/ {3}\(or .*\)$/, ""));
  assert.equal(program, "tactus");
  return run(t, args, { cwd });
}

const printed = (stderr, command) =>
  stderr.split("\n").find((line) => line.trim().startsWith(`tactus ${command} `)) ??
  assert.fail(stderr);

test("a run that asks exits with 3; the printed commands answer and complete it", async (t) => {
  const cwd = workspace();
  const first = await leave_waiting(t, cwd, "ask.tac", "r1");
  assert.deepEqual([first.code, first.stdout], [3, ""], first.stderr);
  assert.match(first.stderr, /Deploy to production\?/);
  assert.match(first.stderr, /^ {2}tactus answer r1 h1 yes {3}\(or no\)$/m);
  const [waiting] = await records(t, cwd);
  assert.equal(waiting.status, "waiting_for_human");
  assert.match((await run(t, ["runs"], { cwd })).stdout, /r1 +waiting_for_human 1 /);

  const still = await run(t, ["resume", "r1"], { cwd });
  assert.deepEqual([still.code, still.stdout], [3, ""], "nobody has answered");

  const answered = await run_printed(t, cwd, printed(first.stderr, "answer"));
  assert.equal(answered.code, 0, answered.stderr);
  assert.match(
    answered.stdout,
    /h1 of run r1 is answered: true\ngo on with\n {2}tactus resume r1\n/,
  );
  const resumed = await run_printed(t, cwd, printed(first.stderr, "resume"));
  assert.equal(resumed.code, 0, resumed.stderr);
  assert.deepEqual(JSON.parse(resumed.stdout), { ok: true });
  assert.equal((await records(t, cwd))[0].status, "completed");
  assert.match((await run(t, ["runs"], { cwd })).stdout, /r1 +completed +ask/);
});

test("--events jsonl prints nothing but the log; a resumed run tells only what is new", async (t) => {
  const cwd = workspace();
  const first = await leave_waiting(t, cwd, "ask.tac", "r1", ["--events", "jsonl"]);
  assert.equal(first.code, 3, first.stderr);
  const events = parse_lines(first.stdout);
  const [asked] = of_type(events, "hitl_request");
  assert.deepEqual([asked.request_id, asked.request_type], ["h1", "approval"]);
  assert.match(first.stderr, /tactus answer r1 h1 yes/);
  await run(t, ["answer", "r1", "-", "no"], { cwd });
  const second = await run(t, ["resume", "r1", "--events", "jsonl"], { cwd });
  assert.equal(second.code, 0, second.stderr);
  const more = parse_lines(second.stdout);
  assert.equal(more[0].lifecycle_stage, "resumed");
  assert.equal(more[0].seq, events.at(-1).seq + 1);
  assert.ok(!second.stdout.includes("building once"), "the step is not done again");
  assert.deepEqual(of_type(more, "execution_summary")[0].result, { ok: false });
});

test("a completed run prints its result when it is resumed, and runs nothing", async (t) => {
  const cwd = workspace();
  await leave_waiting(t, cwd, "ask.tac", "r1");
  await run(t, ["answer", "r1", "h1", "true"], { cwd });
  const first = await run(t, ["run", "ask.tac", "--run-id", "r1"], { cwd });
  assert.deepEqual([first.code, JSON.parse(first.stdout)], [0, { ok: true }], "--run-id resumes");
  const [before] = await records(t, cwd);
  const again = await run(t, ["resume", "r1"], { cwd });
  assert.deepEqual([again.code, again.stdout], [0, first.stdout]);
  assert.deepEqual((await records(t, cwd))[0], before);
  const late = await run(t, ["answer", "r1", "h1", "yes"], { cwd });
  assert.equal(late.code, 0, "the same answer again is accepted");
  assert.match(late.stdout, /was answered so before: true/);
  assert_refused(
    await run(t, ["answer", "r1", "h1", "no"], { cwd }),
    "TAC-HITL-ANSWERED",
    /'h1'/,
    /first answer/,
  );
});

test("answers are converted by what is asked, and refused when they are not allowed", async (t) => {
  const cwd = workspace();
  const step = (id, value) => run(t, ["answer", "mine", id, value], { cwd });
  const next = () => run(t, ["resume", "mine"], { cwd });
  let left = await leave_waiting(t, cwd, "all.tac", "mine-1");
  assert.match(left.stderr, /tactus answer mine-1 h0 VALUE/);
  assert.equal((await step("h0", "007")).code, 0, "a prefix of the id will do");
  left = await next();
  assert.equal(left.code, 3);
  assert_refused(await step("h1", "many"), "TAC-HITL-OPTION", /integer/, /./);
  assert.equal((await step("h1", "42")).code, 0);
  left = await next();
  assert.match(left.stderr, /tactus answer mine-1 h2 Publish {3}\(or 'Don'\\''t'\)/);
  assert_refused(await step("h2", "Perhaps"), "TAC-HITL-OPTION", /label/, /Publish, Don't/);
  assert_refused(await step("h7", "x"), "TAC-HITL-OPTION", /'h7'/, /h2/);
  const answer = JSON.stringify({ decision: "Don't", feedback: "too short" });
  assert.equal((await step("h2", answer)).code, 0);
  left = await next();
  assert.match(left.stderr, /tactus answer mine-1 h3 RESOLUTION/);
  assert.equal((await step("-", "5")).code, 0, "a text that looks like a number stays one");
  const { code, stdout } = await next();
  assert.equal(code, 0);
  assert.deepEqual(JSON.parse(stdout), {
    name: "007",
    count: 42,
    decision: "Don't",
    feedback: "too short",
    resolution: "5",
  });
});

test("with --wait the process stays, and goes on when another one answers", async (t) => {
  const cwd = workspace();
  const args = ["run", "ask.tac", "--run-id", "live", "--wait", "--events", "jsonl"];
  const program = start(t, args, { cwd });
  await program.output(/tactus answer live h1 yes/, "stderr");
  await status_of(t, cwd, "live", "waiting_for_human");
  assert_refused(await run(t, ["resume", "live"], { cwd }), "TAC-RUN-BUSY", /live/, /./);
  const answered = await run(t, ["answer", "live", "h1", "yes"], { cwd });
  assert.match(answered.stdout, /goes on in the process that has it/);
  const { code, stdout, stderr } = await program.exit();
  assert.equal(code, 0, stderr);
  assert.deepEqual(of_type(parse_lines(stdout), "execution_summary")[0].result, { ok: true });
});

test("--hitl default answers at once", async (t) => {
  const cwd = workspace();
  const { code, stdout } = await run(t, ["run", "ask.tac", "--hitl", "default"], { cwd });
  assert.deepEqual([code, JSON.parse(stdout)], [0, { ok: false }]);
});

test("a run in memory cannot wait for anybody", async (t) => {
  const cwd = workspace();
  assert_refused(
    await run(t, ["run", "ask.tac", "--storage", "memory"], { cwd }),
    "TAC-STORAGE",
    /memory only/,
    /--hitl default/,
  );
});

test("commands are told the folder and the file of the run where they need them", async (t) => {
  const cwd = workspace();
  const store = join(temporary_folder(), "my runs.db");
  const elsewhere = temporary_folder();
  const first = await run(t, ["run", join(cwd, "ask.tac"), "--run-id", "r1", "--storage", store], {
    cwd: elsewhere,
  });
  assert.equal(first.code, 3, first.stderr);
  assert.ok(existsSync(store) && !existsSync(join(cwd, ".tac")));
  const answered = await run_printed(t, elsewhere, printed(first.stderr, "answer"));
  assert.equal(answered.code, 0, answered.stderr);
  const resumed = await run_printed(t, elsewhere, printed(answered.stdout, "resume"));
  assert.deepEqual([resumed.code, JSON.parse(resumed.stdout)], [0, { ok: true }], resumed.stderr);
  const listed = await run(t, ["runs", cwd, "--storage", store], {
    cwd: elsewhere,
  });
  assert.match(listed.stdout, /r1 +completed/);
});

test("--seed and --context are the run's own", async (t) => {
  const source = `main = procedure("main", {}, function()
  return { random = math.random(1000000) }
end)`;
  const cwd = make_workspace({ "dice.tac": source });
  const roll = async (seed) =>
    JSON.parse((await run(t, ["run", "dice.tac", "--seed", seed], { cwd })).stdout).random;
  assert.equal(await roll("7"), await roll("7"));
  assert.notEqual(await roll("7"), await roll("8"));
  const bad = await run(t, ["run", "dice.tac", "--context", "novalue"], {
    cwd,
  });
  assert.equal(bad.code, 2);
  assert.match(bad.stderr, /--context needs name=value/);
});

test("runs and requests that are not there are told apart", async (t) => {
  const cwd = workspace();
  mkdirSync(join(cwd, "empty"));
  await leave_waiting(t, cwd, "ask.tac", "same-1");
  await leave_waiting(t, cwd, "ask.tac", "same-2");
  const refusals = [
    [["resume", "nothing"], "TAC-RUN-NOT-FOUND", /'nothing'/, /tactus runs/],
    [["resume", "same"], "TAC-RUN-NOT-FOUND", /2 runs: same-/, /more of the id/],
    [["answer", "same-1", "h9", "yes"], "TAC-HITL-OPTION", /no open request 'h9'/, /h1/],
    [["answer", "same-1", "h1", "perhaps"], "TAC-HITL-OPTION", /true or false/, /yes and no/],
    [["resume", "same-1", "--workspace", "empty"], "TAC-RUN-NOT-FOUND", /same-1/, /./],
    [["resume", "same-1", "--workspace", "gone"], "TAC-FILE", /gone/, /folder/],
  ];
  for (const [args, error, what, hint] of refusals)
    assert_refused(await run(t, args, { cwd }), error, what, hint);
  for (const args of [["answer", "same-1", "h1"], ["resume"], ["run", "ask.tac", "--hitl", "no"]])
    assert.equal((await run(t, args, { cwd })).code, 2, args.join(" "));
  const other = await run(t, ["run", "no.tac", "--run-id", "same-1"], { cwd });
  assert.equal(other.code, 2);
  assert.match(other.stderr, /run 'same-1' is one of 'ask\.tac'/);
});
