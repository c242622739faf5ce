// @modelcontextprotocol/server-everything over both transports: every kind of result, progress, and
// what happens when the server goes.
import assert from "node:assert/strict";
import { test } from "node:test";
import { of_type, parse_lines } from "../server/support/events.mjs";
import { eventually, start } from "../server/support/process.mjs";
import {
  calling,
  everything,
  processes_with,
  run_calls,
  start_http_server,
  stdio_server,
  workspace_with,
} from "./support.mjs";

const calls = [
  ["ev_echo", { message: "grüß dich" }],
  ["ev_get-sum", { a: "2", b: 3 }],
  ["ev_get-structured-content", { location: "Chicago" }],
  ["ev_trigger-long-running-operation", { duration: 0.4, steps: 4 }],
  ["ev_get-tiny-image", {}],
];

function assert_results({ code, stderr, events, results, stages }) {
  assert.equal(code, 0, stderr);
  assert.deepEqual(stages, Array(calls.length).fill("completed"));
  assert.equal(results["ev_echo"], "Echo: grüß dich");
  assert.equal(results["ev_get-sum"], "The sum of 2 and 3 is 5.");
  assert.equal(results["ev_get-structured-content"].temperature, 36);
  assert.match(results["ev_trigger-long-running-operation"], /completed\. Duration: 0\.4/);
  assert.match(results["ev_get-tiny-image"], /\[image image\/png, about \d+ bytes\]/);
  const progress = of_type(events, "agent_tool_call").filter(({ stage }) => stage === "progress");
  assert.deepEqual(
    progress.map(({ fraction }) => fraction),
    [0.25, 0.5, 0.75, 1],
  );
  const [{ tools }] = of_type(events, "agent_turn");
  assert.ok(tools.includes("ev_echo") && tools.every((name) => name.startsWith("ev_")), tools);
}

test("over standard streams", async (t) => {
  const servers = stdio_server("ev", [everything, "stdio"]);
  assert_results(await run_calls(t, servers, ["ev"], calls));
});

test("over streamable HTTP", async (t) => {
  const { program, url } = await start_http_server(t);
  assert_results(await run_calls(t, { ev: { url } }, ["ev"], calls));
  await program.output(/session termination|Transport closed/i);
});

test("two servers at once, one of them for a single tool", async (t) => {
  const { url } = await start_http_server(t);
  const servers = { near: { url }, ...stdio_server("far", [everything]) };
  const { results, events, stderr } = await run_calls(
    t,
    servers,
    ["near_echo", "far_echo"],
    [
      ["near_echo", { message: "1" }],
      ["far_echo", { message: "2" }],
    ],
  );
  assert.deepEqual(results, { near_echo: "Echo: 1", far_echo: "Echo: 2" }, stderr);
  assert.deepEqual(of_type(events, "agent_turn")[0].tools, ["near_echo", "far_echo"]);
});

test("arguments are checked before the server sees them", async (t) => {
  const servers = stdio_server("ev", [everything]);
  const { results, stages } = await run_calls(
    t,
    servers,
    ["ev"],
    [["ev_get-structured-content", { location: "Paris" }]],
  );
  assert.deepEqual(stages, ["failed"]);
  assert.match(results["ev_get-structured-content"], /location/);
});

test("a server is given what it is configured to get, and no keys of ours", async (t) => {
  const servers = stdio_server("ev", [everything], { env: { TOKEN: "$" + "{THEIR_TOKEN}" } });
  const env = { THEIR_TOKEN: "theirs-1234", OUR_API_KEY: "ours-1234" };
  const { results, stderr } = await run_calls(t, servers, ["ev"], [["ev_get-env", {}]], env);
  assert.match(results["ev_get-env"] ?? stderr, /"TOKEN": "theirs-1234"/);
  assert.doesNotMatch(results["ev_get-env"], /ours-1234|OUR_API_KEY/);
});

test("a server that is killed in a call gives an error result", async (t) => {
  const mark = `mark-${process.pid}-killed`;
  const servers = stdio_server("ev", [everything, "stdio", mark]);
  const slow = ["ev_trigger-long-running-operation", { duration: 100, steps: 100 }];
  const cwd = workspace_with(calling(["ev"], [slow]), servers);
  const program = start(t, ["run", "main.tac", "--events", "jsonl"], { cwd });
  await program.output(/"stage":"progress"|"stage": "progress"/);
  for (const id of processes_with(mark)) {
    if (id !== program.child.pid) process.kill(id, "SIGKILL");
  }
  const { code, stdout, stderr } = await program.exit();
  assert.equal(code, 0, stderr);
  const failed = of_type(parse_lines(stdout), "agent_tool_call").at(-1);
  assert.equal(failed.stage, "failed");
  assert.match(failed.error, /MCP server 'ev': its process was ended by signal 9/);
});

test("stopping a run ends its servers", async (t) => {
  const mark = `mark-${process.pid}-stopped`;
  const servers = stdio_server("ev", [everything, "stdio", mark]);
  const slow = ["ev_trigger-long-running-operation", { duration: 100, steps: 100 }];
  const cwd = workspace_with(calling(["ev"], [slow]), servers);
  const program = start(t, ["run", "main.tac", "--events", "jsonl"], { cwd });
  await program.output(/"stage":"progress"|"stage": "progress"/);
  assert.equal(processes_with(mark).length, 1);
  program.kill("SIGINT");
  const { code } = await program.exit();
  assert.equal(code, 130);
  await eventually("the server's end", () => processes_with(mark).length === 0);
});
