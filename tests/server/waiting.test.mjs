// A thousand runs that wait in one process are unremarkable.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { eventually, make_workspace } from "./support/process.mjs";
import { start_server } from "./support/server.mjs";

const runs = 1000;
const at_once = 20;
const asks = `main = procedure("main", {}, function()
  return { ok = Human.approve({ message = "Go on?" }) }
end)
`;
const sleeps = `main = procedure("main", {}, function() Sleep("1h") end)
`;

const proc = (server, name) => readFileSync(`/proc/${server.program.child.pid}/${name}`, "utf8");
const memory_kib = (server) => Number(/VmRSS:\s+(\d+)/.exec(proc(server, "status"))[1]);
// Of the process, in hundredths of a second.
const cpu_ticks = (server) => {
  const fields = proc(server, "stat").split(" ");
  return Number(fields[13]) + Number(fields[14]);
};

async function start_many(server, path, count) {
  const ids = [];
  while (ids.length < count) {
    const some = Array.from({ length: at_once }, () => server.start_run({ path }));
    ids.push(...(await Promise.all(some)));
  }
  return ids;
}

async function all_are(server, status, ids) {
  for (const id of [ids[0], ids[ids.length >> 1], ids.at(-1)]) {
    await eventually(`${id} ${status}`, async () => {
      return (await server.get(`/api/runs/${id}`)).json.status === status;
    });
  }
}

for (const [path, status] of [
  ["asks.tac", "waiting_for_human"],
  ["sleeps.tac", "sleeping"],
]) {
  test(`${runs} runs that are ${status} cost little`, async (t) => {
    const server = await start_server(
      t,
      make_workspace({ "asks.tac": asks, "sleeps.tac": sleeps }),
    );
    await all_are(server, status, await start_many(server, path, at_once * 2));
    const before = memory_kib(server);
    const ids = await start_many(server, path, runs);
    await all_are(server, status, ids);
    const each = (memory_kib(server) - before) / runs;
    t.diagnostic(`${each.toFixed(1)} KiB each, with their Lua states`);
    if (process.env.TACTUS_SANITIZED !== "1") assert.ok(each < 128, `${each} KiB each`);

    const ticks = cpu_ticks(server);
    await new Promise((done) => setTimeout(done, 2000));
    const busy = cpu_ticks(server) - ticks;
    t.diagnostic(`${busy / 2} % of a core`);
    assert.ok(busy <= 20, `${busy} ticks in two seconds`);

    const id = ids[runs / 2];
    if (status === "sleeping") {
      assert.equal((await server.post(`/api/runs/${id}/cancel`, {})).status, 202);
      await all_are(server, "cancelled", [id]);
    } else {
      const [request] = (await server.get(`/api/runs/${id}`)).json.pending;
      const answer = `/api/runs/${id}/requests/${request.request_id}`;
      assert.equal((await server.post(answer, { value: true })).status, 200);
      await all_are(server, "completed", [id]);
    }
  });
}
