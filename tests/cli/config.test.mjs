// tactus config: what is in force, where it comes from, and nothing that is secret.
import assert from "node:assert/strict";
import { test } from "node:test";
import { make_workspace, run } from "../server/support/process.mjs";

const files = {
  "x.tac": "",
  "x.tac.yml": "env_allow+: [B]\nlimits: {max_cost_usd: 0.5}\n",
  ".env": "OPENAI_API_KEY=sk-do-not-show\n",
  ".tactus/config.yml":
    "env_allow: [A]\nproviders:\n  p:\n    type: openai-compatible\n" +
    "    base_url: https://me:hidden@host/v1\n    headers: {X: hidden}\nweather: fine\n",
};

test("config shows each value with its origin, one a line in a pipe", async (t) => {
  const cwd = make_workspace(files);
  const { code, stdout, stderr } = await run(t, ["config", "x.tac", "--no-stream"], { cwd });
  assert.equal(code, 0, stderr);
  const lines = stdout.split("\n");
  assert.ok(lines.includes('env_allow: ["A","B"]  # .tactus/config.yml:1, x.tac.yml:1'), stdout);
  assert.ok(lines.includes("limits.max_cost_usd: 0.5  # x.tac.yml:2"), stdout);
  assert.ok(lines.includes("limits.max_tokens: (no limit)  # built-in"), stdout);
  assert.ok(lines.includes("openai_api_key: ********  # OPENAI_API_KEY (.env:1)"), stdout);
  assert.ok(lines.includes("stream: false  # --no-stream"), stdout);
  assert.match(stderr, /warning: \.tactus\/config\.yml:7: unknown configuration key 'weather'/);
});

test("config shows secrets in no form", async (t) => {
  const cwd = make_workspace(files);
  for (const options of [[], ["--json"]]) {
    const { stdout, stderr } = await run(t, ["config", "x.tac", ...options], { cwd });
    assert.doesNotMatch(stdout + stderr, /do-not-show|hidden/);
  }
});

test("config --json gives values, origins, files and warnings", async (t) => {
  const cwd = make_workspace(files);
  const { code, stdout } = await run(t, ["config", "--json"], { cwd });
  assert.equal(code, 0);
  const { path, values, files: read, warnings } = JSON.parse(stdout);
  assert.equal(path, "");
  const allowed = values.find((entry) => entry.key === "env_allow");
  assert.deepEqual(allowed.value, ["A"], "without the program its own file does not count");
  assert.deepEqual([allowed.origins[0].kind, allowed.origins[0].line], ["file", 1]);
  const key = values.find((entry) => entry.key === "openai_api_key");
  assert.deepEqual([key.secret, key.origins[0].name], [true, "OPENAI_API_KEY"]);
  assert.deepEqual(read.map((file) => file.exists).slice(-1), [true]);
  assert.match(warnings[0].hint, /no effect/);
});

test("config tells what is wrong with a file", async (t) => {
  const cwd = make_workspace({ ".tactus/config.yml": "\ndefalt_model: x\n" });
  const { code, stdout, stderr } = await run(t, ["config"], { cwd });
  assert.equal(code, 1);
  assert.equal(stdout, "");
  assert.match(stderr, /config\.yml:2: unknown configuration key 'defalt_model' \[TAC-CONFIG\]/);
  assert.match(stderr, /did you mean 'default_model'\?/);
  const missing = await run(t, ["config", "nothing.tac"], { cwd });
  assert.equal(missing.code, 1);
});
