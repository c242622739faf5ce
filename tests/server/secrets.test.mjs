// An API key goes to its provider and nowhere else.
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { assert_complete_log, of_type } from "./support/events.mjs";
import { make_workspace, run } from "./support/process.mjs";
import { one_turn } from "./support/programs.mjs";
import { start_server } from "./support/server.mjs";
import {
  begin_stream,
  end_stream,
  fake_key,
  send_text,
  start_upstream,
} from "./support/upstream.mjs";

// Providers say wrong keys back.
function echo_key(_, response) {
  const error = { message: `Incorrect API key provided: ${fake_key}.`, code: "invalid_api_key" };
  response.writeHead(401, { "content-type": "application/json", "x-request-id": "req-1" });
  response.end(JSON.stringify({ error }));
}

function error_mid_stream(_, response) {
  begin_stream(response);
  send_text(response, "Some text. ");
  const error = { message: `Quota of ${fake_key} is used up`, type: "insufficient_quota" };
  response.end(`data: ${JSON.stringify({ error })}\n\n`);
}

function good(_, response) {
  begin_stream(response);
  send_text(response, "A good answer.");
  end_stream(response);
}

function assert_nowhere(where, text) {
  assert.ok(!text.includes(fake_key), `the key stands in ${where}`);
  assert.ok(!text.includes(fake_key.slice(8, 30)), `most of the key stands in ${where}`);
}

function assert_not_on_disk(folder) {
  const stores = readdirSync(join(folder, ".tac"));
  assert.ok(
    stores.some((name) => name.endsWith(".db")),
    `a store among ${stores}`,
  );
  for (const name of stores) {
    assert_nowhere(`.tac/${name}`, readFileSync(join(folder, ".tac", name), "latin1"));
  }
}

for (const [what, answer, status] of [
  ["refuses the key", echo_key, "failed"],
  ["fails in mid-stream", error_mid_stream, "failed"],
  ["answers", good, "completed"],
]) {
  test(`the key appears nowhere when the provider ${what}`, async (t) => {
    const upstream = await start_upstream(t, answer);
    const workspace = make_workspace({ "writer.tac": one_turn });
    const server = await start_server(t, workspace, upstream);
    const finished = await server.post("/api/run", { path: "writer.tac" });
    const { run_id } = finished.json;
    assert.equal(upstream.requests[0].headers.authorization, `Bearer ${fake_key}`, "it was used");
    const answers = { finished };
    const paths = ["", "/events", "/events?format=jsonl", "/events?profile=accumulated"];
    for (const path of paths) answers[path] = await server.get(`/api/runs/${run_id}${path}`);
    for (const path of ["/api/runs", "/api/workspace", "/api/tree", "/health"]) {
      answers[path] = await server.get(path);
    }
    for (const [path, { text, headers }] of Object.entries(answers)) {
      assert_nowhere(path, text + JSON.stringify(headers));
    }
    assert.equal(answers[""].json.status, status);
    server.program.kill("SIGTERM");
    const { stdout, stderr } = await server.program.exit();
    assert_nowhere("standard output", stdout);
    assert_nowhere("standard error", stderr);
    assert_not_on_disk(workspace);
  });

  test(`the terminal does not show the key when the provider ${what}`, async (t) => {
    const upstream = await start_upstream(t, answer);
    const workspace = make_workspace({ "writer.tac": one_turn });
    const options = { cwd: workspace, env: upstream.env };
    const shown = await run(t, ["run", "writer.tac", "--events", "jsonl"], options);
    assert_nowhere("standard output", shown.stdout);
    assert_nowhere("standard error", shown.stderr);
    assert_not_on_disk(workspace);
  });
}

test("a program cannot read the key", async (t) => {
  const upstream = await start_upstream(t, good);
  const source = `main = procedure("main", {}, function()
  local ok, value = pcall(function() return env and env.OPENAI_API_KEY end)
  local library, other = pcall(function() return os.getenv("OPENAI_API_KEY") end)
  return { env = tostring(value), os = tostring(other) }
end)`;
  const server = await start_server(t, make_workspace(), upstream);
  const { json } = await server.post("/api/run", { path: "x.tac", content: source });
  assert.equal(json.success, true, json.stderr);
  assert_nowhere("the result", JSON.stringify(json));
});

test("a key from .env or the configuration is as secret as one of the environment", async (t) => {
  const upstream = await start_upstream(t, echo_key);
  const base = upstream.env.OPENAI_BASE_URL;
  const places = [
    { ".env": `OPENAI_API_KEY=${fake_key}\nOPENAI_BASE_URL=${base}\n` },
    { config: `openai_api_key: ${fake_key}\nproviders: {openai: {base_url: "${base}"}}\n` },
    { config: `providers: {openai: {base_url: "${base}", api_key: "${fake_key}"}}\n` },
  ];
  for (const { config, ...files } of places) {
    const workspace = make_workspace({ "writer.tac": one_turn, ...files });
    if (config) {
      mkdirSync(join(workspace, ".tactus"));
      writeFileSync(join(workspace, ".tactus/config.yml"), config);
    }
    const asked = upstream.requests.length;
    const args = ["run", "writer.tac", "--provider", "openai", "--events", "jsonl"];
    const shown = await run(t, args, { cwd: workspace });
    assert.equal(shown.code, 1);
    assert.equal(upstream.requests[asked].headers.authorization, `Bearer ${fake_key}`);
    const events = shown.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert_complete_log(events);
    assert.equal(of_type(events, "agent_turn").at(-1).error.code, "TAC-PROVIDER-AUTH");
    assert_nowhere("standard output", shown.stdout);
    assert_nowhere("standard error", shown.stderr);
    assert_not_on_disk(workspace);
  }
});
