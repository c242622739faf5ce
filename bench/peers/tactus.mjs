// Tactus: a run of a program in the IDE server, watched by a viewer of its log.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fetched } from "../lib/client.mjs";
import { SERVER_CORE, start } from "../lib/machine.mjs";

const binary =
  process.env.TACTUS_BENCH_BINARY ??
  new URL("../../build/release/tactus", import.meta.url).pathname;

const programs = {
  "text.tac":
    'agent("speaker", { tools = {} })\nmain = procedure("main", {}, function() Speaker.turn("go") end)\n',
  "object.tac":
    'agent("speaker", { tools = {}, output = { title = "string", text = "string" } })\n' +
    'main = procedure("main", {}, function() Speaker.turn("go") end)\n',
  "waits.tac": 'main = procedure("main", {}, function() Human.approve{ message = "go?" } end)\n',
};

/** Starts the mock provider on the load's core; `ready` is the URL of its API. */
export function startMock(args, core) {
  return start(core, binary, ["mock-provider", "--port", "0", ...args], {
    pattern: /(http:\/\/\S+\/v1)/,
  });
}

export async function startTactus(upstream) {
  const workspace = mkdtempSync(join(tmpdir(), "tactus-bench-"));
  for (const [name, text] of Object.entries(programs)) writeFileSync(join(workspace, name), text);
  const server = start(
    SERVER_CORE,
    binary,
    ["ide", workspace, "--port", "0", "--no-browser", "--max-connections", "16000"],
    {
      env: {
        OPENAI_BASE_URL: upstream,
        OPENAI_API_KEY: "any",
        XDG_CONFIG_HOME: workspace,
        XDG_STATE_HOME: workspace,
      },
      pattern: /(http:\/\/\S+)/,
    },
  );
  const url = new URL(await server.ready);
  const headers = { Authorization: `Bearer ${url.searchParams.get("token")}` };
  const post = async (path, value) =>
    JSON.parse(
      (await fetched(url.origin + path, { method: "POST", headers, body: JSON.stringify(value) }))
        .text,
    );
  const watch = (run, options) => fetched(url.origin + run.events_url, { headers, ...options });
  return {
    name: "Tactus",
    field: "chunk_text",
    pid: server.pid,
    begin: (path) => post("/api/runs", { path }),
    watch,
    cancel: (run) => post(`/api/runs/${run.run_id}/cancel`, {}),
    /** One answer, from the request to its end. `kind`: "text" or "object". */
    stream: async (options, kind = "text") =>
      watch(await post("/api/runs", { path: `${kind}.tac` }), options),
    async stop() {
      await server.stop();
      rmSync(workspace, { recursive: true, force: true });
    },
  };
}
