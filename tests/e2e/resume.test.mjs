/** A run that ended too early is taken up again from the browser. */
import assert from "node:assert/strict";
import { assertAccessible, scenario } from "./harness.mjs";
import { openFile, run, runId, waitForStatus } from "./ui.mjs";

const program = (body) => `main = procedure("main", {}, function()\n${body}\nend)\n`;

scenario(
  "resume: a failed run goes on, with a changed program only when asked",
  {},
  async (stage, page) => {
    stage.expectComplaint(/409 \(Conflict\)/);
    stage.ide.write("luck.tac", program('  error("no luck")'));
    await page.reload();
    await openFile(page, "luck.tac");
    const id = await run(page);
    await waitForStatus(page, "failed");
    const other = await stage.open(page.url());
    await waitForStatus(other, "failed");
    stage.ide.write("luck.tac", program("  return { luck = 7 }"));

    await page.bringToFront();
    await page.getByTestId("resume").click();
    await page.getByTestId("ask").getByText("luck.tac").waitFor();
    await assertAccessible(page, "changed program");
    await page.getByTestId("answer-anyway").click();
    for (const tab of [page, other]) {
      await tab.bringToFront();
      await tab.getByTestId("generation").getByText("generation 2").waitFor();
      await waitForStatus(tab, "completed");
      await tab.getByTestId("generation").getByText("no luck").waitFor();
      await tab.getByTestId("summary").getByText("7").waitFor();
      assert.equal(runId(tab), id);
    }
    await assertAccessible(page, "resumed");
    await page.reload();
    await waitForStatus(page, "completed");
    assert.equal(await page.getByTestId("generation").count(), 1);
    assert.equal(await page.getByTestId("resume").count(), 0);
  },
);
