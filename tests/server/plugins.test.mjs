// Plugins that only a program names: the request that starts or resumes a run says who agreed to
// which texts.
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { eventually, make_workspace, temporary_folder } from "./support/process.mjs";
import { start_server } from "./support/server.mjs";

const plugin = (factor) =>
  `return { { name = "twice", parameters = { n = "number" }, handler = function(args) return args.n * ${factor} end } }\n`;
const program = `toolset("own", { type = "plugin", paths = { "tools" } })
main = procedure("main", {}, function()
  local n = Tools.twice{ n = 4 }
  if File.exists("bad") then error("bad luck") end
  return n
end)
`;

async function serve(t, args = []) {
  const workspace = make_workspace({ "tools/twice.lua": plugin(2), "use.tac": program });
  const config = temporary_folder();
  const server = await start_server(t, workspace, { env: { XDG_CONFIG_HOME: config }, args });
  return { workspace, server, kept: join(config, "tactus/allowed_plugins") };
}

const ended = (server, run_id) =>
  eventually(`${run_id} ends`, async () => {
    const { json } = await server.get(`/api/runs/${run_id}`);
    return json.ended_at !== null && json;
  });

/** The texts that a refusal names. */
function refused(answer, paths) {
  assert.deepEqual([answer.status, answer.error.code], [409, "plugins_not_allowed"], answer.text);
  assert.deepEqual(
    answer.error.plugins.map(({ path, language }) => [path, language]),
    paths.map((path) => [path, path.endsWith(".py") ? "python" : "lua"]),
  );
  return answer.error.plugins.map(({ sha256 }) => sha256);
}

test("a run needs consent to each text, which holds for that run alone", async (t) => {
  const { server, kept } = await serve(t);
  const allow_plugins = refused(await server.post("/api/runs", { path: "use.tac" }), [
    "tools/twice.lua",
  ]);
  assert.deepEqual((await server.get("/api/runs")).json.runs, [], "nothing was started");
  const body = { path: "use.tac", run_id: "one", allow_plugins };
  const first = await ended(server, await server.start_run(body));
  assert.deepEqual([first.status, first.result], ["completed", 8]);
  const again = await server.post("/api/runs", { path: "use.tac", run_id: "one" });
  assert.equal(again.status, 200, "the run is there");
  refused(await server.post("/api/runs", { path: "use.tac" }), ["tools/twice.lua"]);
  refused(await server.post("/api/runs", { path: "x.tac", source: program }), ["tools/twice.lua"]);
  const waited = await server.post("/api/run", { path: "use.tac", allow_plugins });
  assert.equal(waited.json.result, 8, waited.text);
  assert.ok(!existsSync(kept));
});

test("what is remembered is not asked again until the text is another", async (t) => {
  const { server, workspace, kept } = await serve(t);
  const [sha256] = refused(await server.post("/api/runs", { path: "use.tac" }), [
    "tools/twice.lua",
  ]);
  const body = { path: "use.tac", allow_plugins: [sha256], remember_plugins: true };
  await ended(server, await server.start_run(body));
  assert.match(readFileSync(kept, "utf8"), new RegExp(`^${sha256}  `));
  await ended(server, await server.start_run({ path: "use.tac" }));
  writeFileSync(join(workspace, "tools/twice.lua"), plugin(3));
  writeFileSync(join(workspace, "tools/more.py"), "def more(n: int) -> int:\n    return n\n");
  refused(await server.post("/api/runs", body), ["tools/more.py", "tools/twice.lua"]);
  assert.equal(readFileSync(kept, "utf8").split("\n").length, 2);
});

test("a run is resumed with consent, too", async (t) => {
  const { server, workspace } = await serve(t);
  writeFileSync(join(workspace, "bad"), "");
  const allow_plugins = refused(await server.post("/api/runs", { path: "use.tac" }), [
    "tools/twice.lua",
  ]);
  const run_id = await server.start_run({ path: "use.tac", allow_plugins });
  assert.equal((await ended(server, run_id)).status, "failed");
  refused(await server.post(`/api/runs/${run_id}/resume`, {}), ["tools/twice.lua"]);
  assert.equal((await server.get(`/api/runs/${run_id}`)).json.generation, 1);
  const resumed = await server.post(`/api/runs/${run_id}/resume`, { allow_plugins });
  assert.equal(resumed.status, 202, resumed.text);
  const done = await eventually("the second generation ends", async () => {
    const { json } = await server.get(`/api/runs/${run_id}`);
    return json.generation === 2 && json.ended_at !== null && json;
  });
  assert.match(done.error.message, /bad luck/, "the plugin was used");
});

test("an option of the server allows all", async (t) => {
  const { server } = await serve(t, ["--allow-plugins"]);
  assert.equal((await ended(server, await server.start_run({ path: "use.tac" }))).result, 8);
});

test("consent of another form is refused", async (t) => {
  const { server } = await serve(t);
  const wrong = [
    { allow_plugins: true },
    { allow_plugins: ["tools/twice.lua"] },
    { allow_plugins: ["A".repeat(64)] },
    { remember_plugins: "yes" },
  ];
  for (const consent of wrong) {
    const answer = await server.post("/api/runs", { path: "use.tac", ...consent });
    assert.deepEqual([answer.status, answer.error.code], [400, "bad_request"], answer.text);
  }
  assert.deepEqual((await server.get("/api/runs")).json.runs, []);
});
