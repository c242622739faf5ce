// Calls of a real MCP server over HTTP, recorded and replayed when the server has gone.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { of_type, parse_lines } from "../server/support/events.mjs";
import { run } from "../server/support/process.mjs";
import { calling, start_http_server, workspace_with } from "./support.mjs";

const results_of = (events) =>
  of_type(events, "agent_tool_call")
    .filter(({ stage }) => ["completed", "failed", "progress"].includes(stage))
    .map(({ stage, tool_name, result, error, message }) => ({ stage, tool_name, result, error, message }));

test("calls over HTTP are replayed without the server", async (t) => {
  const { program, url } = await start_http_server(t);
  const calls = [
    ["ev_echo", { message: "grüß dich" }],
    ["ev_trigger-long-running-operation", { duration: 0.2, steps: 2 }],
    ["ev_get-sum", { a: "no number", b: 3 }],
  ];
  const cwd = workspace_with(calling(["ev"], calls), { ev: { url } });
  const run_with = (...args) => run(t, ["run", "main.tac", "--events", "jsonl", ...args], { cwd });
  const recorded = await run_with("--record", "tapes");
  assert.equal(recorded.code, 0, recorded.stderr);
  program.kill("SIGKILL");
  await program.exit();
  const files = readdirSync(join(cwd, "tapes"));
  assert.ok(files.some((name) => name.startsWith("mcp-ev-")), files);

  const replayed = await run_with("--replay", "tapes");
  assert.equal(replayed.code, 0, replayed.stderr);
  const results = results_of(parse_lines(replayed.stdout));
  assert.equal(results[0].result, "Echo: grüß dich");
  assert.deepEqual(results, results_of(parse_lines(recorded.stdout)));
});
