/** Whatever goes wrong is told once, with a code, a place and what to do. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { scenario, until } from "./harness.mjs";
import { openFile, run, shownText, waitForStatus } from "./ui.mjs";

/** The editor's cursor as the status line tells it. */
const cursor = (page) => page.getByText(/^Ln \d+, Col \d+$/).innerText();

async function replaceText(page, text) {
  await page.locator(".cm-content").click();
  await page.keyboard.press("Control+A");
  await page.keyboard.insertText(text);
}

scenario(
  "provider error: a refused key is told with its code and hint",
  { provider: { fault: "401" } },
  async (_, page) => {
    await run(page);
    await waitForStatus(page, "failed");
    const error = page.getByTestId("error");
    assert.equal(await error.count(), 1, "told once");
    assert.match(await error.innerText(), /HTTP 401[\s\S]*TAC-PROVIDER-AUTH/);
    assert.match(await page.getByTestId("error-hint").innerText(), /OPENAI_API_KEY/);
    await error.getByRole("button", { name: "streaming-test.tac:5" }).click();
    await until("the cursor is at the agent", async () => (await cursor(page)).startsWith("Ln 5,"));
  },
);

scenario(
  "provider error: a failing server is tried again, then told with its hint",
  { provider: { fault: "500" } },
  async (_, page) => {
    await run(page);
    await waitForStatus(page, "failed");
    assert.equal(await page.getByTestId("superseded").count(), 2, "two attempts were superseded");
    const error = page.getByTestId("error");
    assert.equal(await error.count(), 1, "told once");
    assert.match(await error.innerText(), /HTTP 500[\s\S]*TAC-PROVIDER-UNAVAILABLE/);
    assert.match(await page.getByTestId("error-hint").innerText(), /\w+/);
  },
);

scenario(
  "provider error: a stream that breaks off keeps its text and is no success",
  { provider: { pace: 100, fault: "error:after=30" } },
  async (_, page) => {
    await run(page);
    await waitForStatus(page, "failed");
    assert.ok((await shownText(page)).length > 60, "the text so far stays");
    assert.match(await page.getByTestId("error").innerText(), /TAC-PROVIDER-/);
  },
);

scenario(
  "syntax error: listed with its line while typing, and a click goes there",
  {},
  async (stage, page) => {
    stage.expectComplaint(/422 \(Unprocessable Entity\)/);
    await replaceText(page, 'Log.info("fine")\n\nlocal x = = 3\n');
    await page.keyboard.press("Control+Home");
    await page.getByRole("button", { name: "Errors:" }).click();
    const problem = page.getByTestId("problems").getByRole("button").first();
    assert.match(await problem.innerText(), /TAC-SYNTAX|TAC-/);
    assert.match(await problem.innerText(), /streaming-test\.tac:3/);
    await problem.click();
    await until("the cursor is at the error", async () => (await cursor(page)).startsWith("Ln 3,"));
    await page.keyboard.press("Control+Home");
    await page.getByTestId("run").click();
    const notice = page.getByRole("button", { name: "Go to line 3" });
    await notice.waitFor();
    await notice.click();
    await until("the cursor is at the error", async () => (await cursor(page)).startsWith("Ln 3,"));
  },
);

scenario("unknown agent key: told with a code and a suggestion", {}, async (_, page) => {
  await replaceText(
    page,
    'agent("teller", {\n  sytem_prompt = "x",\n})\nmain = procedure("main", {}, function() end)\n',
  );
  await page.getByRole("button", { name: "Errors:" }).click();
  const problem = page.getByTestId("problems").getByRole("button").first();
  assert.match(await problem.innerText(), /sytem_prompt[\s\S]*system_prompt[\s\S]*TAC-[\s\S]*:2/);
});

scenario(
  "input form: defaults, choices, and what does not fit refused before and by the server",
  {},
  async (stage, page) => {
    stage.expectComplaint(/422 \(Unprocessable Entity\)/);
    await openFile(page, "inputs-and-outputs.tac");
    const input = (name) => page.getByTestId(`input-${name}`);
    await input("topic").waitFor();
    assert.equal(await input("topic").inputValue(), "rivers");
    assert.equal(await input("reader_age").inputValue(), "12");
    assert.equal(await input("with_word_count").isChecked(), true);
    const choices = await input("style").locator("option").allInnerTexts();
    assert.deepEqual(choices, ["explanation", "poem", "list"]);

    await input("reader_age").fill("old");
    await page.getByTestId("run").click();
    await page.locator('[data-testid="input-reader_age"][aria-invalid="true"]').waitFor();
    assert.equal(await page.getByTestId("runs-list").getByRole("listitem").count(), 0);

    await input("reader_age").fill("3");
    await page.getByText("Write a number from 6 to 99.").waitFor();

    await input("reader_age").fill("30");
    await input("topic").fill("tides");
    await input("style").selectOption("list");
    await run(page);
    await waitForStatus(page, "completed");
    const summary = await page.getByTestId("summary").innerText();
    assert.match(summary, /style\s+list/);
    assert.equal(await page.getByText("TAC-INPUT").count(), 0, "the refusal is gone");

    // What only the server knows: the form has no idea of patterns.
    const input_of = '{ input = { word = { type = "string", pattern = "^a" } } }';
    stage.ide.write("picky.tac", `main = procedure("main", ${input_of}, function() end)\n`);
    await page.reload();
    await openFile(page, "picky.tac");
    await input("word").fill("bee");
    await page.getByTestId("run").click();
    await page.getByText("TAC-INPUT").waitFor();
    const said = await page.getByRole("region", { name: "Run", exact: true }).innerText();
    assert.match(said, /word/);
  },
);

scenario("not UTF-8: a file that cannot be shown says so", {}, async (stage, page) => {
  stage.expectComplaint(/422 \(Unprocessable Entity\)/);
  writeFileSync(
    join(stage.ide.workspace, "latin.tac"),
    Buffer.from([0x2d, 0x2d, 0x20, 0xe9, 0x0a]),
  );
  await page.reload();
  await openFile(page, "latin.tac");
  await page.getByText("This file cannot be shown").waitFor();
  const pane = await page.getByRole("region", { name: "Editor" }).innerText();
  assert.match(pane, /latin\.tac.*not UTF-8/);
  assert.match(pane, /save it as UTF-8/);
});

scenario("an unknown run in the address is told, and the rest works", {}, async (stage, page) => {
  stage.expectComplaint(/404 \(Not Found\)/);
  await page.goto(`${stage.ide.origin}/#run=run_unknown`);
  await page.reload();
  await waitForStatus(page, "unavailable");
  await page.getByText(/no run 'run_unknown'/).waitFor();
  await run(page);
  await waitForStatus(page, "running");
});
