// A run whose processes are killed (SIGKILL) at hundreds of moments comes to the result of an undisturbed one, and
// does nothing again that the log knows to be done.
import assert from "node:assert/strict";
import { test } from "node:test";
import { parse_lines } from "../server/support/events.mjs";
import { make_workspace, Program } from "../server/support/process.mjs";
import {
  begin_stream,
  end_stream,
  send_call,
  send_text,
  start_upstream,
} from "../server/support/upstream.mjs";

const kills_min = Number(process.env.TACTUS_KILLS ?? 200);

// Each operation that the outside sees is named "strand:index": what one strand does is done in the order of the index.
const source = (port) => `
tool("book", { parameters = { what = { type = "string", required = true } } }, function(args, ctx)
  return ctx.deps.world.post("/note", { op = args.what }).json.op
end)
agent("clerk", { tools = { "book" }, system_prompt = "Work." })
agent("writer", { tools = {}, system_prompt = "Write." })

local world = { world = { type = "http_client", base_url = "http://127.0.0.1:${port}" } }

procedure("page", { input = { n = { type = "integer", required = true } } }, function()
  local me = "page" .. input.n
  local first = Writer.turn(me .. ":1").text
  local noted = deps.world.post("/note", { op = me .. ":2" }).json.op
  Sleep(0.004)
  State.increment("pages")
  return table.concat({ first, noted, Writer.turn(me .. ":3").text }, " ")
end)

main = procedure("main", { dependencies = world }, function()
  local handles = {}
  for n = 1, 3 do handles[n] = Procedure.spawn("page", { n = n }) end
  local booked = Clerk.turn("main:1").text
  local colour = Human.input({ message = "Which colour?" })
  local pages = Procedure.wait_all(handles)
  step("count", function() State.set("counted", deps.world.post("/note", { op = "main:4" }).json.op) end)
  return { booked = booked, colour = colour, pages = pages, last = Writer.turn("main:5").text,
    number = State.get("pages"), counted = State.get("counted") }
end)
`;

const expected = {
  booked: "did main:3",
  colour: "blue",
  pages: [1, 2, 3].map((n) => `did page${n}:1 page${n}:2 did page${n}:3`),
  last: "did main:5",
  number: 3,
  counted: "main:4",
};
const operations = 14; // That the outside sees in an undisturbed run: 3 × 3 of the pages, 5 of main.

/** The provider and the world: says what was asked of it, after a moment. */
async function start_world(t) {
  const asked = [];
  const upstream = await start_upstream(t, (request, response, body) => {
    const json = JSON.parse(body);
    const op = request.url === "/note" ? json.op : op_of(json.messages.at(-1));
    asked.push(op);
    setTimeout(() => answer(request, response, op), 1 + Math.random() * 4);
  });
  return { ...upstream, asked, port: new URL(upstream.env.OPENAI_BASE_URL).port };
}

// The answer to a tool's result is the operation after the tool's.
const op_of = (message) => (message.role === "tool" ? "main:3" : message.content);

function answer(request, response, op) {
  if (request.url === "/note") {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ op }));
    return;
  }
  begin_stream(response);
  if (op === "main:1") send_call(response, "c1", "book", { what: "main:2" });
  else send_text(response, `did ${op}`);
  end_stream(response, op === "main:1" ? "tool_calls" : "stop");
}

// Mulberry32: the same moments again for a seed.
function random_of(seed) {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let x = Math.imul(a ^ (a >>> 15), 1 | a);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 4294967296;
  };
}

/** Runs a process that is killed after `life_ms`; whether it was, and how it ended. */
async function killed_after(args, options, life_ms) {
  const program = new Program(args, options);
  program.child.stdin.end();
  const timer = setTimeout(() => program.kill("SIGKILL"), life_ms);
  const ended = await program.exit();
  clearTimeout(timer);
  await program.finish();
  return { ...ended, killed: ended.signal === "SIGKILL" };
}

/** Takes the run `id` to its end through processes that live as long as `life` says. */
async function survive(id, options, life) {
  let kills = 0;
  const attempt = async (...args) => {
    const ended = await killed_after(args, options, life());
    if (ended.killed) kills += 1;
    return ended;
  };
  for (;;) {
    let ended = await attempt("resume", id, "--events", "jsonl");
    if (ended.stderr.includes("TAC-RUN-NOT-FOUND"))
      ended = await attempt("run", "work.tac", "--run-id", id, "--events", "jsonl");
    if (ended.killed) continue;
    if (ended.code === 0) return { kills, stdout: ended.stdout };
    assert.equal(ended.code, 3, `${ended.stdout}\n${ended.stderr}`);
    const [, request] = /tactus answer \S+ (\S+)/.exec(ended.stderr);
    const given = await attempt("answer", id, request, "blue");
    if (!given.killed && given.code !== 0) assert.match(given.stderr, /answered/, given.stderr);
  }
}

// What a strand asked for after `op` shows that `op` was stored.
function assert_done_once(asked, kills, history) {
  const reached = new Map();
  for (const op of asked) {
    const [strand, index] = op.split(":");
    assert.ok(
      Number(index) >= (reached.get(strand) ?? 0),
      `${op} was done again: ${asked.join(" ")}\n${history}`,
    );
    reached.set(strand, Number(index));
  }
  assert.equal(new Set(asked).size, operations, asked.join(" "));
  // Four strands: each may be within one operation when the process ends.
  assert.ok(asked.length <= operations + 4 * kills, `${asked.length} operations, ${kills} kills`);
}

function assert_outcome(stdout) {
  const summary = parse_lines(stdout).findLast((event) => event.event_type === "execution_summary");
  assert.deepEqual(summary.result, expected);
}

test(`a run survives ${kills_min} kills and does nothing twice`, {
  timeout: 280_000,
}, async (t) => {
  const seed = Number(process.env.TACTUS_SEED ?? Date.now() % 1_000_000);
  const random = random_of(seed);
  const world = await start_world(t);
  const cwd = make_workspace({ "work.tac": source(world.port) });
  const options = { cwd, env: world.env };

  const began = performance.now();
  await survive("whole", options, () => 60_000);
  const whole_ms = (performance.now() - began) / 4; // Run, a resume that finds nothing, answer, resume.
  assert_done_once(world.asked.splice(0), 0, "");

  let kills = 0;
  for (let n = 0; kills < kills_min; ++n) {
    const lives = [];
    const life = () => {
      lives.push(Math.round(random() * whole_ms * 1.2));
      return lives.at(-1);
    };
    const ended = await survive(`r${n}`, options, life);
    kills += ended.kills;
    const history = `seed ${seed}, lives ${lives.join(" ")} ms`;
    assert_done_once(world.asked.splice(0), ended.kills, history);
    assert_outcome(ended.stdout);
  }
  t.diagnostic(`${kills} kills, seed ${seed}`);
});
