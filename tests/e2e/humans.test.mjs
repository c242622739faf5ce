/** Requests to humans in the browser: answered in one tab, seen in all, kept through everything. */
import assert from "node:assert/strict";
import { assertAccessible, scenario, until } from "./harness.mjs";
import { openFile, run, runId, status, waitForStatus } from "./ui.mjs";

const program = (body) => `main = procedure("main", {}, function()\n${body}\nend)\n`;

/** Puts a procedure with this body into the workspace and runs it. */
async function start(stage, page, body) {
  stage.ide.write("ask.tac", program(body));
  await page.reload();
  await openFile(page, "ask.tac");
  return run(page);
}

const card = (page) => page.getByTestId("hitl").last();
const stateOf = (page) => card(page).getAttribute("data-state");
const waits = (page) => page.locator('[data-testid=hitl][data-state="open"]').waitFor();

scenario("approval: answered in one tab, settled in the other", {}, async (stage, page) => {
  await start(
    stage,
    page,
    `  local yes = Human.approve({ message = "Pay now?", context = { total = 12 } })
  return { yes = yes }`,
  );
  await waits(page);
  await until("the title tells", async () => (await page.title()).startsWith("(1) "));
  await page.getByTestId("hitl-pending").getByText("Pay now?").waitFor();
  const other = await stage.open(page.url());
  await waits(other);
  await other.getByTestId("hitl-approve").click();
  for (const tab of [other, page]) {
    await tab.bringToFront();
    await waitForStatus(tab, "completed");
    assert.equal(await stateOf(tab), "answered");
    await card(tab).getByText("Approved").waitFor();
    await until("the title is quiet", async () => !(await tab.title()).startsWith("("));
  }
});

scenario("input: typed, kept over a reload, sent with the keyboard", {}, async (stage, page) => {
  await start(
    stage,
    page,
    `  return { n = Human.input({ message = "How many?", input_type = "integer", required = true }) }`,
  );
  await waits(page);
  const id = runId(page);
  await page.getByTestId("hitl-pending").getByRole("button", { name: "Answer" }).click();
  await page.keyboard.type("a dozen");
  await page.keyboard.press("Control+Enter");
  await card(page).getByText("Write a whole number").waitFor();
  await page.reload();
  await waits(page);
  assert.equal(await page.getByTestId("hitl-input").inputValue(), "a dozen");
  await page.getByTestId("hitl-input").fill("12");
  await page.keyboard.press("Escape");
  assert.notEqual(await status(page).getAttribute("data-status"), "cancelled");
  await page.keyboard.press("Control+Enter");
  await waitForStatus(page, "completed");
  assert.equal(runId(page), id, "the keys that answer did not start another run");
  await page.getByTestId("summary").getByText("12").first().waitFor();
});

scenario("review: the artifact is edited, compared and passed on", {}, async (stage, page) => {
  await start(
    stage,
    page,
    `  local r = Human.review({ message = "Fine?", artifact = "one\\ntwo\\nthree", artifact_type = "list",
    options = { { label = "Send", type = "action" }, { label = "Drop", type = "cancel" } } })
  return { decision = r.decision, text = r.edited_artifact, feedback = r.feedback }`,
  );
  await waits(page);
  await card(page).getByLabel("List").fill("one\n2\nthree");
  await card(page).getByLabel("Feedback").fill("Digits.");
  await card(page).getByRole("button", { name: "Show changes" }).click();
  await card(page).getByText("1 line added, 1 line removed").waitFor();
  await card(page).getByRole("button", { name: "Send" }).click();
  await waitForStatus(page, "completed");
  const summary = await page.getByTestId("summary").innerText();
  assert.match(summary, /Digits\./);
  assert.match(summary, /one\s+2\s+three/);
});

scenario("kill -9 while it waits: the answer takes the run up again", {}, async (stage, page) => {
  stage.expectComplaint(/ERR_(CONNECTION|INCOMPLETE_CHUNKED|EMPTY_RESPONSE)|401 \(Unauthorized\)/);
  const id = await start(
    stage,
    page,
    `  local first = Human.input({ message = "Your name?" })
  return { greeting = "Hello " .. first }`,
  );
  await waits(page);
  await page.getByTestId("hitl-input").fill("Ada");
  await stage.ide.kill();
  await page.getByText("Server away, trying again").waitFor();
  await stage.ide.restart();
  await page.reload();
  await waits(page);
  await waitForStatus(page, "waiting_for_human");
  assert.equal(await page.getByTestId("hitl-input").inputValue(), "Ada");
  await page.getByTestId("hitl-send").click();
  await waitForStatus(page, "completed");
  await page.getByTestId("generation").getByText("generation 2").waitFor();
  await page.getByTestId("summary").getByText("Hello Ada").waitFor();
  assert.equal((await stage.ide.runs()).find((one) => one.run_id === id).generation, 2);
});

scenario("another file can be run while this one waits", {}, async (stage, page) => {
  await start(stage, page, `  return Human.approve({ message = "Wait here." })`);
  await waits(page);
  assert.equal(await page.getByTestId("run").count(), 0);
  await openFile(page, "structured-output.tac");
  const second = await run(page);
  await waitForStatus(page, "completed");
  const row = page.locator('[data-testid=run-row] [data-status="waiting_for_human"]');
  await row.waitFor();
  await until("the title counts the other run", async () =>
    (await page.title()).startsWith("(1) "),
  );
  await row.click();
  await waits(page);
  assert.notEqual(runId(page), second);
  await page.getByTestId("hitl-deny").click();
  await waitForStatus(page, "completed");
});

for (const colorScheme of ["light", "dark"]) {
  scenario(`axe, ${colorScheme}: requests`, { browser: { colorScheme } }, async (stage, page) => {
    await start(
      stage,
      page,
      `  Human.notify({ message = "Careful.", level = "warning" })
  Human.approve({ message = "Go?", context = { code = "if a then\\n  b()\\nend", n = 2 } })
  Human.review({ message = "Read this.", artifact = "one\\ntwo", artifact_type = "text" })
  Human.input({ message = "Sure?", input_type = "boolean" })
  Human.escalate({ message = "Call them." })`,
    );
    await waits(page);
    await assertAccessible(page, "approval");
    await page.getByTestId("hitl-approve").click();
    await page.locator('[data-kind=review][data-state="open"]').waitFor();
    await card(page).getByLabel("Text").fill("one\n2");
    await card(page).getByRole("button", { name: "Show changes" }).click();
    await assertAccessible(page, "review");
    await card(page).getByRole("button", { name: "Approve" }).click();
    await page.locator('[data-kind=input][data-state="open"]').waitFor();
    await assertAccessible(page, "input");
    await card(page).getByLabel("Yes").check();
    await page.getByTestId("hitl-send").click();
    await page.locator('[data-kind=escalation][data-state="open"]').waitFor();
    await assertAccessible(page, "escalation");
    await page.getByTestId("hitl-resolve").click();
    await waitForStatus(page, "completed");
    await assertAccessible(page, "answered");
  });
}
