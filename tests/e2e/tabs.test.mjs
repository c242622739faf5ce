/** Many tabs of one browser share one connection, and a hidden one is left alone. */
import assert from "node:assert/strict";
import { scenario, until } from "./harness.mjs";
import { textOf } from "./processes.mjs";
import {
  letters,
  openFile,
  run,
  runId,
  shownText,
  status,
  waitForStatus,
  waitForText,
} from "./ui.mjs";

const tabCount = 20;

const streams = (requests) => requests.filter(({ path }) => path.startsWith("/api/events?"));

/** While one that was given up is being closed, the next one may begin. */
const handoverMs = 250;

/** The most of them that were open at the same time. */
function mostAtOnce(requests) {
  const steps = requests.flatMap(({ beginMs, endMs }) => [
    [beginMs, 1],
    [Math.max(beginMs, endMs - handoverMs), -1],
  ]);
  steps.sort(([a, up], [b, other]) => a - b || up - other);
  let open = 0;
  return Math.max(...steps.map(([, step]) => (open += step)));
}

function assertOneConnection(requests) {
  const all = streams(requests);
  assert.ok(all.length > 0);
  assert.equal(mostAtOnce(all), 1, JSON.stringify(all, null, 1));
  const own = requests.filter(({ path }) => /^\/api\/runs\/[^/]+\/events/.test(path));
  assert.deepEqual(own, [], "no stream of a single run");
}

/** The page believes that nobody looks at it, or that somebody does. */
function setHidden(page, hidden) {
  return page.evaluate((value) => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => value });
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden);
}

const chars = async (page) => (await shownText(page)).length;

scenario(
  "tabs: twenty of a running stream show the same text over one connection, and all work",
  {
    provider: { "generate-tokens": 20_000, pace: 40 },
    msMax: 240_000,
    afterwards: (requests) => {
      assertOneConnection(requests);
      const lists = requests.filter(({ path }) => path.startsWith("/api/runs?"));
      assert.ok(lists.length <= 2 * tabCount + 2, `the list was read ${lists.length} times`);
    },
  },
  async (stage, page) => {
    const id = await run(page);
    await waitForText(page, 20);
    while (stage.pages.length < tabCount) await stage.open(page.url());
    for (const tab of stage.pages) await waitForText(tab, 20);
    assert.equal(await status(page).getAttribute("data-status"), "running");

    // More than the six connections that a browser allows to a server would stand still here.
    const last = stage.pages.at(-1);
    await openFile(last, "tools.tac");
    await last.locator(".cm-content").getByText("tool(").first().waitFor();
    await stage.ide.request(`/api/runs/${id}/cancel`, { method: "POST", body: "{}" });
    for (const tab of stage.pages) await waitForStatus(tab, "cancelled");
    const text = letters(textOf(await stage.ide.log(id)));
    for (const tab of stage.pages) assert.equal(letters(await shownText(tab)), text);
  },
);

scenario(
  "tabs: a hidden one gets nothing, and all of it when it is shown",
  { provider: { "generate-tokens": 700, pace: 60 }, afterwards: assertOneConnection },
  async (stage, page) => {
    const id = await run(page);
    const hidden = await stage.open(page.url());
    await waitForText(hidden, 20);
    await setHidden(hidden, true);
    // What was under way when it was hidden is shown once no more comes.
    let before = -1;
    await until("the hidden tab stands still while the other goes on", async () => {
      const [now, seen] = [await chars(hidden), await chars(page)];
      await waitForText(page, seen + 60);
      const stands = now === before && (await chars(hidden)) === now;
      before = now;
      return stands;
    });
    assert.ok((await chars(page)) > before + 60);
    await waitForStatus(page, "completed");
    assert.equal(await chars(hidden), before);
    await setHidden(hidden, false);
    await waitForStatus(hidden, "completed");
    const text = letters(textOf(await stage.ide.log(id)));
    for (const tab of [page, hidden]) assert.equal(letters(await shownText(tab)), text);
  },
);

scenario("tabs: a hidden one still tells that its run needs an answer", {}, async (stage, page) => {
  const asks = `main = procedure("main", {}, function()
  Sleep(4)
  return { go = Human.approve{ message = "Go on?" } }
end)
`;
  stage.ide.write("ask.tac", asks);
  await page.reload();
  await openFile(page, "ask.tac");
  await run(page);
  await setHidden(page, true);
  await page.waitForFunction(() => document.title.startsWith("(1) "));
  assert.equal(await page.getByTestId("hitl").count(), 0, "its log was not read");
  await setHidden(page, false);
  await page.getByTestId("hitl").waitFor();
  await page.waitForFunction(() => document.title.startsWith("(1) "));
});

let left = "";
scenario(
  "tabs: one that is closed takes its run off the connection, and runs from elsewhere appear",
  {
    provider: { "generate-tokens": 4000, pace: 40 },
    afterwards: (requests) => {
      assertOneConnection(requests);
      const [first, last] = [streams(requests).at(0), streams(requests).at(-1)];
      assert.notEqual(first, last);
      assert.ok(!last.path.includes(left), last.path);
    },
  },
  async (stage, page) => {
    const other = await stage.open();
    left = await run(other);
    await waitForText(other, 20);
    const request = { method: "POST", body: '{"path":"streaming-test.tac"}' };
    const started = await (await stage.ide.request("/api/runs", request)).json();
    const row = page.locator(`[data-run-id="${started.run_id}"]`);
    await row.and(page.locator("[data-status=running]")).waitFor();
    await row.click();
    await waitForText(page, 20);
    assert.equal(runId(page), started.run_id);
    await other.close();
    stage.pages.pop();
    const seen = await chars(page);
    await waitForText(page, seen + 400);
    await stage.ide.request(`/api/runs/${started.run_id}/cancel`, { method: "POST", body: "{}" });
    await row.and(page.locator("[data-status=cancelled]")).waitFor();
  },
);

scenario(
  "tabs: without shared workers a tab has a connection of its own, but not while it is hidden",
  {
    provider: { "generate-tokens": 600, pace: 60 },
    afterwards: (requests) => {
      const all = streams(requests);
      assert.equal(mostAtOnce(all), 1, JSON.stringify(all));
      const pauses = all.slice(1).map(({ beginMs }, at) => beginMs - all[at].endMs);
      assert.ok(Math.max(...pauses) > 2000, `pauses of ${pauses} ms`);
    },
  },
  async (stage, first) => {
    await stage.context.addInitScript(() => Reflect.deleteProperty(window, "SharedWorker"));
    await first.close();
    stage.pages.pop();
    const page = await stage.open();
    const id = await run(page);
    await waitForText(page, 20);
    await setHidden(page, true);
    await until(
      "the run has ended",
      async () => (await stage.ide.runs())[0].status === "completed",
    );
    assert.equal(await status(page).getAttribute("data-status"), "running");
    await setHidden(page, false);
    await waitForStatus(page, "completed");
    assert.equal(letters(await shownText(page)), letters(textOf(await stage.ide.log(id))));
  },
);
