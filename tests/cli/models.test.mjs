// tactus models.
import assert from "node:assert/strict";
import { test } from "node:test";
import { parse_lines } from "../server/support/events.mjs";
import { run, temporary_folder } from "../server/support/process.mjs";

const models = (t, ...args) => run(t, ["models", ...args], { cwd: temporary_folder() });

test("the models of a provider are listed with their prices", async (t) => {
  const { code, stdout } = await models(t, "claude-haiku-4-5");
  assert.equal(code, 0);
  const [head, ...rows] = stdout.trimEnd().split("\n");
  assert.match(head, /^USD per million tokens, \d{4}-\d{2}-\d{2} +input +cached +output$/);
  assert.match(rows[0], /^anthropic:claude-haiku-4-5\* +1 +0\.1 +5$/);
  assert.ok(rows.every((row) => row.includes("claude")), stdout);
});

test("all models are listed as JSON, long prompts apart", async (t) => {
  const { code, stdout } = await models(t, "--json");
  assert.equal(code, 0);
  const all = parse_lines(stdout);
  assert.ok(all.length > 300, `${all.length} prices`);
  const sonnet = all.filter(
    (one) => one.provider === "anthropic" && one.models.includes("claude-sonnet-4-5*"),
  );
  assert.deepEqual(
    sonnet.map((one) => [one.above_prompt_tokens, one.input, one.cached, one.output]),
    [
      [0, 3, 0.3, 15],
      [200_000, 6, 0.6, 22.5],
    ],
  );
});

test("a name that nothing has is an error", async (t) => {
  const { code, stdout, stderr } = await models(t, "no-such-model");
  assert.deepEqual([code, stdout], [1, ""]);
  assert.match(stderr, /no model with a known price is called 'no-such-model' \[TAC-USAGE\]\nhint: /);
});
