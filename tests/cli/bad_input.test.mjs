// Whatever is wrong with what a person typed or wrote: one clear message with a code, a place and a
// hint, and an exit code that is not 0.
import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { of_type, parse_lines } from "../server/support/events.mjs";
import { make_workspace, run, temporary_folder } from "../server/support/process.mjs";
import {
  echo_inputs,
  misspelt_key,
  one_turn,
  syntax_error,
  wrong_result,
} from "../server/support/programs.mjs";

const needs_topic = `main = procedure("main", {
  input = { topic = { type = "string", required = true } },
}, function() return input.topic end)
`;
const workspace = () =>
  make_workspace({
    "echo.tac": echo_inputs,
    "key.tac": misspelt_key,
    "colour.tac": misspelt_key.replace("temprature", "colour"),
    "result.tac": wrong_result,
    "syntax.tac": syntax_error,
    "topic.tac": needs_topic,
    "writer.tac": one_turn,
  });

/** Exactly one message of the form "error: place: what [CODE]" and one hint. */
function assert_message({ code, stdout, stderr }, { exit, place, what, error, hint }) {
  assert.equal(code, exit, stderr);
  assert.equal(stdout, "");
  const [, message, told_code, told_hint] =
    /^error: (.+) \[(TAC-[A-Z-]+)\]\nhint: (.+)\n$/.exec(stderr) ?? assert.fail(stderr);
  assert.equal(told_code, error);
  assert.ok(message.startsWith(place), `'${place}' in: ${message}`);
  assert.match(message, what);
  assert.match(told_hint, hint);
  assert.ok(!/(\S+\.tac): \1/.test(message), `the place twice: ${message}`);
}

const cases = [
  {
    name: "a syntax error",
    args: ["run", "syntax.tac"],
    wanted: {
      exit: 1,
      place: "syntax.tac:2:",
      what: /near 'return'/,
      error: "TAC-SYNTAX",
      hint: /return/,
    },
  },
  {
    name: "a missing input",
    args: ["run", "topic.tac"],
    wanted: {
      exit: 1,
      place: "topic.tac:",
      what: /missing.*topic/,
      error: "TAC-INPUT",
      hint: /--param topic=/,
    },
  },
  {
    name: "an input of the wrong type",
    args: ["run", "echo.tac", "--param", "count=many"],
    wanted: {
      exit: 1,
      place: "echo.tac:",
      what: /count.*number.*many/,
      error: "TAC-INPUT",
      hint: /input/,
    },
  },
  {
    name: "an input that is none of the choices",
    args: ["run", "echo.tac", "--param", "kind=c"],
    wanted: {
      exit: 1,
      place: "echo.tac:",
      what: /kind.*"?a"?.*"?b"?/,
      error: "TAC-INPUT",
      hint: /input/,
    },
  },
  {
    name: "a result against its schema",
    args: ["run", "result.tac"],
    wanted: {
      exit: 1,
      place: "result.tac:",
      what: /title.*string.*4/,
      error: "TAC-OUTPUT-SCHEMA",
      hint: /output/,
    },
  },
  {
    name: "a misspelt agent key",
    args: ["run", "key.tac"],
    wanted: {
      exit: 1,
      place: "key.tac:1:",
      what: /unknown key.*temprature/,
      error: "TAC-VALIDATION",
      hint: /temperature/,
    },
  },
  {
    name: "a missing API key",
    args: ["run", "writer.tac", "--provider", "openai"],
    wanted: {
      exit: 1,
      place: "writer.tac:1:",
      what: /API key.*openai/,
      error: "TAC-PROVIDER-AUTH",
      hint: /OPENAI_API_KEY/,
    },
  },
  {
    name: "an unknown provider",
    args: ["run", "writer.tac", "--provider", "opnai"],
    wanted: {
      exit: 1,
      place: "writer.tac:",
      what: /'opnai' is not known/,
      error: "TAC-CONFIG",
      hint: /openai/,
    },
  },
  {
    name: "a file that is not there",
    args: ["run", "nothing.tac"],
    wanted: {
      exit: 1,
      place: "nothing.tac: ",
      what: /no such file/,
      error: "TAC-FILE",
      hint: /path/,
    },
  },
  {
    name: "a folder instead of a file",
    args: ["run", "."],
    wanted: { exit: 1, place: ".: ", what: /folder/, error: "TAC-FILE", hint: /file/ },
  },
  {
    name: "a parameter without a value",
    args: ["run", "echo.tac", "--param", "count"],
    wanted: {
      exit: 2,
      place: "--param",
      what: /name=value.*'count'/,
      error: "TAC-USAGE",
      hint: /--param \w+=/,
    },
  },
  {
    name: "a run id that cannot be one",
    args: ["run", "echo.tac", "--run-id", "../x"],
    wanted: { exit: 2, place: "--run-id", what: /'..\/x'/, error: "TAC-USAGE", hint: /letters/ },
  },
  {
    name: "an unknown command",
    args: ["rnu", "echo.tac"],
    wanted: { exit: 2, place: "", what: /'rnu'/, error: "TAC-USAGE", hint: /tactus runs?`/ },
  },
  {
    name: "no command",
    args: [],
    wanted: {
      exit: 2,
      place: "",
      what: /run.*ide.*validate/,
      error: "TAC-USAGE",
      hint: /tactus --help/,
    },
  },
  {
    name: "an unknown option",
    args: ["run", "echo.tac", "--modle", "x"],
    wanted: { exit: 2, place: "", what: /--modle/, error: "TAC-USAGE", hint: /tactus run --help/ },
  },
  {
    name: "an option's value that is none",
    args: ["run", "echo.tac", "--events", "xml"],
    wanted: {
      exit: 2,
      place: "--events",
      what: /xml.*jsonl/,
      error: "TAC-USAGE",
      hint: /tactus run --help/,
    },
  },
  {
    name: "a missing file argument",
    args: ["run"],
    wanted: { exit: 2, place: "", what: /file/, error: "TAC-USAGE", hint: /tactus run --help/ },
  },
  {
    name: "an unknown status",
    args: ["runs", "--status", "odd"],
    wanted: { exit: 2, place: "", what: /'odd'/, error: "TAC-USAGE", hint: /completed/ },
  },
  {
    name: "a folder of runs that is not there",
    args: ["runs", "nowhere"],
    wanted: {
      exit: 1,
      place: "nowhere",
      what: /no such folder/,
      error: "TAC-FILE",
      hint: /folder/,
    },
  },
  {
    name: "an unknown fault",
    args: ["mock-provider", "--port", "0", "--fault", "odd"],
    wanted: { exit: 2, place: "", what: /'odd'/, error: "TAC-USAGE", hint: /429/ },
  },
  {
    name: "a script that is not there",
    args: ["mock-provider", "--port", "0", "--script", "nothing.json"],
    wanted: {
      exit: 1,
      place: "nothing.json",
      what: /cannot be read/,
      error: "TAC-FILE",
      hint: /readable/,
    },
  },
];

for (const { name, args, wanted } of cases) {
  test(`${name} is told with code, place and hint`, async (t) => {
    assert_message(await run(t, args, { cwd: workspace() }), wanted);
  });
}

test("a misspelt agent key is refused by validate, too", async (t) => {
  const checked = await run(t, ["validate", "key.tac"], { cwd: workspace() });
  assert.equal(checked.code, 1);
  assert.match(
    checked.stdout,
    /^key\.tac:1:\d+: error: .*temprature.* \[TAC-VALIDATION\]\n +hint: .*temperature/,
  );
});

test("an unknown agent key that resembles none is a warning, and the run goes on", async (t) => {
  const cwd = workspace();
  const { code, stdout } = await run(t, ["run", "colour.tac", "--events", "jsonl"], { cwd });
  assert.equal(code, 0);
  const [warning] = of_type(parse_lines(stdout), "log");
  assert.equal(warning.level, "WARNING");
  assert.match(warning.message, /colour/);
  assert.equal(warning.context.code, "TAC-VALIDATION");
  assert.equal(warning.context.line, 1);
});

test("a link that leads out of the workspace is refused", async (t) => {
  const cwd = workspace();
  const outside = temporary_folder();
  writeFileSync(join(outside, "outside.tac"), echo_inputs);
  symlinkSync(join(outside, "outside.tac"), join(cwd, "link.tac"));
  symlinkSync(outside, join(cwd, "folder"));
  for (const path of ["link.tac", "folder/outside.tac", join(cwd, "link.tac")]) {
    const refused = await run(t, ["run", path], { cwd });
    assert_message(refused, {
      exit: 1,
      place: "'",
      what: /outside the workspace/,
      error: "TAC-SANDBOX-DENIED",
      hint: /below/,
    });
  }
});

test("a link inside the workspace is a file like any other", async (t) => {
  const cwd = workspace();
  mkdirSync(join(cwd, "inner"));
  symlinkSync("../echo.tac", join(cwd, "inner/link.tac"));
  assert.equal((await run(t, ["run", "inner/link.tac"], { cwd })).code, 0);
});

test("a file that is not UTF-8 is refused by run and validate", async (t) => {
  const cwd = workspace();
  writeFileSync(join(cwd, "latin.tac"), Buffer.from([0x72, 0x65, 0x74, 0xe4, 0x0a]));
  for (const command of ["run", "validate"]) {
    assert_message(await run(t, [command, "latin.tac"], { cwd }), {
      exit: 1,
      place: "latin.tac: ",
      what: /is not UTF-8 text/,
      error: "TAC-FILE",
      hint: /UTF-8/,
    });
  }
});

test("a store that is none is told, and left as it is", async (t) => {
  const cwd = workspace();
  mkdirSync(join(cwd, ".tac"));
  writeFileSync(
    join(cwd, ".tac/runs.db"),
    "this is no database, and someone may need it\n".repeat(99),
  );
  const { code, stderr } = await run(t, ["run", "echo.tac"], { cwd });
  assert.equal(code, 1);
  assert.match(stderr, /^error: .*runs\.db.* \[TAC-STORAGE\]\nhint: .+\n$/);
});

test("one wrong character in a program never crashes anything", async (t) => {
  const sources = [echo_inputs, one_turn, wrong_result];
  const files = {};
  for (const [i, source] of sources.entries()) {
    for (let at = 0; at < source.length; at += 17) {
      files[`broken-${i}-${at}.tac`] =
        `${source.slice(0, at)}${"([{\"'="[at % 6]}${source.slice(at + 1)}`;
    }
  }
  const cwd = make_workspace(files);
  const { code, stdout, stderr } = await run(t, ["validate", "--json", ...Object.keys(files)], {
    cwd,
  });
  assert.equal(code, 1);
  assert.equal(stderr, "");
  const results = parse_lines(stdout);
  assert.equal(results.length, Object.keys(files).length);
  for (const { valid, errors, path } of results) {
    assert.equal(valid, errors.length === 0, path);
    for (const finding of errors) {
      assert.match(finding.code, /^TAC-/, path);
      assert.ok(finding.line >= 1, `${path}: ${JSON.stringify(finding)}`);
      assert.ok(finding.hint, `${path}: ${JSON.stringify(finding)}`);
    }
  }
});

test("an error's text cannot steer the terminal", async (t) => {
  const steering = "\\27[31m\\194\\155m\\x9b2J\\u{202E}\\u{2066}\\r\\u{200F}é世";
  const cwd = make_workspace({
    "e.tac": `main = procedure("main", {}, function() error("a${steering}z") end)\n`,
  });
  const { code, stderr } = await run(t, ["run", "e.tac"], { cwd });
  assert.equal(code, 1);
  assert.equal(stderr, "error: e.tac:1: a[31mm\ufffd2J\u200fé世z [TAC-LUA]\n");
  // The record of that run, which was no UTF-8, hides no other.
  assert.equal((await run(t, ["runs"], { cwd })).code, 0);
});
