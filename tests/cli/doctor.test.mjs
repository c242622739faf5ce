// tactus doctor: what is good, what is not, and what to do about it.
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { parse_lines } from "../server/support/events.mjs";
import { make_workspace, run } from "../server/support/process.mjs";
import { start_mock } from "../server/support/upstream.mjs";

const agent = (settings) => `agent("writer", { ${settings}, system_prompt = "Write.", tools = {} })
main = procedure("main", {}, function() return Writer.turn("Write.").text end)
`;

// A port that nothing listens on: connections are refused at once.
const nobody = "127.0.0.1:9";

async function doctor(t, cwd, { env = {}, args = [] } = {}) {
  const ended = await run(t, ["doctor", "--json", ...args], {
    cwd,
    env: { OLLAMA_HOST: nobody, ...env },
  });
  const checks = parse_lines(ended.stdout);
  const find = (check, subject) =>
    checks.find((one) => one.check === check && (!subject || one.subject === subject));
  const failed = checks.filter((one) => one.status === "fail");
  assert.equal(ended.code, failed.length > 0 ? 1 : 0, ended.stdout + ended.stderr);
  for (const one of checks.filter(({ status }) => status !== "ok"))
    assert.ok(one.hint, `no hint: ${JSON.stringify(one)}`);
  return { ...ended, checks, find, failed };
}

// An HTTP server on loopback, for the time of the test.
async function serve(t, answer) {
  const asked = [];
  const server = createServer((request, response) => {
    asked.push(request);
    answer(request, response);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  t.after(() => server.close());
  return { url: `http://127.0.0.1:${server.address().port}`, asked };
}

test("a workspace that needs nothing is healthy", async (t) => {
  const cwd = make_workspace({ "a.tac": agent('provider = "demo"') });
  const { failed, find, stderr } = await doctor(t, cwd);
  assert.deepEqual([failed, stderr], [[], ""]);
  assert.match(find("key", "demo").message, /needs no key/);
  assert.equal(find("store").status, "ok");
  assert.match(find("ollama").message, /no program asks for it/);
});

test("the lines for people carry words, not colours, and a summary", async (t) => {
  const cwd = make_workspace({ "a.tac": agent('provider = "groq", model = "x"') });
  const { code, stdout } = await run(t, ["doctor"], { cwd, env: { OLLAMA_HOST: nobody } });
  assert.equal(code, 1);
  assert.match(stdout, /^ok {4}certificates /m);
  assert.match(stdout, /^fail {2}key +groq: no API key for provider 'groq' \(needed by a\.tac\)$/m);
  assert.match(stdout, /^ +hint: set GROQ_API_KEY in the environment or \.env, or /m);
  assert.match(stdout, /\n\d+ checks: 1 failed, 0 warned\n$/);
  assert.ok(!stdout.includes("\x1b"), stdout);
});

test("keys are found where they are and not shown", async (t) => {
  const cwd = make_workspace({
    "a.tac": agent('provider = "openai", model = "gpt-4o", fallback = {"mistral:small"}'),
    ".env": "OPENAI_API_KEY=sk-do-not-show\n",
    ".tactus/config.yml": "providers:\n  mistral: {api_key: do-not-show}\n  xai: {}\n",
  });
  const { code, find, stdout, stderr } = await doctor(t, cwd);
  assert.equal(code, 0, "a key that no program needs is only warned of");
  assert.equal(find("key", "openai").message, "there is one, from OPENAI_API_KEY (.env:1)");
  assert.equal(find("key", "mistral").message, "there is one, from .tactus/config.yml:2");
  assert.equal(find("key", "xai").status, "warn");
  assert.match(find("key", "xai").hint, /XAI_API_KEY/);
  assert.doesNotMatch(stdout + stderr, /do-not-show/);
});

test("a configuration that cannot be read is told with its place", async (t) => {
  const broken = make_workspace({ ".tactus/config.yml": "a: [1\n" });
  const { failed, find } = await doctor(t, broken);
  assert.equal(failed.length, 1);
  assert.match(failed[0].subject, /^\.tactus\/config\.yml:\d+$/);
  assert.equal(find("program").status, "warn");

  const unknown = make_workspace({
    "a.tac": agent('provider = "demo"'),
    "a.tac.yml": "wether: fine\n",
    "b.tac": "procedure {",
    ".tactus/config.yml": "weather: fine\n",
  });
  const told = await doctor(t, unknown);
  assert.equal(told.code, 0);
  assert.match(told.find("config", ".tactus/config.yml:1").message, /'weather'/);
  assert.match(told.find("config", "a.tac.yml:1").message, /'wether'/);
  assert.match(told.find("program", "b.tac").hint, /tactus validate b\.tac/);
  const weather = told.checks.filter((one) => one.message.includes("'weather'"));
  assert.equal(weather.length, 1, "it is told once, not for each program");
});

test("proxies are judged, and who is asked through them", async (t) => {
  const cwd = make_workspace({
    "a.tac": agent('provider = "groq", model = "x"'),
    "b.tac": agent('provider = "xai", model = "x"'),
    ".env": "HTTP_PROXY=http://in-a-file:1\n",
  });
  const keys = { GROQ_API_KEY: "k", XAI_API_KEY: "k" };
  const good = await doctor(t, cwd, {
    env: { ...keys, HTTPS_PROXY: "http://me:hidden@proxy.test:3128", NO_PROXY: "x.org, .x.ai" },
  });
  assert.equal(good.code, 0);
  assert.match(
    good.find("host", "groq").message,
    /^https:\/\/api\.groq\.com is asked through http:\/\/proxy\.test:3128 \(HTTPS_PROXY\)$/,
  );
  assert.equal(good.find("host", "xai").message, "https://api.x.ai is asked directly (NO_PROXY)");
  assert.match(good.find("proxy", "HTTP_PROXY").message, /in \.env it has no effect/);
  assert.doesNotMatch(good.stdout, /hidden/);

  const bad = await doctor(t, cwd, {
    env: { ...keys, https_proxy: "ftp://me:hidden@proxy.test", no_proxy: "http://x.org" },
  });
  assert.deepEqual(
    bad.failed.map(({ check, subject }) => [check, subject]),
    [["proxy", "https_proxy"]],
  );
  assert.equal(bad.find("proxy", "no_proxy").status, "warn");
  assert.doesNotMatch(bad.stdout, /hidden/);
});

test("networks in NO_PROXY count for addresses", async (t) => {
  const endpoint = (host) => `{base_url: "http://${host}/v1"}`;
  const cwd = make_workspace({
    ".tactus/config.yml":
      `providers:\n  in: ${endpoint("10.1.2.3")}\n  out: ${endpoint("10.2.2.3")}\n` +
      `  six: ${endpoint("[2001:db8::5]")}\n  here: ${endpoint("127.0.0.1")}\n`,
  });
  const { find } = await doctor(t, cwd, {
    env: { HTTP_PROXY: "proxy.test:3128", NO_PROXY: "10.1.0.0/16,2001:db8::/32" },
  });
  assert.match(find("host", "in").message, /directly \(NO_PROXY\)/);
  assert.match(find("host", "out").message, /through http:\/\/proxy\.test:3128/);
  assert.match(find("host", "six").message, /directly \(NO_PROXY\)/);
  assert.match(find("host", "here").message, /directly$/);
});

test("certificates come from SSL_CERT_FILE when it can be read", async (t) => {
  const cwd = make_workspace({ "ca.pem": "-----BEGIN CERTIFICATE-----\n" });
  const missing = await doctor(t, cwd, { env: { SSL_CERT_FILE: join(cwd, "none.pem") } });
  assert.equal(missing.failed[0].subject, "SSL_CERT_FILE");
  const there = await doctor(t, cwd, { env: { SSL_CERT_FILE: join(cwd, "ca.pem") } });
  assert.match(there.find("certificates", "SSL_CERT_FILE").message, /ca\.pem$/);
});

test("a host that network.allow leaves out is a fault", async (t) => {
  const cwd = make_workspace({
    "a.tac": agent('provider = "groq", model = "x"'),
    ".tactus/config.yml": "network: {allow: [example.org]}\n",
  });
  const { failed } = await doctor(t, cwd, { env: { GROQ_API_KEY: "k" } });
  assert.equal(failed.length, 1);
  assert.match(failed[0].message, /network\.allow does not list api\.groq\.com/);
});

test("a local Ollama is asked for its models", async (t) => {
  const { url, asked } = await serve(t, (_, response) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ models: [{ name: "llama3.2:latest" }, { name: "q:1b" }] }));
  });
  const program = (model) => agent(`provider = "ollama", model = "${model}"`);
  const cwd = make_workspace({ "a.tac": program("llama3.2"), "b.tac": program("absent") });
  const { failed, find } = await doctor(t, cwd, { env: { OLLAMA_HOST: url } });
  assert.ok(asked.length > 0 && asked.every((request) => request.url === "/api/tags"));
  assert.match(find("ollama").message, /models: llama3\.2:latest, q:1b$/);
  assert.equal(failed.length, 1);
  assert.match(failed[0].hint, /ollama pull absent/);
  const silent = await doctor(t, cwd);
  assert.match(silent.failed[0].hint, /ollama serve/);
});

test("--online tells whether a key is taken; without it nobody is asked", async (t) => {
  const cwd = make_workspace({ "a.tac": agent('provider = "openai", model = "gpt-4o"') });
  const args = ["--online"];
  const { env } = await start_mock(t);
  const taken = await doctor(t, cwd, { env, args });
  assert.match(taken.find("online", "openai").message, /takes the key$/);

  const refusing = await start_mock(t, ["--fault", "401"]);
  const offline = await doctor(t, cwd, { env: refusing.env });
  assert.deepEqual([offline.code, offline.find("online")], [0, undefined]);
  const refused = await doctor(t, cwd, { env: refusing.env, args });
  assert.equal(refused.failed.length, 1);
  assert.equal(refused.failed[0].check, "online");
  assert.match(refused.failed[0].hint, /OPENAI_API_KEY/);
  assert.ok(!refused.stdout.includes(env.OPENAI_API_KEY));

  const gone = { ...env, OPENAI_BASE_URL: `http://${nobody}/v1` };
  const silent = await doctor(t, cwd, { env: gone, args });
  assert.match(silent.failed[0].message, /cannot connect/);

  const busy = await start_mock(t, ["--fault", "503"]);
  const later = await doctor(t, cwd, { env: busy.env, args });
  assert.deepEqual([later.code, later.find("online").status], [0, "warn"]);
});

test("--online asks each dialect where its models are listed, with its own key header", async (t) => {
  const { url, asked } = await serve(t, (_, response) => response.end("{}"));
  const cwd = make_workspace({
    "a.tac": agent('provider = "claude", model = "c"'),
    ".tactus/config.yml":
      `providers:\n  claude: {type: anthropic, base_url: "${url}", api_key: k1}\n` +
      `  gem: {type: google, base_url: "${url}/v1beta", api_key: k2}\n` +
      `  azure: {base_url: "${url}/openai?api-version=1", api_key: k3}\n` +
      `  aws: {type: bedrock, base_url: "${url}", api_key: k4}\n`,
  });
  const { code, find } = await doctor(t, cwd, { args: ["--online"] });
  assert.equal(code, 0);
  const seen = asked.map(({ method, url: path, headers }) => [
    method,
    path,
    headers["x-api-key"] ?? headers["x-goog-api-key"] ?? headers.authorization,
  ]);
  assert.deepEqual(seen.sort(), [
    ["GET", "/openai/models?api-version=1", "Bearer k3"],
    ["GET", "/v1/models", "k1"],
    ["GET", "/v1beta/models", "k2"],
  ]);
  assert.match(find("online", "aws").message, /^not asked/);
});

test("the run store and MCP servers", async (t) => {
  const cwd = make_workspace({
    "a.tac": agent('provider = "demo"'),
    "bin/server": "#!/bin/sh\n",
    ".tactus/config.yml":
      "mcp_servers:\n  there: {command: sh}\n  own: {command: ./bin/server, cwd: .}\n" +
      "  gone: {command: no-such-program-here}\n  far: {url: https://mcp.test/x}\n",
  });
  chmodSync(join(cwd, "bin/server"), 0o755);
  const first = await doctor(t, cwd);
  assert.deepEqual(
    first.failed.map(({ check, subject }) => [check, subject]),
    [["mcp", "gone"]],
  );
  assert.match(first.find("mcp", "there").message, /\/sh$/);
  assert.match(first.find("store").message, /made by the first run/);
  const ran = await run(t, ["run", "a.tac"], { cwd });
  assert.equal(ran.code, 0, ran.stderr);
  assert.match((await doctor(t, cwd)).find("store").message, /^it has version \d+$/);

  const other = make_workspace();
  mkdirSync(join(other, ".tac"));
  writeFileSync(join(other, ".tac/runs.db"), "no database at all, but long enough to be one");
  const { failed } = await doctor(t, other);
  assert.deepEqual([failed.length, failed[0].check], [1, "store"]);
  assert.match(failed[0].hint, /move it away/);
});
