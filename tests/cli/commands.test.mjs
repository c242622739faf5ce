// The smaller commands: validate, runs, version, help.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse_lines } from "../server/support/events.mjs";
import { make_workspace, root, run } from "../server/support/process.mjs";
import {
  echo_inputs,
  misspelt_key,
  one_turn,
  syntax_error,
  wrong_result,
} from "../server/support/programs.mjs";

test("validate takes every example", async (t) => {
  const cwd = make_workspace({}, { examples: true });
  const names = readdirSync(cwd).filter((name) => name.endsWith(".tac") && name !== ".tac");
  assert.ok(names.length >= 8);
  const { code, stdout, stderr } = await run(t, ["validate", ...names], { cwd });
  assert.equal(code, 0, stdout + stderr);
  assert.equal(stdout, names.map((name) => `${name}: valid\n`).join(""));
});

test("validate exits with 1 when one of several files is wrong, and tells all", async (t) => {
  const cwd = make_workspace({ "good.tac": echo_inputs, "bad.tac": syntax_error });
  const { code, stdout, stderr } = await run(t, ["validate", "bad.tac", "good.tac"], { cwd });
  assert.equal(code, 1);
  assert.equal(stderr, "");
  assert.match(
    stdout,
    /^bad\.tac:2:\d+: error: .+ \[TAC-SYNTAX\]\n +hint: .+\ngood\.tac: valid\n$/,
  );
  const missing = await run(t, ["validate", "nothing.tac", "good.tac"], { cwd });
  assert.equal(missing.code, 1);
  assert.match(missing.stderr, /nothing\.tac: no such file \[TAC-FILE\]\nhint: /);
  assert.match(missing.stdout, /good\.tac: valid/);
});

test("validate --json gives one object a file", async (t) => {
  const unknown_key = misspelt_key.replace("temprature", "colour");
  const files = { "good.tac": echo_inputs, "key.tac": unknown_key, "bad.tac": syntax_error };
  const cwd = make_workspace(files);
  const names = Object.keys(files);
  const { code, stdout } = await run(t, ["validate", "--json", ...names], { cwd });
  assert.equal(code, 1);
  const [good, key, bad] = parse_lines(stdout);
  assert.deepEqual(good, { valid: true, errors: [], warnings: [], path: "good.tac" });
  assert.deepEqual([key.valid, key.warnings.length, key.path], [true, 1, "key.tac"]);
  assert.match(key.warnings[0].hint, /temperature/);
  assert.deepEqual([bad.valid, bad.errors.length, bad.path], [false, 1, "bad.tac"]);
  const [{ code: error, line, column }] = bad.errors;
  assert.deepEqual([error, line], ["TAC-SYNTAX", 2]);
  assert.ok(column >= 1);
});

test("validate runs nothing and leaves nothing", async (t) => {
  const cwd = make_workspace({ "writer.tac": one_turn });
  assert.equal((await run(t, ["validate", "writer.tac"], { cwd })).code, 0);
  assert.deepEqual(readdirSync(cwd), ["writer.tac"]);
});

test("runs lists what ran, newest first, as a table and as JSON", async (t) => {
  const cwd = make_workspace({ "echo.tac": echo_inputs, "wrong.tac": wrong_result });
  const empty = await run(t, ["runs"], { cwd });
  assert.deepEqual(
    [empty.code, empty.stdout],
    [0, "no runs yet; start one with `tactus run FILE`\n"],
  );
  for (const name of ["echo.tac", "wrong.tac", "echo.tac"]) await run(t, ["run", name], { cwd });
  const table = (await run(t, ["runs"], { cwd })).stdout;
  assert.match(table, /^RUN +STATUS +PROCEDURE/);
  assert.equal(table.trim().split("\n").length, 4);
  assert.match(table, /run_\S+ +failed +wrong /);
  const list = async (...args) =>
    parse_lines((await run(t, ["runs", "--json", ...args], { cwd })).stdout);
  const all = await list();
  assert.deepEqual(
    all.map((item) => item.procedure_id),
    ["echo", "wrong", "echo"],
  );
  assert.deepEqual(
    all.map((item) => item.status),
    ["completed", "failed", "completed"],
  );
  assert.deepEqual(
    (await list("--status", "failed")).map((item) => item.procedure_id),
    ["wrong"],
  );
  assert.equal((await list("--procedure", "echo")).length, 2);
  assert.deepEqual(await list("--limit", "1"), [all[0]]);
  const elsewhere = await run(t, ["runs", cwd, "--json"], { cwd: make_workspace() });
  assert.deepEqual(parse_lines(elsewhere.stdout), all);
});

test("version is that of the project, said in two ways", async (t) => {
  const cmake = readFileSync(join(root, "CMakeLists.txt"), "utf8");
  const [, version] = /project\(tactus VERSION (\S+)/.exec(cmake);
  for (const args of [["version"], ["--version"]]) {
    const { code, stdout, stderr } = await run(t, args);
    assert.deepEqual([code, stdout, stderr], [0, `tactus ${version}\n`, ""]);
  }
});

test("every command has help that tells what it does and its options", async (t) => {
  const top = await run(t, ["--help"]);
  assert.equal(top.code, 0);
  const options = {
    run: [
      "--param",
      "--provider",
      "--model",
      "--events",
      "--storage",
      "--run-id",
      "--no-stream",
      "--hitl",
      "--seed",
      "--context",
      "--wait",
      "--allow-changed-source",
    ],
    resume: ["--events", "--wait", "--workspace", "--storage", "--allow-changed-source"],
    answer: ["--workspace", "--storage"],
    ide: ["--host", "--port", "--no-browser", "--no-auth", "--open-run"],
    validate: ["--json"],
    runs: ["--status", "--procedure", "--limit", "--json"],
    "mock-provider": ["--port", "--pace", "--script", "--fault", "--generate-tokens"],
    version: [],
  };
  for (const [command, names] of Object.entries(options)) {
    assert.match(top.stdout, new RegExp(`^ +${command} +\\S.{10,}`, "m"));
    for (const flag of ["--help", "-h"]) {
      const { code, stdout, stderr } = await run(t, [command, flag]);
      assert.deepEqual([code, stderr], [0, ""], command);
      for (const name of names) assert.match(stdout, new RegExp(`${name}\\b.* {2,}\\S`), command);
    }
  }
  assert.match((await run(t, ["run", "--help"])).stdout, /Exit codes: .*130/);
});
