// What the server says about programs without running them.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { file_scope, make_workspace } from "./support/process.mjs";
import { echo_inputs, misspelt_key, syntax_error } from "./support/programs.mjs";
import { start_server } from "./support/server.mjs";

const file = file_scope();
let server;
before(async () => {
  const files = { "echo.tac": echo_inputs, "syntax.tac": syntax_error, "key.tac": misspelt_key };
  server = await start_server(file, make_workspace(files, { examples: true }));
});

const metadata = async (path) => {
  const answer = await server.get(`/api/procedure/metadata?path=${encodeURIComponent(path)}`);
  assert.equal(answer.status, 200, answer.text);
  return answer.json;
};
const validate = async (content, path) => {
  const answer = await server.post("/api/validate", { content, path });
  assert.equal(answer.status, 200, answer.text);
  return answer.json;
};
const examples = () =>
  readdirSync(server.workspace).filter(
    (name) =>
      name.endsWith(".tac") && !["echo.tac", "syntax.tac", "key.tac", ".tac"].includes(name),
  );

function assert_finding(finding, { code, line, message, hint }) {
  assert.equal(finding.code, code);
  assert.equal(finding.line, line);
  assert.ok(finding.column >= 1 && finding.end_column >= finding.column, JSON.stringify(finding));
  assert.match(finding.message, message);
  if (hint) assert.match(finding.hint ?? "", hint);
}

test("every example is valid and has metadata", async () => {
  assert.ok(examples().length >= 8, `${examples().length} examples`);
  for (const name of examples()) {
    const about = await metadata(name);
    assert.deepEqual(about.validation, { valid: true, errors: [], warnings: [] }, name);
    assert.equal(about.path, name);
    assert.equal(about.name, name.replace(/\.tac$/, ""));
    assert.match(about.mode, /^(main|script)$/);
    assert.ok(about.agents.length >= 1, name);
    for (const list of [about.inputs, about.outputs, about.agents, about.tools, about.procedures]) {
      for (const item of list) assert.ok(item.line >= 1 && item.name, `${name}: ${item.name}`);
    }
    assert.deepEqual(await validate(readFileSync(join(server.workspace, name), "utf8"), name), {
      valid: true,
      errors: [],
      warnings: [],
    });
  }
});

test("inputs come with type, default and choices, outputs with what is required", async () => {
  const about = await metadata("inputs-and-outputs.tac");
  const input = Object.fromEntries(about.inputs.map((item) => [item.name, item]));
  assert.deepEqual(Object.keys(input), ["topic", "style", "reader_age", "with_word_count"]);
  assert.equal(input.topic.type, "string");
  assert.equal(input.topic.description, "What to write about");
  assert.equal(input.topic.required, false);
  assert.deepEqual(input.style.enum, ["explanation", "poem", "list"]);
  assert.equal(input.reader_age.type, "integer");
  assert.equal(input.with_word_count.default, true);
  const output = Object.fromEntries(about.outputs.map((item) => [item.name, item]));
  assert.equal(output.text.required, true);
  assert.equal(output.words.required, false);
  const tools = await metadata("tools.tac");
  assert.deepEqual(
    tools.tools.map((tool) => tool.name),
    ["area"],
  );
  assert.deepEqual(tools.agents[0].tools, ["area", "done"]);
});

test("what cannot be read of a broken file is told in its metadata", async () => {
  const about = await metadata("syntax.tac");
  assert.equal(about.validation.valid, false);
  assert_finding(about.validation.errors[0], { code: "TAC-SYNTAX", line: 2, message: /near/ });
});

test("validation places a syntax error", async () => {
  const result = await validate(syntax_error, "syntax.tac");
  assert.equal(result.valid, false);
  assert.equal(result.errors.length, 1);
  const wanted = { code: "TAC-SYNTAX", line: 2, message: /expected near 'return'/, hint: /./ };
  assert_finding(result.errors[0], wanted);
});

test("a misspelt agent key is an error that names the right one", async () => {
  const result = await validate(misspelt_key);
  assert.equal(result.valid, false);
  assert_finding(result.errors[0], {
    code: "TAC-VALIDATION",
    line: 1,
    message: /agent 'writer'.*temprature/,
    hint: /temperature/,
  });
});

test("validation never runs anything and answers whatever it is given", async () => {
  const hostile = {
    empty: "",
    endless: "while true do end",
    memory: 'local t = {} while true do t[#t+1] = ("x"):rep(1e6) end',
    deep: `return ${"(".repeat(5000)}1${")".repeat(5000)}`,
    bytecode: "\u001bLua",
    long: `return "${"x".repeat(2_000_000)}"`,
    odd: 'main = procedure("main", { input = 5 }, 6)',
    recursive: 'local t = {} t.t = t agent("a", t) main = procedure("main", {}, function() end)',
    fails: 'error("at load") main = procedure("main", {}, function() end)',
  };
  for (const [name, content] of Object.entries(hostile)) {
    const result = await validate(content, `${name}.tac`);
    assert.equal(typeof result.valid, "boolean", name);
    for (const finding of result.errors) {
      assert.match(finding.code, /^TAC-[A-Z-]+$/, name);
      assert.ok(finding.message.length > 3, name);
    }
  }
  assert.equal((await server.get("/health")).status, 200);
  assert.deepEqual((await server.get("/api/runs")).json.runs, []);
});

test("a program that does not load is refused with its place, and leaves no run", async () => {
  writeFileSync(join(server.workspace, "nomain.tac"), 'agent("a", {})\n');
  const refused = await server.post("/api/runs", { path: "syntax.tac" });
  assert.equal(refused.status, 422);
  assert.equal(refused.error.code, "TAC-SYNTAX");
  assert.equal(refused.error.line, 2);
  assert.ok(refused.error.hint, "a hint");
  const headless = await server.post("/api/runs", { path: "nomain.tac" });
  assert.equal(headless.status, 422);
  assert.match(headless.error.code, /^TAC-/);
  assert.ok(headless.error.hint, headless.text);
  const waited = await server.post("/api/run", { path: "syntax.tac" });
  assert.equal(waited.error.code, "TAC-SYNTAX");
  assert.deepEqual((await server.get("/api/runs")).json.runs, []);
});

test("inputs of a wrong type or name are refused with a code, a place and a hint", async () => {
  const wrong = [
    [{ count: "many" }, /count/],
    [{ count: 1.5 }, /count/],
    [{ text: 5 }, /text/],
    [{ yes: "perhaps" }, /yes/],
    [{ kind: "c" }, /kind/],
  ];
  for (const [inputs, message] of wrong) {
    const { status, error } = await server.post("/api/runs", { path: "echo.tac", inputs });
    assert.equal(status, 422, JSON.stringify(inputs));
    assert.equal(error.code, "TAC-INPUT");
    assert.match(error.message, message);
    assert.ok(error.line >= 1, `a line for ${JSON.stringify(inputs)}`);
    assert.ok(error.hint, `a hint for ${JSON.stringify(inputs)}`);
  }
  const no_object = await server.post("/api/runs", { path: "echo.tac", inputs: ["x"] });
  assert.equal(no_object.status, 400);
  assert.equal(no_object.error.code, "bad_request");
});
