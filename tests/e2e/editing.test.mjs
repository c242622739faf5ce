/** Files, tabs and keys: what is written is never lost, and everything goes without a mouse. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { scenario, until } from "./harness.mjs";
import { openFile, runId, waitForStatus, waitForText } from "./ui.mjs";

const editorText = (page) => page.locator(".cm-content").innerText();

async function typeAtStart(page, text) {
  await page.locator(".cm-content").click();
  await page.keyboard.press("Control+Home");
  await page.keyboard.insertText(text);
}

scenario("save: Ctrl+S writes the file, and undo still works", {}, async ({ ide }, page) => {
  await typeAtStart(page, "-- mine\n");
  await page.keyboard.press("Control+S");
  const path = join(ide.workspace, "streaming-test.tac");
  await until("the file is written", () => readFileSync(path, "utf8").startsWith("-- mine\n"));
  await page.locator("[data-testid=save]:disabled").waitFor();
  await page.keyboard.press("Control+Z");
  await until("mine is undone", async () => !/-- mine/.test(await editorText(page)));
  await page.locator("[data-testid=save]:enabled").waitFor();
});

scenario("save conflict: the other's text is not overwritten unasked", {}, async (stage, page) => {
  stage.expectComplaint(/409 \(Conflict\)/);
  const { ide } = stage;
  const path = join(ide.workspace, "streaming-test.tac");
  await typeAtStart(page, "-- mine\n");
  ide.write("streaming-test.tac", "-- theirs\n");
  await page.keyboard.press("Control+S");
  await page.getByTestId("conflict-theirs").waitFor();
  assert.equal(readFileSync(path, "utf8"), "-- theirs\n");
  await page.getByTestId("conflict-theirs").click();
  await until("theirs is shown", async () => (await editorText(page)).startsWith("-- theirs"));
  assert.equal(await page.getByTestId("conflict-theirs").count(), 0);

  await typeAtStart(page, "-- mine again\n");
  ide.write("streaming-test.tac", "-- theirs again\n");
  await page.keyboard.press("Control+S");
  await page.getByTestId("conflict-mine").click();
  await page.getByTestId("conflict-mine").waitFor({ state: "detached" });
  await until("mine is written", () => readFileSync(path, "utf8").startsWith("-- mine again\n"));
});

scenario("unsaved text asks before its tab closes", {}, async (_, page) => {
  await typeAtStart(page, "-- mine\n");
  await page.getByRole("button", { name: /Close streaming-test/ }).click();
  await page.getByTestId("ask").waitFor();
  await page.keyboard.press("Escape");
  assert.match(await editorText(page), /-- mine/);
});

scenario(
  "files: create, rename and delete, with a tree that follows",
  {},
  async ({ ide }, page) => {
    await page.getByTestId("new-file").click();
    await page.getByTestId("ask").getByRole("textbox").fill("fresh.tac");
    await page.keyboard.press("Enter");
    await page.getByTestId("tab-fresh.tac").waitFor();
    await page.getByTestId("file-fresh.tac").click({ button: "right" });
    await page.getByTestId("menu-rename").click();
    await page.getByTestId("ask").getByRole("textbox").fill("renamed.tac");
    await page.keyboard.press("Enter");
    await page.getByTestId("tab-renamed.tac").waitFor();
    await page.getByTestId("file-renamed.tac").focus();
    await page.keyboard.press("Delete");
    await page.getByTestId("answer-yes").click();
    await page.getByTestId("file-renamed.tac").waitFor({ state: "detached" });
    assert.throws(() => readFileSync(join(ide.workspace, "renamed.tac")), /ENOENT/);
  },
);

scenario(
  "keys: run, stop, palette and files without a mouse",
  { ide: { demoRate: 20 } },
  async (_, page) => {
    await page.locator(".cm-content").focus();
    await page.keyboard.press("Control+Enter");
    await waitForText(page, 40);
    const first = runId(page);
    await page.keyboard.press("Control+.");
    await waitForStatus(page, "cancelled");
    await page.keyboard.press("Control+Enter");
    await until("a second run is on screen", () => runId(page) !== first);
    await waitForText(page, 40);
    await page.getByRole("log").focus();
    await page.keyboard.press("Escape");
    await waitForStatus(page, "cancelled");

    await page.keyboard.press("Control+K");
    await page.getByTestId("palette").waitFor();
    await page.keyboard.press("Escape");
    await page.getByTestId("palette").waitFor({ state: "detached" });
    await page.keyboard.press("Control+P");
    await page.getByTestId("palette").waitFor();
    await page.keyboard.type("tools");
    await page.keyboard.press("Enter");
    await page.getByTestId("tab-tools.tac").waitFor();
    await page.keyboard.press("Control+J");
    await page.getByTestId("problems").waitFor();
    await page.keyboard.press("Control+B");
    await page.getByTestId("file-tree").waitFor({ state: "detached" });
  },
);

scenario(
  "palette: Enter before the files have arrived opens what is found",
  {},
  async (_, page) => {
    let release;
    const held = new Promise((resolve) => {
      release = resolve;
    });
    await page.route("**/api/tree?*", async (route) => {
      await held;
      await route.continue();
    });
    await page.keyboard.press("Control+P");
    await page.getByTestId("palette").waitFor();
    await page.keyboard.type("tools");
    await page.keyboard.press("Enter");
    release();
    await page.getByTestId("tab-tools.tac").waitFor();
    await page.getByTestId("palette").waitFor({ state: "detached" });
  },
);

scenario("what was open is open again after a reload", {}, async (_, page) => {
  await openFile(page, "tools.tac");
  await page.getByTestId("theme-toggle").click();
  const theme = await page.evaluate(() => document.documentElement.dataset.theme);
  await page.reload();
  await page.getByTestId("tab-tools.tac").waitFor();
  await page.getByTestId("tab-streaming-test.tac").waitFor();
  await until("the tab is active", async () => /agent\("surveyor"/.test(await editorText(page)));
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), theme);
});
