/** The main act: a run is started and its text flows in, wherever and however often it is watched. */
import assert from "node:assert/strict";
import { scenario, until } from "./harness.mjs";
import { textOf } from "./processes.mjs";
import {
  letters,
  recordedFrames,
  recordFrames,
  run,
  runId,
  shownText,
  waitForStatus,
  waitForText,
} from "./ui.mjs";

const firstTokenMs = 2000;
const storyProvider = { pace: 40, fault: `slow:seconds=${firstTokenMs / 1000}` };

/** The text on screen, as written, must be the log's: nothing lost, nothing doubled. */
async function assertTextOfLog(page, ide, id) {
  const written = textOf(await ide.log(id));
  assert.ok(written.length > 400, "the log has a story");
  assert.equal(letters(await shownText(page)), letters(written), "rendered");
  await page.getByTestId("message-text").last().hover();
  await page.getByRole("button", { name: "Show as written" }).last().click();
  assert.equal(await shownText(page), written, "as written");
}

scenario(
  "run: waiting at once, text in many paints, then the metrics",
  { provider: storyProvider },
  async ({ ide }, page) => {
    await page.getByTestId("tab-streaming-test.tac").waitFor();
    await recordFrames(page);
    const id = await run(page);
    await waitForStatus(page, "completed");
    const line = await page.getByTestId("metrics").innerText();
    assert.match(line, /\$0\.\d+/, "cost");
    assert.match(line, /\d+ in \/ \d+ out/, "tokens");
    assert.match(line, /\d\.\d s/, "duration");
    assert.match(line, /first token [2-9]\.\d s/, "time to first token");

    const { pressedMs, frames } = await recordedFrames(page);
    const waiting = frames.find((frame) => frame.waiting);
    // At once is a frame or two; the margin is for a browser that starts on a busy machine.
    assert.ok(waiting.atMs - pressedMs < firstTokenMs, `after ${waiting.atMs - pressedMs} ms`);
    assert.equal(waiting.chars, 0, "waiting comes before the text");
    const growing = frames.filter((frame) => frame.streaming);
    const lengths = new Set(growing.map((frame) => frame.chars));
    assert.ok(lengths.size >= 10, `${lengths.size} different lengths were painted`);
    for (const [index, frame] of growing.entries()) {
      assert.ok(index === 0 || frame.chars >= growing[index - 1].chars, "text never shrinks");
    }
    const first = growing[0];
    assert.ok(growing.at(-1).atMs - first.atMs > 1000, "the text takes its time");
    assert.ok(!growing.some((frame) => frame.metrics), "no metrics before the end");
    assert.ok(frames.at(-1).metrics && !frames.at(-1).streaming && !frames.at(-1).waiting);
    await page.getByTestId("summary").waitFor();
    await assertTextOfLog(page, ide, id);
  },
);

scenario(
  "run: the offline demo model needs no provider and says what it is",
  {},
  async ({ ide }, page) => {
    await page.getByTestId("tab-streaming-test.tac").waitFor();
    assert.match(await page.getByTestId("demo-badge").innerText(), /Offline demo model/);
    await recordFrames(page);
    const id = await run(page);
    await waitForStatus(page, "completed");
    const { frames } = await recordedFrames(page);
    assert.ok(new Set(frames.map((frame) => frame.chars)).size >= 10);
    assert.match(await shownText(page), /offline demo model/);
    assert.match(
      await page.getByTestId("metrics").innerText(),
      /\$0.*in \/.*out.* s.*first token/s,
    );
    await assertTextOfLog(page, ide, id);
  },
);

scenario(
  "stop: mid-stream the partial stays, and the upstream's end is told",
  { provider: { pace: 20 } },
  async ({ ide }, page) => {
    await recordFrames(page);
    const id = await run(page);
    await waitForText(page, 80);
    await page.getByTestId("stop").click();
    await waitForStatus(page, "cancelled");
    const text = await page.getByTestId("run-status").innerText();
    assert.match(text, /^Stopping… → upstream closed \((< 1 ms|\d+ ms|1\.\d s)\) → stopped$/);
    const { frames } = await recordedFrames(page);
    assert.ok(
      frames.some((frame) => /Stopping/.test(frame.status ?? "")),
      "stopping was shown",
    );
    const partial = textOf(await ide.log(id));
    assert.ok(partial.length >= 80);
    assert.equal(letters(await shownText(page)), letters(partial));
    assert.match(await page.getByTestId("turn").innerText(), /stopped/);
    assert.match(await page.getByTestId("metrics").innerText(), /\d+ out/);
    await page.getByTestId("run").waitFor();
    await page.reload();
    await waitForStatus(page, "cancelled");
    assert.equal(letters(await shownText(page)), letters(partial), "after a reload");
  },
);

scenario(
  "stop: before the first token",
  { provider: { fault: "slow:seconds=30" } },
  async (_, page) => {
    await run(page);
    await page.getByTestId("turn-waiting").waitFor();
    await page.getByTestId("stop").click();
    await waitForStatus(page, "cancelled", { timeout: 5000 });
    assert.equal(await page.getByTestId("turn-waiting").count(), 0);
  },
);

scenario(
  "reload: mid-stream nothing is lost and nothing doubled",
  { provider: { pace: 30 } },
  async ({ ide }, page) => {
    const id = await run(page);
    for (const chars of [60, 250, 500]) {
      await waitForText(page, chars);
      await page.reload();
      await waitForText(page, chars);
      assert.equal(runId(page), id);
      assert.equal(await page.getByTestId("message-text").count(), 1);
    }
    await page.getByTestId("stop").waitFor();
    await waitForStatus(page, "completed");
    await assertTextOfLog(page, ide, id);
  },
);

scenario(
  "two tabs: the same run live in both, equal at the end",
  { provider: { pace: 30 } },
  async (stage, page) => {
    const id = await run(page);
    await waitForText(page, 60);
    const other = await stage.open(page.url());
    await waitForText(other, 60);
    const early = (await shownText(other)).length;
    await waitForText(other, early + 60);
    await page.bringToFront();
    await waitForStatus(page, "running");
    for (const tab of [page, other]) {
      await tab.bringToFront();
      await waitForStatus(tab, "completed");
      await tab.getByTestId("summary").waitFor();
    }
    const shown = (tab) => tab.getByRole("log").innerText();
    assert.equal(await shown(other), await shown(page));
    for (const tab of [page, other]) await assertTextOfLog(tab, stage.ide, id);
  },
);

scenario(
  "crash: a killed server's run is listed as interrupted, with its text",
  { provider: { pace: 20 } },
  async (stage, page) => {
    stage.expectComplaint(
      /ERR_(CONNECTION|INCOMPLETE_CHUNKED|EMPTY_RESPONSE)|401 \(Unauthorized\)/,
    );
    const { ide } = stage;
    const id = await run(page);
    await waitForText(page, 150);
    const before = letters(await shownText(page));
    await ide.kill();
    await page.getByText("Server away, trying again").waitFor();
    await ide.restart();
    await page.reload();
    await waitForStatus(page, "interrupted");
    const kept = textOf(await ide.log(id));
    assert.equal(letters(await shownText(page)), letters(kept));
    assert.ok(letters(kept).startsWith(before.slice(0, 60)), "the text so far");
    const row = page.locator(`[data-run-id="${id}"]`);
    await until(
      "listed as interrupted",
      async () => (await row.getAttribute("data-status")) === "interrupted",
    );
    await page.getByTestId("run").waitFor();
  },
);
