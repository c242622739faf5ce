// The real MCP servers, and programs whose agents call their tools as a script says.
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { assert_complete_log, of_type, parse_lines } from "../server/support/events.mjs";
import { make_workspace, root, run, start } from "../server/support/process.mjs";

const program_of = (name) =>
  join(root, "web/node_modules/@modelcontextprotocol", `server-${name}`, "dist/index.js");
export const everything = program_of("everything");
export const filesystem = program_of("filesystem");
export const node = process.execPath;

/** A server of the configuration that is a Node.js program. */
export const stdio_server = (name, args, more = {}) => ({
  [name]: { command: node, args, ...more },
});

const lua = (value) => {
  if (Array.isArray(value)) return `{ ${value.map(lua).join(", ")} }`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = Object.entries(value).map(([key, member]) => `["${key}"] = ${lua(member)}`);
  return `{ ${members.join(", ")} }`;
};

/** A program whose agent makes these calls in one response, `[[name, arguments], …]`. */
export function calling(tools, calls) {
  // One after another: calls of one response would run at the same time.
  const script = [...calls.map(([name, args]) => ({ tool_calls: [{ name, args }] })), "Done."];
  return `agent("caller", { provider = "scripted", tools = ${lua(tools)}, script = ${lua(script)} })
main = procedure("main", {}, function() return { text = Caller.turn().text } end)
`;
}

/** A workspace with the program `main.tac` and these servers; JSON is YAML. */
export const workspace_with = (source, mcp_servers) =>
  make_workspace({
    "main.tac": source,
    "main.tac.yml": JSON.stringify({ mcp_servers }),
  });

/** Runs the calls to their end: the log, and what became of each call by the tool's name. */
export async function run_calls(t, mcp_servers, tools, calls, env = {}) {
  const cwd = workspace_with(calling(tools, calls), mcp_servers);
  const ended = await run(t, ["run", "main.tac", "--events", "jsonl"], { cwd, env });
  const events = parse_lines(ended.stdout);
  assert_complete_log(events);
  const ends = of_type(events, "agent_tool_call").filter(({ stage }) =>
    ["completed", "failed"].includes(stage),
  );
  const results = Object.fromEntries(
    ends.map((event) => [event.tool_name, event.result ?? event.error]),
  );
  return { ...ended, cwd, events, results, stages: ends.map(({ stage }) => stage) };
}

async function free_port() {
  const probe = createServer();
  await new Promise((listening) => probe.listen(0, "127.0.0.1", listening));
  const { port } = probe.address();
  await new Promise((closed) => probe.close(closed));
  return port;
}

/** Starts the server of everything behind a URL. */
export async function start_http_server(t) {
  const port = await free_port();
  const program = start(t, [everything, "streamableHttp"], {
    command: node,
    env: { PORT: String(port) },
  });
  await program.output(/listening on port/, "stderr");
  return { program, url: `http://127.0.0.1:${port}/mcp` };
}

/** Ids of the living processes whose command line holds `mark`. */
export function processes_with(mark) {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((id) => {
      try {
        return readFileSync(`/proc/${id}/cmdline`, "utf8").includes(mark);
      } catch {
        return false; // It ended meanwhile.
      }
    })
    .map(Number);
}
