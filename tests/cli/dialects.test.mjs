// A whole conversation in the format of each provider that the mock provider speaks: text, thoughts,
// calls, structured output, what goes back to the provider, and what goes wrong.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { assert_complete_log, of_type, parse_lines, text_of } from "../server/support/events.mjs";
import { make_workspace, run } from "../server/support/process.mjs";
import { start_mock } from "../server/support/upstream.mjs";

// What only the provider understands, as the mock provider makes it.
const dialects = [
  { provider: "openai", model: "gpt-4o", sealed: "" },
  { provider: "openai-responses", model: "gpt-5", sealed: "ZW5jcnlwdGVkIGJ5IHRoZSBtb2Nr" },
  { provider: "anthropic", model: "claude-sonnet-4-5", sealed: "c2lnbmVkIGJ5IHRoZSBtb2Nr" },
];

const program = `
look = tool("look", { input = { q = { type = "integer" } } }, function(args) return "found " .. args.q end)
agent("scout", { tools = { "look" }, retries = 1, retry_delay = 0.01 })
agent("clerk", { tools = {}, output = { n = { type = "integer", required = true } } })
main = procedure("main", {}, function()
  local first = Scout.turn("Where?")
  local second = Scout.turn("And then?")
  return { first.text, first.reasoning, first.usage.total_tokens, second.text, Clerk.turn("How many?").data }
end)
`;

const script = ({ sealed }) => [
  {
    reasoning: "I should look.",
    text: "Let me see.",
    tool_calls: [{ name: "look", args: { q: 7 } }],
    usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
  },
  // The result goes to the model, and what came with the call goes back, also in the next turn.
  { text: "Över there.", expect: "found 7" },
  { text: "Beyond.", expect: sealed || "And then?" },
  { data: { n: 3 } },
];

async function run_dialect(t, { provider, model }, options, source = program) {
  const { env } = await start_mock(t, ["--pace", "0", ...options]);
  const cwd = make_workspace({
    "scout.tac": source,
    ".tactus/config.yml": `providers:\n  ${provider}:\n    base_url: ${env.OPENAI_BASE_URL}\n`,
  });
  const choice = ["--provider", provider, "--model", model];
  const args = ["run", "scout.tac", ...choice, "--events", "jsonl"];
  const ended = await run(t, args, { cwd });
  const events = parse_lines(ended.stdout);
  assert_complete_log(events);
  return { ...ended, events };
}

// What is needed to go on with a conversation is kept with the run.
for (const dialect of dialects.filter(({ sealed }) => sealed)) {
  test(`${dialect.provider}: a resumed run sends back what came before`, async (t) => {
    const files = make_workspace({
      "script.json": JSON.stringify([
        { reasoning: "Hm.", text: "One.", tool_calls: [{ name: "look", args: { q: 1 } }] },
        { text: "Two." },
        { text: "Three.", expect: dialect.sealed },
      ]),
    });
    const { env } = await start_mock(t, ["--pace", "0", "--script", join(files, "script.json")]);
    const cwd = make_workspace({
      "scout.tac": `tool("look", { input = { q = { type = "integer" } } }, function() return "found" end)
agent("scout", { provider = "${dialect.provider}", model = "${dialect.model}", tools = { "look" } })
main = procedure("main", {}, function()
  Scout.turn("Where?")
  Human.approve({ message = "On?" })
  return Scout.turn("And then?").text
end)`,
      ".tactus/config.yml": `providers:\n  ${dialect.provider}:\n    base_url: ${env.OPENAI_BASE_URL}\n`,
    });
    const waiting = await run(t, ["run", "scout.tac", "--run-id", "r1"], { cwd });
    assert.equal(waiting.code, 3, waiting.stderr);
    const answered = await run(t, ["answer", "r1", "-", "yes"], { cwd });
    assert.equal(answered.code, 0, answered.stderr);
    const ended = await run(t, ["resume", "r1"], { cwd });
    assert.deepEqual([ended.code, ended.stdout.trim()], [0, "Three."], ended.stderr);
  });
}

for (const dialect of dialects) {
  test(`${dialect.provider}: a conversation with a call, and an object`, async (t) => {
    const files = make_workspace({ "script.json": JSON.stringify(script(dialect)) });
    const ended = await run_dialect(t, dialect, ["--script", join(files, "script.json")]);
    assert.equal(ended.code, 0, ended.stderr);
    const { result } = of_type(ended.events, "execution_summary")[0];
    assert.deepEqual(result, ["Över there.", "I should look.", result[2], "Beyond.", { n: 3 }]);
    assert.ok(result[2] >= 15, `${result[2]} tokens`);
    const costs = of_type(ended.events, "cost");
    assert.deepEqual(costs.map((cost) => cost.provider), Array(3).fill(dialect.provider));
    assert.ok(costs[0].total_cost > 0, "the model has a price");
  });

  test(`${dialect.provider}: the demo model answers, streamed or not`, async (t) => {
    const source = `agent("writer", { tools = {} })
main = procedure("main", {}, function() return Writer.turn("Name a river.").text end)`;
    const streamed = await run_dialect(t, dialect, [], source);
    assert.equal(streamed.code, 0, streamed.stderr);
    const whole = await run_dialect(
      t,
      dialect,
      [],
      source.replace("tools = {}", "tools = {}, disable_streaming = true"),
    );
    assert.equal(whole.code, 0, whole.stderr);
    assert.ok(text_of(streamed.events).length > 20);
    assert.equal(text_of(whole.events), text_of(streamed.events));
  });

  test(`${dialect.provider}: errors in the stream and cut streams are tried again`, async (t) => {
    const source = `agent("writer", { tools = {}, retries = 1, retry_delay = 0.01 })
main = procedure("main", {}, function() return Writer.turn("Name a river.").text end)`;
    for (const fault of ["error:after=2:times=1", "no-end:times=1", "503:times=1"]) {
      const ended = await run_dialect(t, dialect, ["--fault", fault], source);
      assert.equal(ended.code, 0, `${fault}: ${ended.stderr}`);
      assert.equal(of_type(ended.events, "attempt_superseded").length, 1, fault);
    }
  });
}
