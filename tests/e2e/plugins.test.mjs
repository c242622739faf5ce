/** Plugins that only a program names: the person at the browser is asked. */
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { assertAccessible, scenario, until } from "./harness.mjs";
import { openFile, run, runId, waitForStatus } from "./ui.mjs";

const plugin = (factor) =>
  `return { { name = "times", parameters = { n = "number" }, handler = function(args) return args.n * ${factor} end } }\n`;
const program = `toolset("own", { type = "plugin", paths = { "tools" } })
main = procedure("main", {}, function()
  local n = Tools.times{ n = 4 }
  if File.exists("bad.txt") then error("bad luck") end
  return n
end)
`;

const summary = (page) => page.getByTestId("summary");

async function openProgram(stage, page) {
  stage.expectComplaint(/409 \(Conflict\)/);
  mkdirSync(join(stage.ide.workspace, "tools"));
  stage.ide.write("tools/times.lua", plugin(2));
  stage.ide.write("use.tac", program);
  await page.reload();
  await openFile(page, "use.tac");
}

/** Presses Run, answers the question, and waits for the end of the new run. */
async function runAllowed(page, choice) {
  const before = runId(page);
  await page.getByTestId("run").click();
  await page.getByTestId(`answer-${choice}`).click();
  await until("a run is on screen", () => runId(page) !== before && runId(page));
  await waitForStatus(page, "completed");
}

scenario("plugins: nothing runs until they are allowed", {}, async (stage, page) => {
  await openProgram(stage, page);
  const ask = page.getByTestId("ask");
  await page.getByTestId("run").click();
  await ask.getByText("tools/times.lua").waitFor();
  await assertAccessible(page, "asking for a plugin");
  await page.getByRole("button", { name: "Cancel" }).click();
  await ask.waitFor({ state: "detached" });
  assert.equal(runId(page), null);

  await page.getByTestId("run").click();
  await page.getByTestId("answer-look").click();
  await page.locator('[data-testid="tab-tools/times.lua"]').waitFor();
  await page.locator('[data-testid="tab-use.tac"]').click();
  assert.deepEqual(await stage.ide.runs(), []);

  for (const choice of ["once", "always"]) {
    await runAllowed(page, choice);
    await summary(page).getByText("8", { exact: true }).waitFor();
  }
  await run(page);
  await waitForStatus(page, "completed");
  assert.equal((await stage.ide.runs()).length, 3);

  stage.ide.write("tools/times.lua", plugin(3));
  await runAllowed(page, "once");
  await summary(page).getByText("12", { exact: true }).waitFor();
});

scenario("plugins: who resumes a run is asked, too", {}, async (stage, page) => {
  await openProgram(stage, page);
  stage.ide.write("bad.txt", "");
  await page.getByTestId("run").click();
  await page.getByTestId("answer-once").click();
  await waitForStatus(page, "failed");
  await page.getByTestId("resume").click();
  await page.getByTestId("answer-once").click();
  await page.getByTestId("generation").getByText("generation 2").waitFor();
  await waitForStatus(page, "failed");
});
