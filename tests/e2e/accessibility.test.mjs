/** No serious or critical finding of axe in any state, light and dark. */

import { assertAccessible, scenario } from "./harness.mjs";
import { openFile, run, waitForStatus, waitForText } from "./ui.mjs";

for (const colorScheme of ["light", "dark"]) {
  const browser = { colorScheme };

  scenario(
    `axe, ${colorScheme}: idle, waiting, streaming, done, structured output, palette`,
    { browser, provider: { pace: 60, fault: "slow:seconds=1.5" } },
    async (_, page) => {
      await assertAccessible(page, "idle");
      await run(page);
      await page.getByTestId("turn-waiting").waitFor();
      await assertAccessible(page, "waiting");
      await waitForText(page, 60);
      await assertAccessible(page, "streaming");
      await waitForStatus(page, "completed");
      await page.getByTestId("metrics").getByRole("button").click();
      await assertAccessible(page, "done");
      await openFile(page, "structured-output.tac");
      await page.getByTestId("input-wish").waitFor();
      await run(page);
      await waitForStatus(page, "completed");
      await assertAccessible(page, "structured output");
      await page.keyboard.press("Control+K");
      await page.getByTestId("palette").waitFor();
      await assertAccessible(page, "palette");
    },
  );

  scenario(
    `axe, ${colorScheme}: errors, problems, tools, narrow panes`,
    { browser, provider: { fault: "401:times=1", pace: 200 } },
    async (_, page) => {
      await run(page);
      await waitForStatus(page, "failed");
      await assertAccessible(page, "error");
      await openFile(page, "tools.tac");
      await page.getByTestId("input-width").waitFor();
      await page.getByTestId("input-width").fill("wide");
      await page.getByTestId("run").click();
      await page.locator('[aria-invalid="true"]').first().waitFor();
      await assertAccessible(page, "refused input");
      await page.getByTestId("input-width").fill("3");
      await run(page);
      await waitForStatus(page, "completed");
      await page.getByTestId("tool-call").first().getByRole("button").first().click();
      await assertAccessible(page, "tools");
      await page.locator(".cm-content").click();
      await page.keyboard.press("Control+End");
      await page.keyboard.insertText("\nlocal x = = 1\n");
      await page.getByRole("button", { name: /Errors:/ }).click();
      await page.getByTestId("problems").getByRole("button").first().waitFor();
      await assertAccessible(page, "problems");
      await page.setViewportSize({ width: 390, height: 844 });
      for (const name of ["files", "runs", "problems", "editor", "transcript"]) {
        await page.getByTestId(`pane-switch-${name}`).click();
        await assertAccessible(page, `narrow ${name}`);
      }
    },
  );
}
