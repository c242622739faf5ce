/** Structured output while it arrives: fields fill in, and nothing that is shown moves. */
import assert from "node:assert/strict";
import { scenario, until } from "./harness.mjs";
import { openFile, run, waitForStatus } from "./ui.mjs";

const calm = { ide: { demoRate: 40 } };

/** From now on, each frame: where every field of the first output stands, and what it says. */
async function watchFields(page) {
  await page.evaluate(() => {
    window.seenFields = { frames: 0, texts: {}, places: {}, moved: [] };
    const look = () => {
      const panel = document.querySelector("[data-testid=output]");
      if (panel !== null) {
        const { frames, texts, places, moved } = window.seenFields;
        window.seenFields.frames = frames + 1;
        const origin = panel.getBoundingClientRect();
        for (const row of panel.querySelectorAll("[data-field]")) {
          const path = row.dataset.field;
          const at = row.getBoundingClientRect();
          const value = row.nextElementSibling.getBoundingClientRect();
          const place = [at.left - origin.left, at.top - origin.top, value.left - origin.left]
            .map(Math.round)
            .join();
          places[path] ??= place;
          if (places[path] !== place) moved.push(`${path}: ${places[path]} → ${place}`);
          const text = row.nextElementSibling.textContent;
          texts[path] ??= [];
          if (texts[path].at(-1) !== text) texts[path].push(text);
        }
      }
      requestAnimationFrame(look);
    };
    look();
  });
  return () => page.evaluate(() => window.seenFields);
}

async function runAndWatch(page) {
  await openFile(page, "live-fields.tac");
  await page.getByTestId("input-book").waitFor();
  const seen = await watchFields(page);
  await run(page);
  return seen;
}

scenario(
  "structured output: fields fill in in place, then the whole is validated",
  calm,
  async ({ ide }, page) => {
    const seen = await runAndWatch(page);
    const provisional = page.locator('[data-testid=output][data-final="false"]');
    await provisional.first().waitFor();
    await until(
      "a field is being written",
      async () => (await provisional.locator("[data-state=open]").count()) > 0,
    );
    await waitForStatus(page, "completed");
    const { texts, moved, frames } = await seen();
    assert.ok(frames > 10, `${frames} frames`);
    assert.deepEqual(moved, []);
    const summary = texts["/summary"];
    assert.ok(summary.length > 3, `the summary was seen as ${summary.length} texts`);
    for (const [before, after] of summary.slice(1).map((text, i) => [summary[i], text])) {
      assert.ok(after.startsWith(before), `"${before}" became "${after}"`);
    }
    const finals = page.locator('[data-testid=output][data-final="true"]');
    assert.equal(await finals.count(), 2);
    assert.match(await finals.first().innerText(), /Result\s+validated/);
    assert.equal(await finals.first().locator("[data-field][data-state]").count(), 0);
  },
);

scenario(
  "structured output: a reply that cannot become valid is folded away with its fields",
  calm,
  async ({ ide }, page) => {
    await openFile(page, "live-fields.tac");
    await page.getByTestId("input-book").waitFor();
    const id = await run(page);
    await waitForStatus(page, "completed");
    const superseded = page.getByTestId("superseded");
    assert.match(
      await superseded.innerText(),
      /Attempt 1 failed: .*grade: expected integer, got string/,
    );
    await superseded.getByRole("button").first().click();
    const refused = superseded.getByTestId("output");
    assert.match(await refused.innerText(), /Not valid[\s\S]*grade[\s\S]*not valid/);
    const log = await ide.log(id);
    const given = log.filter(
      (event) => event.event_type === "agent_output_delta" && event.valid === false,
    );
    assert.deepEqual(
      given.map((event) => event.path),
      ["/grade"],
    );
  },
);

for (const scheme of ["light", "dark"]) {
  for (const width of [1440, 390]) {
    scenario(`structured output: ${scheme}, ${width} px`, calm, async (_, page) => {
      await page.emulateMedia({ colorScheme: scheme });
      await openFile(page, "live-fields.tac");
      await page.getByTestId("input-book").waitFor();
      await page.setViewportSize({ width, height: 900 });
      const seen = await watchFields(page);
      await run(page);
      if (width < 900) await page.getByTestId("pane-switch-transcript").click();
      await waitForStatus(page, "completed");
      assert.deepEqual((await seen()).moved, []);
      const overflow = await page.evaluate(() => {
        const panel = document.querySelector("[data-testid=output]");
        return panel === null ? -1 : panel.scrollWidth - panel.clientWidth;
      });
      assert.ok(overflow <= 0, `${overflow} px stick out`);
    });
  }
}
