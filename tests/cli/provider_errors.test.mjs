// What a provider can do wrong, and what becomes of the run.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  assert_complete_log,
  is_chunk,
  of_type,
  parse_lines,
  text_of,
} from "../server/support/events.mjs";
import { make_workspace, run } from "../server/support/process.mjs";
import { one_turn } from "../server/support/programs.mjs";
import {
  begin_stream,
  end_stream,
  send_text,
  start_mock,
  start_upstream,
} from "../server/support/upstream.mjs";

const with_retries = (retries) =>
  one_turn.replace("retries = 0", `retries = ${retries}, retry_delay = 0.01`);

// Runs one turn against a mock provider with a fault; the log, and how the run ended.
async function run_with_fault(t, fault, retries = 0) {
  const { env } = await start_mock(t, ["--pace", "0", "--fault", fault]);
  return run_against(t, env, retries);
}

async function run_against(t, env, retries = 0) {
  const cwd = make_workspace({ "writer.tac": with_retries(retries) });
  const started = performance.now();
  const ended = await run(t, ["run", "writer.tac", "--events", "jsonl"], { cwd, env });
  const seconds = (performance.now() - started) / 1000;
  const events = parse_lines(ended.stdout);
  assert_complete_log(events);
  const turn = of_type(events, "agent_turn").at(-1);
  return { ...ended, events, turn, seconds, superseded: of_type(events, "attempt_superseded") };
}

function assert_failed(ended, code, hint) {
  assert.equal(ended.code, 1);
  assert.equal(ended.events.at(-1).lifecycle_stage, "error");
  assert.equal(ended.turn.stage, "failed");
  assert.equal(ended.turn.error.code, code);
  assert.equal(ended.events.at(-2).error_code, code);
  assert.ok(ended.stderr.startsWith("error: writer.tac:1: "), ended.stderr);
  assert.ok(ended.stderr.includes(`[${code}]\nhint: `), ended.stderr);
  assert.match(ended.stderr, hint);
  assert.equal(of_type(ended.events, "cost").length, 1);
}

test("429 is tried again after the time that the provider asks for", async (t) => {
  const ended = await run_with_fault(t, "429:retry-after=1:times=1", 2);
  assert.equal(ended.code, 0, ended.stderr);
  assert.ok(ended.seconds >= 1, `${ended.seconds} s`);
  assert.equal(ended.superseded.length, 1);
  const [{ reason, attempt, error }] = ended.superseded;
  assert.deepEqual([reason, attempt, error.code], ["retry", 0, "TAC-PROVIDER-RATE-LIMIT"]);
  assert.equal(ended.turn.stage, "completed");
  assert.equal(ended.turn.attempt, 1);
  assert.equal(of_type(ended.events, "cost")[0].retry_count, 1);
  assert.equal(text_of(ended.events), ended.events.at(-2).result.text);
});

test("429 for ever is an error in the end", async (t) => {
  const ended = await run_with_fault(t, "429", 2);
  assert_failed(ended, "TAC-PROVIDER-RATE-LIMIT", /hint: .*(wait|model)/);
  assert.equal(ended.superseded.length, 2);
});

for (const status of [500, 503, 529]) {
  test(`${status} for ever ends as unavailable, with a hint`, async (t) => {
    const ended = await run_with_fault(t, String(status), 1);
    assert_failed(ended, "TAC-PROVIDER-UNAVAILABLE", /hint: .+/);
    assert.match(ended.stderr, new RegExp(`HTTP ${status}`));
    assert.equal(ended.superseded.length, 1);
  });
}

test("500 once does no harm", async (t) => {
  const ended = await run_with_fault(t, "500:times=1", 1);
  assert.equal(ended.code, 0, ended.stderr);
  assert.equal(ended.superseded.length, 1);
});

test("a wrong key is not tried again", async (t) => {
  const ended = await run_with_fault(t, "401", 3);
  assert_failed(ended, "TAC-PROVIDER-AUTH", /OPENAI_API_KEY/);
  assert.equal(ended.superseded.length, 0);
});

test("a request that the provider does not take is not tried again", async (t) => {
  const ended = await run_with_fault(t, "400", 3);
  assert.equal(ended.code, 1);
  assert.equal(ended.turn.error.code, "TAC-PROVIDER-BAD-REQUEST");
  assert.equal(ended.superseded.length, 0);
});

for (const fault of ["no-end", "cut:chunks=5", "cut:bytes=1000"]) {
  test(`a stream that just stops (${fault}) is never success`, async (t) => {
    const ended = await run_with_fault(t, fault);
    assert.equal(ended.code, 1);
    assert.match(ended.turn.error.code, /^TAC-PROVIDER-(STREAM|NETWORK)$/);
    assert.equal(ended.turn.stage, "failed");
    assert.equal(ended.turn.finish_reason, "truncated");
    assert.ok(text_of(ended.events).length > 0, "what had come is in the log");
    assert.match(ended.stderr, /\nhint: .+/);
  });

  test(`a stream that stops once (${fault}) is received again, and counts once`, async (t) => {
    const ended = await run_with_fault(t, `${fault}:times=1`, 1);
    assert.equal(ended.code, 0, ended.stderr);
    assert.equal(ended.superseded.length, 1);
    const dropped = new Set(ended.superseded[0].message_ids);
    assert.ok(dropped.size >= 1);
    const kept = ended.events.filter((event) => is_chunk(event) && !dropped.has(event.message_id));
    assert.equal(text_of(kept), ended.events.at(-2).result.text, "only the second attempt's text");
  });
}

test("an error in mid-stream keeps what had come in the log", async (t) => {
  const ended = await run_with_fault(t, "error:after=5");
  assert.equal(ended.code, 1);
  assert.match(ended.turn.error.code, /^TAC-PROVIDER-/);
  assert.ok(text_of(ended.events).length > 0);
  assert.match(ended.stderr, /\nhint: .+/);
});

test("a stream cut inside characters arrives whole", async (t) => {
  const ended = await run_with_fault(t, "split-utf8");
  assert.equal(ended.code, 0, ended.stderr);
  assert.ok(!ended.stdout.includes("\uFFFD"));
});

test("a provider that nobody listens for is a network error", async (t) => {
  const upstream = await start_upstream(t, () => {});
  const env = { ...upstream.env, OPENAI_BASE_URL: "http://127.0.0.1:9/v1" };
  const ended = await run_against(t, env, 1);
  assert_failed(ended, "TAC-PROVIDER-NETWORK", /hint: .+/);
  assert.match(ended.stderr, /127\.0\.0\.1/);
  assert.equal(ended.superseded.length, 1);
});

test("a provider that hangs up without a word, or answers nonsense", async (t) => {
  const odd = [
    (_, response) => response.socket.destroy(),
    (_, response) => response.end("<html>gateway</html>"),
    (_, response) => response.writeHead(200, { "content-type": "text/event-stream" }).end(),
    (_, response) =>
      response.writeHead(200, { "content-type": "text/event-stream" }).end("data: {\n\n"),
    (_, response) => response.writeHead(200, { "content-type": "application/json" }).end("{}"),
    (_, response) => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end(),
    (_, response) => response.writeHead(204).end(),
  ];
  for (const [i, answer] of odd.entries()) {
    const upstream = await start_upstream(t, answer);
    const ended = await run_against(t, upstream.env);
    assert.equal(ended.code, 1, `answer ${i}`);
    assert.match(ended.turn.error.code, /^TAC-PROVIDER-/, `answer ${i}`);
    assert.match(ended.stderr, /\[TAC-PROVIDER-[A-Z-]+\]\n/, `answer ${i}`);
  }
});

test("a reply with an unknown price costs an unknown sum, not nothing", async (t) => {
  const upstream = await start_upstream(t, (_, response) => {
    begin_stream(response);
    send_text(response, "Fine.");
    end_stream(response);
  });
  const source = one_turn.replace(
    'system_prompt = "Write."',
    'model = "no-such-model-1", provider = "openai"',
  );
  const cwd = make_workspace({ "writer.tac": source });
  const env = upstream.env;
  // The reply names a known model, as gateways do not always: what was served is what is paid.
  const known = await run(t, ["run", "writer.tac", "--events", "jsonl"], { cwd, env });
  const [cost] = of_type(parse_lines(known.stdout), "cost");
  assert.ok(cost.total_cost > 0);
  assert.equal(cost.provenance, "measured");
  assert.deepEqual([cost.prompt_tokens, cost.completion_tokens], [10, 5]);
  const { env: mock } = await start_mock(t, ["--generate-tokens", "5"]);
  const unknown = await run(t, ["run", "writer.tac", "--events", "jsonl"], { cwd, env: mock });
  const events = parse_lines(unknown.stdout);
  assert.equal(of_type(events, "cost")[0].total_cost, null);
  assert.equal(of_type(events, "cost")[0].provenance, "unknown");
  assert.equal(events.at(-2).total_cost, null);
});
