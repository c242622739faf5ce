/** What a person does and sees in the IDE, in words. */
import assert from "node:assert/strict";
import { until } from "./harness.mjs";

export const status = (page) => page.getByTestId("run-status");

const endings = ["completed", "failed", "cancelled", "interrupted", "unavailable"];

/** Waits until the run on screen has the status; fails at once when it has ended in another way. */
export async function waitForStatus(page, value, options) {
  const matching = [value, ...endings].map((s) => `[data-testid=run-status][data-status=${s}]`);
  await page.locator(matching.join(", ")).waitFor(options);
  const said = await page.getByRole("region", { name: "Run", exact: true }).innerText();
  assert.equal(await status(page).getAttribute("data-status"), value, said);
}

export async function openFile(page, name) {
  await page.getByTestId(`file-${name}`).click();
  await page.locator(`[data-testid="tab-${name}"]`).waitFor();
}

/** Presses Run; the id of the new run. */
export async function run(page) {
  const before = runId(page);
  await page.getByTestId("run").click();
  return until("a run is on screen", () => runId(page) !== before && runId(page));
}

/** The run on screen, from the address. */
export function runId(page) {
  return new URLSearchParams(new URL(page.url()).hash.slice(1)).get("run");
}

/** All answers of the run on screen as they stand there. */
export function shownText(page) {
  return page
    .getByTestId("message-text")
    .allTextContents()
    .then((texts) => texts.join(""));
}

/** Waits until the answers have at least so many characters. */
export function waitForText(page, chars) {
  return page.waitForFunction((least) => {
    const texts = [...document.querySelectorAll("[data-testid=message-text]")];
    return texts.reduce((sum, { textContent }) => sum + textContent.length, 0) >= least;
  }, chars);
}

/** Rendering takes Markdown's marks away; the letters, in their order, must stay. */
export function letters(text) {
  return text.replace(/[^\p{L}]/gu, "");
}

/** Notes from now on, once a frame: how much text there is, and what stands around it. */
export function recordFrames(page) {
  return page.evaluate(() => {
    const frames = [];
    window.recordedFrames = frames;
    const sees = (id) => document.querySelector(`[data-testid=${id}]`) !== null;
    const note = () => {
      const texts = [...document.querySelectorAll("[data-testid=message-text]")];
      frames.push({
        atMs: performance.now(),
        chars: texts.reduce((sum, { textContent }) => sum + textContent.length, 0),
        waiting: sees("turn-waiting"),
        streaming: sees("live-metrics"),
        metrics: sees("metrics"),
        status: document.querySelector("[data-testid=run-status]")?.textContent ?? null,
      });
      requestAnimationFrame(note);
    };
    document
      .querySelector("[data-testid=run]")
      .addEventListener("click", () => (window.runPressedMs = performance.now()), {
        capture: true,
      });
    requestAnimationFrame(note);
  });
}

/** What was noted, and when Run was pressed. */
export function recordedFrames(page) {
  return page.evaluate(() => ({ pressedMs: window.runPressedMs, frames: window.recordedFrames }));
}
