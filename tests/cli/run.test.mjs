// `tactus run` in a pipe: what it prints where, and what its exit code says.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { assert_complete_log, of_type, parse_lines, text_of } from "../server/support/events.mjs";
import { make_workspace, run, start } from "../server/support/process.mjs";
import { echo_inputs, one_turn } from "../server/support/programs.mjs";

const streaming = "streaming-test.tac";
const echo = (t, args) => {
  const cwd = make_workspace({ "echo.tac": echo_inputs });
  return run(t, ["run", "echo.tac", ...args], { cwd });
};

test("in a pipe only the result is printed", async (t) => {
  const cwd = make_workspace({}, { examples: true });
  const { code, stdout, stderr } = await run(t, ["run", streaming], { cwd });
  assert.equal(code, 0, stderr);
  assert.equal(stderr, "");
  assert.match(stdout, /^\{.*\}\n$/, "one line of JSON");
  const result = JSON.parse(stdout);
  assert.equal(result.finished, true);
  assert.match(result.story, /demo model/, "the demo model says what it is");
  assert.ok(!stdout.includes("\u001b"));
});

test("warnings and errors of the log reach standard error when nobody watches", async (t) => {
  const cwd = make_workspace({
    "w.tac": `main = procedure("main", { outpt = {} }, function()
  Log.info("calm") Log.error("smoke") return "r"
end)
`,
  });
  const { code, stdout, stderr } = await run(t, ["run", "w.tac"], { cwd });
  assert.equal(code, 0);
  assert.equal(stdout, "r\n");
  assert.match(stderr, /WARNING.*outpt.*did you mean `output`/);
  assert.match(stderr, /ERROR.*smoke/);
  assert.doesNotMatch(stderr, /calm/);
  assert.equal((await run(t, ["run", "w.tac", "--quiet"], { cwd })).stderr, "");
});

test("a result that is text is printed as it is, and none is printed as nothing", async (t) => {
  const program = (value) => `main = procedure("main", {}, function() return ${value} end)`;
  const cwd = make_workspace({
    "text.tac": program('"two\\nlines, \\u{1F30D}"'),
    "nothing.tac": program("nil"),
    "list.tac": program("{1, 2, 3}"),
  });
  assert.equal((await run(t, ["run", "text.tac"], { cwd })).stdout, "two\nlines, 🌍\n");
  assert.equal((await run(t, ["run", "nothing.tac"], { cwd })).stdout, "");
  assert.equal((await run(t, ["run", "list.tac"], { cwd })).stdout, "[1,2,3]\n");
});

test("--events jsonl prints the log and nothing else", async (t) => {
  const cwd = make_workspace({}, { examples: true });
  for (const name of [streaming, "tools.tac", "structured-output.tac"]) {
    const args = ["run", name, "--events", "jsonl"];
    const { code, stdout, stderr } = await run(t, args, { cwd });
    assert.equal(code, 0, stderr);
    assert.equal(stderr, "");
    const events = parse_lines(stdout);
    assert_complete_log(events);
    assert.equal(events.at(-1).lifecycle_stage, "complete");
    assert.equal(events.at(-1).exit_code, 0);
    assert.ok(of_type(events, "cost").length >= 1);
  }
});

test("--no-stream gives the same text, whole", async (t) => {
  const cwd = make_workspace({ "writer.tac": one_turn });
  const args = ["run", "writer.tac", "--events", "jsonl"];
  const flowing = parse_lines((await run(t, args, { cwd })).stdout);
  const whole = parse_lines((await run(t, [...args, "--no-stream"], { cwd })).stdout);
  for (const events of [flowing, whole]) assert_complete_log(events);
  assert.equal(of_type(whole, "agent_turn")[0].streaming, false);
  assert.equal(of_type(flowing, "agent_turn")[0].streaming, true);
  assert.equal(whole.at(-2).result.text, flowing.at(-2).result.text);
  assert.equal(text_of(flowing), flowing.at(-2).result.text);
});

test("--param gives typed inputs", async (t) => {
  const params = ["count=42", "share=2.5", "yes=true", 'list=["a", 2]', "kind=b", "text=a=b=c"];
  const { stdout, stderr } = await echo(
    t,
    params.flatMap((param) => ["--param", param]),
  );
  assert.equal(stderr, "");
  assert.deepEqual(JSON.parse(stdout), {
    text: "a=b=c",
    count: 42,
    share: 2.5,
    yes: true,
    list: ["a", 2],
    kind: "b",
  });
  const looks_like_number = await echo(t, ["-p", "text=007", "-p", "yes=no"]);
  assert.equal(JSON.parse(looks_like_number.stdout).text, "007", "a string stays a string");
  assert.equal(JSON.parse(looks_like_number.stdout).yes, false);
  assert.equal(JSON.parse((await echo(t, ["-p", "text="])).stdout).text, "");
});

test("a failed run exits with 1, prints no result and tells why on standard error", async (t) => {
  const source = 'main = procedure("main", {}, function()\n  error("out of luck")\nend)';
  const cwd = make_workspace({ "bad.tac": source });
  const plain = await run(t, ["run", "bad.tac"], { cwd });
  assert.deepEqual([plain.code, plain.stdout], [1, ""]);
  assert.match(plain.stderr, /^error: bad\.tac:2: .*out of luck.* \[TAC-LUA\]\n/);
  const log = await run(t, ["run", "bad.tac", "--events", "jsonl"], { cwd });
  assert.equal(log.code, 1);
  const events = parse_lines(log.stdout);
  assert_complete_log(events);
  assert.equal(events.at(-1).lifecycle_stage, "error");
  assert.equal(events.at(-1).exit_code, 1);
  assert.equal(events.at(-2).error_code, "TAC-LUA");
  assert.equal(events.at(-2).error_line, 2);
});

test("the folder of the run is the current one, or the file's own", async (t) => {
  const cwd = make_workspace();
  mkdirSync(join(cwd, "inner"));
  writeFileSync(join(cwd, "inner/echo.tac"), echo_inputs);
  await run(t, ["run", "inner/echo.tac"], { cwd });
  assert.ok(existsSync(join(cwd, ".tac/runs.db")));
  assert.ok(!existsSync(join(cwd, "inner/.tac")));
  const elsewhere = make_workspace();
  const { code } = await run(t, ["run", join(cwd, "inner/echo.tac")], { cwd: elsewhere });
  assert.equal(code, 0);
  assert.ok(existsSync(join(cwd, "inner/.tac/runs.db")));
  assert.ok(!existsSync(join(elsewhere, ".tac")));
});

test("--storage memory leaves nothing on disk", async (t) => {
  const cwd = make_workspace({ "echo.tac": echo_inputs });
  const { code } = await run(t, ["run", "echo.tac", "--storage", "memory"], { cwd });
  assert.equal(code, 0);
  assert.ok(!existsSync(join(cwd, ".tac")));
});

test("--run-id names the run; an id that is known shows that run again", async (t) => {
  const cwd = make_workspace({ "echo.tac": echo_inputs });
  const go = (text) =>
    run(t, ["run", "echo.tac", "--run-id", "mine", "-p", `text=${text}`], { cwd });
  const first = await go("one");
  assert.equal(JSON.parse(first.stdout).text, "one");
  const again = await go("two");
  assert.deepEqual([again.code, again.stdout], [0, first.stdout]);
  const list = await run(t, ["runs", "--json"], { cwd });
  assert.deepEqual(
    parse_lines(list.stdout).map((item) => item.run_id),
    ["mine"],
  );
});

test("a reader of the pipe that leaves early stops nothing badly", async (t) => {
  const cwd = make_workspace({}, { examples: true });
  const program = start(t, ["run", streaming, "--events", "jsonl"], {
    cwd,
    env: { TACTUS_DEMO_RATE: "400" },
  });
  await program.output(/agent_stream_chunk/);
  program.child.stdout.destroy();
  const { signal } = await program.exit();
  assert.equal(signal, null, "no death by SIGPIPE");
  const list = parse_lines((await run(t, ["runs", "--json"], { cwd })).stdout);
  assert.equal(list.length, 1);
  assert.notEqual(list[0].status, "running");
});
