// Recording what a provider answers, and replaying it when the provider is gone: the same bytes, the
// same log, no key.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import http from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { assert_complete_log, of_type, parse_lines, text_of } from "../server/support/events.mjs";
import { make_workspace, run } from "../server/support/process.mjs";
import { one_turn } from "../server/support/programs.mjs";
import { fake_key, start_mock, start_upstream } from "../server/support/upstream.mjs";

const dialects = [
  { provider: "openai", model: "gpt-4o", key: "OPENAI_API_KEY", url: "OPENAI_BASE_URL" },
  { provider: "openai-responses", model: "gpt-5", key: "OPENAI_API_KEY", url: "OPENAI_BASE_URL" },
  {
    provider: "anthropic",
    model: "claude-sonnet-4-5",
    key: "ANTHROPIC_API_KEY",
    url: "ANTHROPIC_BASE_URL",
  },
];

const conversation = `
look = tool("look", { input = { q = { type = "integer" } } }, function(args) return "found " .. args.q end)
agent("scout", { tools = { "look" }, retries = 1, retry_delay = 0.01 })
agent("clerk", { tools = {}, output = { n = { type = "integer", required = true } } })
main = procedure("main", {}, function()
  local first = Scout.turn("Where?")
  return { first.text, first.reasoning, Scout.turn("And then?").text, Clerk.turn("How many?").data }
end)
`;
const script = JSON.stringify([
  {
    reasoning: "I should look.",
    text: "Let me see.",
    tool_calls: [{ name: "look", args: { q: 7 } }],
  },
  { chunks: ["Ö", "ver ", "there: 東", "京."] },
  { error: { status: 429, retry_after: 0 } },
  { text: "Beyond." },
  { data: { n: 3 } },
]);

const files_of = (folder) => readdirSync(folder).sort();
const lines_of = (folder, name) => parse_lines(readFileSync(join(folder, name), "utf8"));

/** What a log says, apart from when and under which ids; adjacent pieces put together. */
function told(events) {
  const times = /^(timestamp|run_id|seq|duration.*|.*_ms|started_at|ended_at|tokens_per_second)$/;
  const without_times = (value) => {
    if (Array.isArray(value)) return value.map(without_times);
    if (value === null || typeof value !== "object") return value;
    const kept = Object.entries(value).filter(([key]) => !times.test(key));
    return Object.fromEntries(kept.map(([key, inner]) => [key, without_times(inner)]));
  };
  const piece_key = { agent_stream_chunk: "chunk_text", agent_reasoning_chunk: "chunk_text" };
  const all = [];
  for (const event of events
    .filter(({ event_type }) => event_type !== "usage")
    .map(without_times)) {
    const last = all.at(-1);
    const text = event.stage === "arguments" ? "arguments_delta" : piece_key[event.event_type];
    const goes_on =
      text &&
      last?.event_type === event.event_type &&
      last.stage === event.stage &&
      last.message_id === event.message_id &&
      last.tool_call_id === event.tool_call_id;
    if (goes_on) last[text] += event[text];
    else all.push(event);
  }
  return JSON.parse(
    JSON.stringify(all, (key, value) =>
      key === "details" && value?.seed ? { ...value, seed: 0 } : value,
    ),
  );
}

async function run_events(t, cwd, args, options = {}) {
  const ended = await run(t, ["run", "p.tac", "--events", "jsonl", ...args], { cwd, ...options });
  const events = parse_lines(ended.stdout);
  if (events.length > 0) assert_complete_log(events);
  return { ...ended, events };
}

const choice = ({ provider, model }) => ["--provider", provider, "--model", model, "--seed", "1"];

/** Records `source` against a mock provider, which is gone when this returns. */
async function record(t, source, mock_args, { dialect = dialects[0], args = [], extra = {} } = {}) {
  const { program, env } = await start_mock(t, ["--pace", "0", ...mock_args]);
  const url = env.OPENAI_BASE_URL;
  const cwd = make_workspace({ "p.tac": source, ...extra });
  const options = { env: { [dialect.key]: fake_key, [dialect.url]: url } };
  const recorded = await run_events(
    t,
    cwd,
    [...choice(dialect), "--record", "tapes", ...args],
    options,
  );
  program.kill("SIGTERM");
  await program.exit();
  return { cwd, tapes: join(cwd, "tapes"), recorded };
}

for (const dialect of dialects) {
  test(`${dialect.provider}: a recorded conversation is replayed without provider and key`, async (t) => {
    const extra = { "script.json": script };
    const files = make_workspace(extra);
    const { cwd, tapes, recorded } = await record(
      t,
      conversation,
      ["--script", join(files, "script.json")],
      { dialect },
    );
    assert.equal(recorded.code, 0, recorded.stderr);
    assert.equal(of_type(recorded.events, "attempt_superseded").length, 1);
    assert.equal(files_of(tapes).length, 5);

    const replayed = await run_events(t, cwd, [...choice(dialect), "--replay", "tapes"]);
    assert.equal(replayed.code, 0, replayed.stderr);
    assert.deepEqual(told(replayed.events), told(recorded.events));
    const { result } = of_type(replayed.events, "execution_summary")[0];
    assert.deepEqual(result, ["Över there: 東京.", "I should look.", "Beyond.", { n: 3 }]);
  });

  test(`${dialect.provider}: the folder holds neither keys nor headers`, async (t) => {
    const { cwd, tapes, recorded } = await record(t, one_turn, ["--fault", "401"], { dialect });
    assert.equal(recorded.code, 1);
    const all = files_of(tapes)
      .map((name) => readFileSync(join(tapes, name), "utf8"))
      .join("");
    for (const secret of [fake_key, fake_key.slice(3), "uthorization", "api-key", "Bearer"])
      assert.ok(!all.includes(secret), secret);
    const replayed = await run_events(t, cwd, [...choice(dialect), "--replay", "tapes"]);
    assert.deepEqual(told(replayed.events), told(recorded.events));
  });
}

test("a server that repeats the key gives it to the program's eyes only", async (t) => {
  const upstream = await start_upstream(t, (request, response) => {
    response.writeHead(400, { "content-type": "application/json", "set-cookie": "sid=fedcba9876" });
    response.end(JSON.stringify({ error: { message: `bad: ${request.headers.authorization}` } }));
  });
  const cwd = make_workspace({ "p.tac": one_turn });
  await run_events(t, cwd, ["--record", "tapes"], { env: upstream.env });
  const [name] = files_of(join(cwd, "tapes"));
  const text = readFileSync(join(cwd, "tapes", name), "utf8");
  assert.ok(!text.includes(fake_key) && !text.includes("fedcba9876"), text);
  assert.match(text, /bad: /);
});

test("an agent without a provider is replayed with the one that answered it", async (t) => {
  const cwd = make_workspace({ "p.tac": one_turn });
  const recorded = await run_events(t, cwd, ["--record", "tapes"]);
  assert.equal(recorded.code, 0, recorded.stderr);
  // A key that is there now changes nothing.
  const env = { OPENAI_API_KEY: fake_key, OPENAI_BASE_URL: "http://127.0.0.1:9/v1" };
  const replayed = await run_events(t, cwd, ["--replay", "tapes"], { env });
  assert.equal(replayed.code, 0, replayed.stderr);
  assert.equal(text_of(replayed.events), text_of(recorded.events));
  const of_openai = await record(t, one_turn, [], { args: [] });
  const without_choice = await run_events(t, of_openai.cwd, ["--replay", "tapes", "--seed", "1"]);
  assert.equal(without_choice.code, 0, without_choice.stderr);
  assert.equal(of_type(without_choice.events, "cost")[0].provider, "openai");
});

for (const [what, fault] of [
  ["a truncated answer", "no-end"],
  ["a connection that is cut", "cut:bytes=700"],
  ["an error in the stream", "error:after=3:status=429"],
]) {
  test(`${what} is replayed as the failure that it was`, async (t) => {
    const { cwd, recorded } = await record(t, one_turn, ["--fault", fault]);
    assert.equal(recorded.code, 1);
    const replayed = await run_events(t, cwd, [...choice(dialects[0]), "--replay", "tapes"]);
    assert.equal(replayed.code, 1);
    assert.deepEqual(told(replayed.events), told(recorded.events));
  });
}

test("nobody there is replayed as nobody there", async (t) => {
  const cwd = make_workspace({ "p.tac": one_turn });
  const env = { OPENAI_API_KEY: fake_key, OPENAI_BASE_URL: "http://127.0.0.1:9/v1" };
  const recorded = await run_events(t, cwd, ["--seed", "1", "--record", "tapes"], { env });
  assert.match(recorded.stderr, /TAC-PROVIDER-NETWORK/);
  const replayed = await run_events(t, cwd, ["--seed", "1", "--replay", "tapes"]);
  assert.deepEqual(told(replayed.events), told(recorded.events));
});

test("a request that was not recorded says what differs from the nearest", async (t) => {
  const { cwd, tapes } = await record(t, one_turn, []);
  writeFileSync(
    join(cwd, "p.tac"),
    one_turn
      .replace("retries = 0", "fallback = { 'anthropic:claude-sonnet-4-5' }")
      .replace("Please write.", "Please sing."),
  );
  const missed = await run_events(t, cwd, [...choice(dialects[0]), "--replay", "tapes"]);
  assert.equal(missed.code, 1);
  const [name] = files_of(tapes);
  assert.ok(
    missed.stderr.includes(
      `the nearest, ${name}: messages[2].content is "Please sing.", recorded "Please write."`,
    ),
    missed.stderr,
  );
  assert.match(missed.stderr, /TAC-CASSETTE-MISS/);
  assert.equal(
    of_type(missed.events, "attempt_superseded").length,
    0,
    "neither retried nor given to a fallback",
  );
});

test("requests that are made at once get the answers of their places", async (t) => {
  // Two tasks come to the same question. While it is recorded the first is held up before it.
  const source = `agent("opener", { tools = {} })
agent("writer", { tools = {} })
procedure("ask", { input = { name = { type = "string" } } }, function()
  Opener.turn("I am " .. input.name)
  return Writer.turn("Which number am I?").text
end)
main = procedure("main", {}, function()
  local first = Procedure.spawn("ask", { name = "first" })
  local second = Procedure.spawn("ask", { name = "second" })
  return { Procedure.wait(first), Procedure.wait(second) }
end)`;
  let count = 0;
  let let_go;
  const asked = new Promise((resolve) => {
    let_go = resolve;
  });
  const upstream = await start_upstream(t, async (_, response, body) => {
    if (body.includes("I am first")) await asked;
    const is_question = body.includes("Which number");
    if (is_question) let_go();
    const message = { role: "assistant", content: is_question ? `number ${++count}` : "Hello." };
    const choices = [{ index: 0, message, finish_reason: "stop" }];
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ id: "c", model: "gpt-4o", choices }));
  });
  const cwd = make_workspace({ "p.tac": source });
  const recorded = await run(t, ["run", "p.tac", "--record", "tapes"], { cwd, env: upstream.env });
  assert.deepEqual(JSON.parse(recorded.stdout), ["number 2", "number 1"], recorded.stderr);
  assert.equal(files_of(join(cwd, "tapes")).length, 4);
  for (let i = 0; i < 5; ++i) {
    const replayed = await run(t, ["run", "p.tac", "--replay", "tapes"], { cwd });
    assert.equal(replayed.stdout, recorded.stdout, replayed.stderr);
  }
});

test("faults are put into a replay, and what they break is tried again", async (t) => {
  const source = one_turn.replace("retries = 0", "retries = 1, retry_delay = 60");
  const { cwd, recorded } = await record(t, source, []);
  for (const fault of [
    "429:retry-after=60:times=1",
    "cut:bytes=900:times=1",
    "error:after=2:status=429:times=1",
    "no-end:times=1",
  ]) {
    const args = [...choice(dialects[0]), "--replay", "tapes", "--fault", fault];
    const replayed = await run_events(t, cwd, args);
    assert.equal(replayed.code, 0, `${fault}: ${replayed.stderr}`);
    assert.equal(of_type(replayed.events, "attempt_superseded").length, 1, fault);
    const of_last = replayed.events.filter(({ attempt }) => attempt === 1);
    assert.equal(text_of(of_last), text_of(recorded.events), fault);
  }
  const split = await run_events(t, cwd, [
    ...choice(dialects[0]),
    "--replay",
    "tapes",
    "--fault",
    "split-utf8",
  ]);
  assert.equal(text_of(split.events), text_of(recorded.events));
});

test("a replay at the recorded times is never quicker, whatever the machine does", async (t) => {
  const files = make_workspace({
    "script.json": JSON.stringify([{ chunks: ["a", "b", "c"], ttft_ms: 300, delay_ms: 100 }]),
  });
  const { cwd, tapes } = await record(t, one_turn, ["--script", join(files, "script.json")]);
  const [name] = files_of(tapes);
  const end_ms = lines_of(tapes, name).at(-1).t_ms;
  assert.ok(end_ms >= 500, `${end_ms}`);
  for (const [timing, share] of [
    ["real", 1],
    ["4", 0.25],
  ]) {
    const replayed = await run_events(t, cwd, [
      ...choice(dialects[0]),
      "--replay",
      "tapes",
      "--timing",
      timing,
    ]);
    const [turn] = of_type(replayed.events, "agent_turn").slice(-1);
    assert.ok(
      turn.duration_ms >= end_ms * share - 5,
      `${timing}: ${turn.duration_ms} of ${end_ms} ms`,
    );
  }
});

test("HTTP calls of a program are recorded and replayed, without the keys in their addresses", async (t) => {
  const server = http.createServer((request, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(
      JSON.stringify({ path: request.url.split("?")[0], method: request.method, label: "calm" }),
    );
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const base = `http://127.0.0.1:${server.address().port}`;
  const cwd = make_workspace({
    "p.tac": `mood = model("mood", { type = "http", endpoint = "${base}/mood?api_key=hidden-value-1", headers = { Authorization = "Bearer hidden-value-2" } })
main = procedure("main", {
  dependencies = { api = { type = "http_client", base_url = "${base}/v1", headers = { ["X-Api-Key"] = "hidden-value-3" } } },
}, function()
  local got = deps.api.get("/rivers", { query = { name = "Rhine", token = "hidden-value-4" } })
  return { got.json.path, mood.predict({ text = "hej", password = "hidden-value-5" }).label }
end)`,
  });
  const recorded = await run_events(t, cwd, ["--record", "tapes"]);
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
  assert.equal(recorded.code, 0, recorded.stderr);
  const folder = join(cwd, "tapes");
  const all = files_of(folder)
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .join("");
  assert.equal(files_of(folder).filter((name) => name.startsWith("http-")).length, 2);
  assert.doesNotMatch(all, /hidden-value/);
  assert.match(all, /name=Rhine/);
  const replayed = await run_events(t, cwd, ["--replay", "tapes"]);
  assert.deepEqual(
    of_type(replayed.events, "execution_summary")[0].result,
    ["/v1/rivers", "calm"],
    replayed.stderr,
  );
  writeFileSync(
    join(cwd, "p.tac"),
    readFileSync(join(cwd, "p.tac"), "utf8").replace('"Rhine"', '"Po"'),
  );
  const missed = await run_events(t, cwd, ["--replay", "tapes"]);
  assert.match(
    missed.stderr,
    /no recording of this HTTP request to 127\.0\.0\.1.*TAC-CASSETTE-MISS/,
  );
});

test("a run that waits goes on recording when it is resumed, and the whole is replayed", async (t) => {
  const source = `agent("writer", { tools = {} })
main = procedure("main", {}, function()
  local first = Writer.turn("First.").text
  Human.approve({ message = "On?", default = true })
  return { first, Writer.turn("Second.").text }
end)`;
  const cwd = make_workspace({ "p.tac": source });
  const waiting = await run(t, ["run", "p.tac", "--run-id", "r1", "--record", "tapes"], { cwd });
  assert.equal(waiting.code, 3, waiting.stderr);
  assert.equal((await run(t, ["answer", "r1", "-", "yes"], { cwd })).code, 0);
  const ended = await run(t, ["resume", "r1", "--record", "tapes"], { cwd });
  assert.equal(ended.code, 0, ended.stderr);
  assert.equal(files_of(join(cwd, "tapes")).length, 2);
  const replayed = await run(t, ["run", "p.tac", "--replay", "tapes", "--hitl", "default"], {
    cwd,
  });
  assert.equal(replayed.stdout, ended.stdout, replayed.stderr);
});

test("what is used wrongly or damaged is told before anything runs", async (t) => {
  const { cwd, tapes } = await record(t, one_turn, []);
  const told_of = async (args, code) => {
    const ended = await run(t, ["run", "p.tac", ...args], { cwd });
    assert.equal(ended.code, code, ended.stderr);
    return ended.stderr;
  };
  assert.match(await told_of(["--record", "tapes"], 1), /holds cassettes already.*TAC-FILE/);
  assert.match(await told_of(["--replay", "none"], 1), /cannot be read.*TAC-FILE/);
  assert.match(await told_of(["--record", "a", "--replay", "b"], 2), /exclude each other/);
  assert.match(await told_of(["--timing", "real"], 2), /add --replay/);
  assert.match(
    await told_of(["--replay", "tapes", "--timing", "fast"], 2),
    /neither `real` nor a number/,
  );
  assert.match(await told_of(["--replay", "tapes", "--fault", "x"], 2), /unknown kind/);
  const [name] = files_of(tapes);
  const { length } = readFileSync(join(tapes, name));
  truncateSync(join(tapes, name), length - 20);
  assert.match(
    await told_of(["--replay", "tapes"], 1),
    new RegExp(`${name}:\\d+: the cassette is damaged`),
  );
  rmSync(join(tapes, name));
  assert.match(
    await told_of(["--replay", "tapes", "--provider", "openai"], 1),
    /none that is like it/,
  );
});
