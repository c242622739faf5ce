/** Beyond plain text: tools, structured output, logs, several agents, and the history of runs. */
import assert from "node:assert/strict";
import { scenario, until } from "./harness.mjs";
import { openFile, run, runId, shownText, waitForStatus, waitForText } from "./ui.mjs";

const quick = { ide: { demoRate: 200 } };

scenario(
  "structured output: the validated result, as fields and as JSON",
  quick,
  async ({ ide }, page) => {
    await openFile(page, "structured-output.tac");
    await page.getByTestId("input-wish").waitFor();
    const id = await run(page);
    await waitForStatus(page, "completed");
    const output = page.locator('[data-testid=output][data-final="true"]');
    assert.match(await output.innerText(), /validated[\s\S]*city\s+Kyoto[\s\S]*days\s+3/);
    await output.getByRole("button", { name: "JSON", exact: true }).click();
    const shown = JSON.parse(await output.locator("pre").innerText());
    const { output: validated } = (await ide.log(id)).find(
      (event) => event.event_type === "agent_output",
    );
    assert.deepEqual(shown, validated);
  },
);

scenario(
  "tools: a card for each call, with arguments, result and duration",
  quick,
  async (_, page) => {
    await openFile(page, "tools.tac");
    await page.getByTestId("input-width").waitFor();
    await run(page);
    await waitForStatus(page, "completed");
    const cards = page.getByTestId("tool-call");
    assert.equal(await cards.count(), 2);
    const area = cards.first();
    assert.equal(await area.getAttribute("data-stage"), "completed");
    assert.match(await area.innerText(), /area[\s\S]*14 square metres[\s\S]*(ms|s)$/);
    await area.getByRole("button").first().click();
    assert.match(await area.innerText(), /Arguments[\s\S]*Result[\s\S]*14 square metres/);
    assert.match(await cards.last().innerText(), /^done/);
  },
);

scenario("several agents: a turn and a metrics line for each", quick, async (_, page) => {
  await openFile(page, "several-agents.tac");
  await page.getByTestId("procedure").waitFor();
  await run(page);
  await waitForStatus(page, "completed");
  const turns = await page.getByTestId("turn").count();
  assert.ok(turns >= 2, `${turns} turns`);
  assert.equal(await page.getByTestId("metrics").count(), turns);
});

scenario("logs and state: shown in order, the summary at the end", quick, async (_, page) => {
  await openFile(page, "state-and-logs.tac");
  await page.getByTestId("procedure").waitFor();
  await run(page);
  await waitForStatus(page, "completed");
  await page.getByRole("list", { name: "Changes of state" }).first().waitFor();
  await page.getByTestId("summary").getByRole("button", { name: "Final state" }).waitFor();
});

scenario(
  "history: an earlier run is opened again, and a stopped one says so",
  quick,
  async (_, page) => {
    const first = await run(page);
    await waitForStatus(page, "completed");
    const text = await shownText(page);
    const second = await run(page);
    await waitForStatus(page, "completed");
    await page.locator(`[data-run-id="${first}"]`).click();
    await until("the first run is on screen", () => runId(page) === first);
    await waitForStatus(page, "completed");
    assert.equal(await shownText(page), text);
    const status = (id) => page.locator(`[data-run-id="${id}"]`).getAttribute("data-status");
    await until("both are listed as completed", async () =>
      [await status(first), await status(second)].every((value) => value === "completed"),
    );
  },
);

scenario(
  "follow: scrolling up stops it, the button leads back",
  { provider: { pace: 60 }, browser: { viewport: { width: 1000, height: 420 } } },
  async (_, page) => {
    await run(page);
    await waitForText(page, 500);
    const log = page.getByRole("log");
    const fromEnd = () => log.evaluate((e) => e.scrollHeight - e.clientHeight - e.scrollTop);
    await until("the end is in view", async () => (await fromEnd()) <= 4);
    await log.hover();
    await page.mouse.wheel(0, -200);
    await page.getByTestId("follow-button").waitFor();
    const top = await log.evaluate((e) => e.scrollTop);
    const length = (await shownText(page)).length;
    await waitForText(page, length + 60);
    assert.equal(await log.evaluate((e) => e.scrollTop), top, "the position is not stolen");
    await page.getByTestId("follow-button").click();
    await until("the end is in view again", async () => (await fromEnd()) <= 4);
  },
);

scenario(
  "a narrow screen: everything within reach, one pane at a time",
  { ...quick, browser: { viewport: { width: 390, height: 844 }, hasTouch: true } },
  async (_, page) => {
    await page.getByTestId("run").tap();
    await waitForStatus(page, "completed");
    for (const name of ["files", "runs", "problems", "editor", "transcript"]) {
      await page.getByTestId(`pane-switch-${name}`).tap();
      await page.locator(`[data-testid=pane-switch-${name}][aria-current=page]`).waitFor();
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wide <= 0, `${name} is ${wide} px too wide`);
    }
  },
);
