// One connection for many runs: each of them as on a connection of its own, and which runs change.
import assert from "node:assert/strict";
import net from "node:net";
import { test } from "node:test";
import { is_chunk, open_events, text_of } from "./support/events.mjs";
import { eventually, make_workspace, run as run_program } from "./support/process.mjs";
import { echo_inputs, one_turn, two_turns } from "./support/programs.mjs";
import { start_server } from "./support/server.mjs";
import { start_mock } from "./support/upstream.mjs";

const asks_a_human = `main = procedure("main", {}, function()
  return { go = Human.approve{ message = "Go on?" } }
end)
`;
const programs = {
  "one.tac": one_turn,
  "two.tac": two_turns,
  "echo.tac": echo_inputs,
  "ask.tac": asks_a_human,
};

async function serve(t, mock = []) {
  const { env } = await start_mock(t, mock);
  return start_server(t, make_workspace(programs), { env });
}

const ended = (server, run_id) =>
  eventually(`${run_id} ends`, async () => {
    const { json } = await server.get(`/api/runs/${run_id}`);
    return json.ended_at !== null && json;
  });

const all = (t, server, subscribe, rest = {}) => {
  const path = `/api/events?subscribe=${subscribe.join(",")}&activity=${rest.activity ?? ""}`;
  return open_events(t, server, path, rest.headers);
};
const of_run = (frames, run_id) =>
  frames.filter(
    ({ event }) => event.run_id === run_id && !/^(activity|subscription)$/.test(event.event_type),
  );
const stages = (stream, run_id) =>
  stream.events
    .filter((event) => event.event_type === "subscription" && event.run_id === run_id)
    .map((event) => event.stage);
const all_ended = (stream, run_ids) =>
  stream.until(() => run_ids.every((id) => stages(stream, id).length > 0), "end of all logs");
const activities = (stream, run_id) =>
  stream.events.filter(
    (event) => event.event_type === "activity" && (!run_id || event.run_id === run_id),
  );

async function ended_runs(t) {
  const server = await serve(t, ["--generate-tokens", "200", "--pace", "4000"]);
  const run_ids = [];
  for (const path of ["one.tac", "two.tac", "echo.tac"])
    run_ids.push(await server.start_run({ path }));
  for (const run_id of run_ids) await ended(server, run_id);
  return { server, run_ids };
}

test("each run's events are those of a stream of its own, byte for byte", async (t) => {
  const { server, run_ids } = await ended_runs(t);
  const stream = await all(t, server, run_ids);
  assert.equal(stream.status, 200);
  assert.match(stream.headers["content-type"], /^text\/event-stream/);
  await all_ended(stream, run_ids);
  for (const [index, run_id] of run_ids.entries()) {
    const own = await open_events(t, server, `/api/runs/${run_id}/events`);
    await own.end();
    const frames = of_run(stream.frames, run_id);
    assert.deepEqual(
      frames.map(({ data }) => data),
      own.frames.map(({ data }) => data),
    );
    // An id has the place in each run, and first whose event it is.
    const places = frames.map(({ id }) => id.split(";"));
    assert.deepEqual(
      places.map(([of, , positions]) => [of, positions.split(",")[index]]),
      own.frames.map(({ id }) => [String(index), id]),
    );
    assert.deepEqual(stages(stream, run_id), ["ended"]);
  }
});

test("live runs come side by side, and stay apart", async (t) => {
  const server = await serve(t, ["--generate-tokens", "300", "--pace", "200"]);
  const run_ids = [];
  for (let i = 0; i < 4; ++i) run_ids.push(await server.start_run({ path: "one.tac" }));
  const stream = await all(t, server, run_ids);
  await stream.until(
    () => run_ids.every((id) => of_run(stream.frames, id).some(({ event }) => is_chunk(event))),
    "text of all runs",
  );
  assert.deepEqual(
    run_ids.flatMap((id) => stages(stream, id)),
    [],
    "none has ended yet",
  );
  await all_ended(stream, run_ids);
  const text = Array.from({ length: 300 }, (_, i) => `${i} `).join("");
  for (const run_id of run_ids) {
    const events = of_run(stream.frames, run_id).map(({ event }) => event);
    assert.equal(text_of(events), text);
    assert.ok(events.filter(is_chunk).length > 20, "the text flowed");
  }
});

test("a connection goes on at the id of any of its events", async (t) => {
  const { server, run_ids } = await ended_runs(t);
  const whole = await all(t, server, run_ids);
  await all_ended(whole, run_ids);
  const place_of = ({ id }, index) => id.split(";")[2].split(",")[index];
  for (let round = 0; round < 25; ++round) {
    const cut = Math.floor(Math.random() * whole.frames.length);
    const headers = { "last-event-id": whole.frames[cut].id };
    const rest = await all(t, server, run_ids, { headers });
    await all_ended(rest, run_ids);
    assert.deepEqual(activities(rest), [], "no change was missed");
    for (const [index, run_id] of run_ids.entries()) {
      const before = of_run(whole.frames.slice(0, cut + 1), run_id);
      const after = of_run(rest.frames, run_id);
      const told = `cut after ${cut}: ${whole.frames[cut].id}`;
      assert.deepEqual(
        [...before, ...after].map(({ data }) => data),
        of_run(whole.frames, run_id).map(({ data }) => data),
        told,
      );
      if (before.length > 0)
        assert.equal(place_of(whole.frames[cut], index), place_of(before.at(-1), index), told);
    }
    rest.close();
  }
});

test("one run may be read from several places at once", async (t) => {
  const { server, run_ids } = await ended_runs(t);
  const [run_id] = run_ids;
  const last = (await server.get(`/api/runs/${run_id}`)).json.last_seq;
  const stream = await all(t, server, [`${run_id}:1-${last - 1}`, run_id, `${run_id}:${last}`]);
  await stream.until(() => stages(stream, run_id).length === 3, "three ends");
  const index_of = ({ id }) => id.split(";")[0];
  const seqs = (index) =>
    of_run(stream.frames, run_id)
      .filter((frame) => index_of(frame) === index)
      .map(({ event }) => event.seq);
  assert.deepEqual(seqs("0"), [last]);
  assert.equal(seqs("1").at(0), 1);
  assert.equal(seqs("1").at(-1), last);
  assert.deepEqual(seqs("2"), []);
});

test("a place that is not of the log is told by a reset, and the log follows", async (t) => {
  const { server, run_ids } = await ended_runs(t);
  for (const place of ["7-3", "1-99999", "99999"]) {
    const stream = await all(t, server, [`${run_ids[0]}:${place}`]);
    await all_ended(stream, [run_ids[0]]);
    const [reset, first] = of_run(stream.frames, run_ids[0]).map(({ event }) => event);
    assert.deepEqual(reset, { event_type: "reset", run_id: run_ids[0], generation: 1 });
    assert.equal(first.seq, 1);
    stream.close();
  }
});

test("an unknown run is an event of its subscription and disturbs no other", async (t) => {
  const { server, run_ids } = await ended_runs(t);
  const stream = await all(t, server, ["no-such-run", run_ids[0]]);
  await all_ended(stream, ["no-such-run", run_ids[0]]);
  const failed = stream.events.find((event) => event.run_id === "no-such-run");
  assert.equal(failed.stage, "failed");
  assert.deepEqual([failed.error.status, failed.error.code], [404, "TAC-RUN-NOT-FOUND"]);
  assert.ok(of_run(stream.frames, run_ids[0]).length > 3);
});

test("what cannot be subscribed to is refused", async (t) => {
  const server = await serve(t);
  const many = Array.from({ length: 257 }, (_, i) => `r${i}`).join(",");
  for (const query of [
    "subscribe=a/b",
    "subscribe=a:x",
    "subscribe=a:1-",
    "subscribe=,a",
    "activity=x",
    `subscribe=${many}`,
  ]) {
    const answer = await server.get(`/api/events?${query}`);
    assert.deepEqual([answer.status, answer.error.code], [400, "bad_request"], query);
  }
  for (const id of ["1-1", "0;x;1-1", "0;abc-1;", "0;abc-1;1-1,1-1", "0;abc-1;x"]) {
    const answer = await server.get("/api/events?subscribe=a", {
      headers: { "last-event-id": id },
    });
    assert.deepEqual([answer.status, answer.error.code], [400, "bad_request"], id);
  }
  assert.equal((await server.get("/api/events", { auth: false })).status, 401);
});

test("the changes of all runs are told, and those since a place", async (t) => {
  const server = await serve(t);
  const stream = await all(t, server, []);
  await stream.until(() => activities(stream).length > 0, "the beginning");
  assert.deepEqual(stream.events, [{ event_type: "activity", stage: "reset" }]);
  const run_id = await server.start_run({ path: "ask.tac" });
  const waits = (event) =>
    event.run?.status === "waiting_for_human" && event.run.pending_count === 1;
  await stream.until(() => activities(stream, run_id).some(waits), "the run waits");
  const first = activities(stream, run_id)[0];
  assert.deepEqual(
    [first.stage, first.run.procedure_id, first.run.path],
    ["changed", "ask", "ask.tac"],
  );
  const { pending } = (await server.get(`/api/runs/${run_id}`)).json;
  await server.post(`/api/runs/${run_id}/requests/${pending[0].request_id}`, { value: true });
  await stream.until(
    () => activities(stream, run_id).at(-1).run?.status === "completed",
    "the run ends",
  );
  const [, place] = stream.frames.at(-1).id.split(";");
  await ended(server, run_id);
  assert.equal((await server.request("DELETE", `/api/runs/${run_id}`)).status, 200);
  await stream.until(() => activities(stream, run_id).at(-1).stage === "removed", "removed");

  const later = await all(t, server, [], { activity: place });
  await later.until(() => activities(later, run_id).at(-1)?.stage === "removed", "removed");
  assert.deepEqual(
    activities(later).filter((event) => event.stage === "reset"),
    [],
  );
  const other = await all(t, server, [], { activity: "0-1" });
  await other.until(() => activities(other).length > 0, "a reset");
  assert.equal(activities(other)[0].stage, "reset");
});

test("a run that another process starts is told, too", async (t) => {
  const server = await serve(t);
  const stream = await all(t, server, []);
  await stream.until(() => activities(stream).length > 0, "the beginning");
  const cwd = server.workspace;
  const done = await run_program(t, ["run", "echo.tac"], { cwd });
  assert.equal(done.code, 0, done.stderr);
  await stream.until(
    () =>
      activities(stream).some(
        ({ run }) => run?.procedure_id === "echo" && run.status === "completed",
      ),
    "the run of the other process",
  );
});

test("twenty watchers of one connection's run and a stalled connection delay nobody", async (t) => {
  const server = await serve(t, ["--generate-tokens", "20000", "--pace", "5000"]);
  const run_id = await server.start_run({ path: "one.tac" });
  const stalled = net.connect(server.port, "127.0.0.1");
  t.after(() => stalled.destroy());
  stalled.pause();
  stalled.write(
    `GET /api/events?subscribe=${Array(100).fill(run_id)} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nAuthorization: Bearer ${server.token}\r\n\r\n`,
  );
  const live = await all(t, server, Array(20).fill(run_id));
  await live.until(() => stages(live, run_id).length === 20, "all ends");
  const text = Array.from({ length: 20_000 }, (_, i) => `${i} `).join("");
  for (let index = 0; index < 20; ++index) {
    const own = of_run(live.frames, run_id).filter(({ id }) => id.startsWith(`${index};`));
    assert.equal(text_of(own.map(({ event }) => event)), text);
  }
  assert.ok(!stalled.destroyed);
  let answer = "";
  stalled.setEncoding("utf8").on("data", (part) => {
    answer = (answer + part).slice(-65_536);
  });
  stalled.resume();
  await eventually("the end of the late reading", () =>
    /^id: 99;.*\ndata: .*"ended"/m.test(answer),
  );
});
