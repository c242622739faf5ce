/**
 * A long answer must not make the page slow: 2,000 tokens at 200 a second. What a frame costs the
 * main thread may not grow with the text that stands there already, so the last third is compared
 * with the first. Bounds are wide, for a busy machine; rendering all of the text anew breaks them.
 */
import assert from "node:assert/strict";
import { scenario } from "./harness.mjs";
import { run, waitForStatus, waitForText } from "./ui.mjs";

const tokens = 2000;
const tokensPerSecond = 200;
const sampleMs = 500;

/** CPU time per second of the main thread for script, style and layout. */
const msPerSecondMax = 350;
const longTaskMsMax = 500;

const words = (text) => text.match(/\s*\S+\s*?/g);

/** Prose, lists, and code, as models write them. */
function longAnswer() {
  const section = (n) => [
    `## Part ${n}\n\n`,
    ...words("The keeper wrote **every** sighting down, with the hour and the `bearing`, and slept."),
    "\n\n",
    ...words("- gulls seen at dawn\n- weather seen at dawn\n- a whale seen at dawn"),
    "\n\n```lua\n",
    ...words("local light = 'steady'\nwhile light do\n  turn(light)\nend"),
    "\n```\n\n",
  ];
  const chunks = [];
  for (let n = 1; chunks.length < tokens; n++) chunks.push(...section(n));
  return chunks.slice(0, tokens);
}

/** One paragraph without an end: none of it is final before the last token. */
function longParagraph() {
  return Array.from({ length: tokens }, (_, index) => `word${index} `);
}

/** Counts frames and long tasks from now on. */
function watchFrames(page) {
  return page.evaluate(() => {
    window.watched = { frames: 0, longestTaskMs: 0 };
    const count = () => {
      window.watched.frames++;
      requestAnimationFrame(count);
    };
    count();
    new PerformanceObserver((list) => {
      const durations = list.getEntries().map((entry) => entry.duration);
      window.watched.longestTaskMs = Math.max(window.watched.longestTaskMs, ...durations);
    }).observe({ entryTypes: ["longtask"] });
  });
}

/**
 * Reads the main thread's CPU time and the number of frames, again and again until the run ends.
 * Painting is left out: without a graphics card it is most of the work, and the browser's own.
 */
async function samples(page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
  const running = page.locator("[data-testid=run-status][data-status=running]");
  const read = async () => {
    const { metrics } = await devtools.send("Performance.getMetrics");
    const seconds = (wanted) => metrics.find(({ name }) => name === wanted).value;
    const work =
      seconds("ScriptDuration") + seconds("LayoutDuration") + seconds("RecalcStyleDuration");
    const { frames } = await page.evaluate(() => window.watched);
    return { atMs: performance.now(), workMs: work * 1000, frames };
  };
  const taken = [await read()];
  while ((await running.count()) === 1) {
    await new Promise((resolve) => setTimeout(resolve, sampleMs));
    taken.push(await read());
  }
  return taken.slice(0, -1);
}

/** The main thread's milliseconds per frame and per second over a part of the samples. */
function load(part) {
  const [first, last] = [part[0], part.at(-1)];
  const workMs = last.workMs - first.workMs;
  return {
    perFrame: workMs / (last.frames - first.frames),
    perSecond: (workMs / (last.atMs - first.atMs)) * 1000,
  };
}

/** `calmMs` per frame is never too much; above it, the last third may cost `growthMax` the first. */
function longAnswerScenario(name, chunks, { calmMs, growthMax }) {
  const script = [{ chunks, delay_ms: 1000 / tokensPerSecond }];
  scenario(`a long answer stays cheap: ${name}`, { provider: { script } }, async (_, page) => {
    await watchFrames(page);
    await run(page);
    await waitForText(page, 200);
    const taken = await samples(page);
    await waitForStatus(page, "completed");
    const third = Math.floor(taken.length / 3);
    assert.ok(third >= 4, "the answer took its time");
    const first = load(taken.slice(0, third + 1));
    const last = load(taken.slice(-third - 1));
    const { longestTaskMs } = await page.evaluate(() => window.watched);
    const told =
      `${first.perFrame.toFixed(2)} then ${last.perFrame.toFixed(2)} ms a frame, ` +
      `${Math.round(first.perSecond)} then ${Math.round(last.perSecond)} ms a second, ` +
      `longest task ${Math.round(longestTaskMs)} ms`;
    console.log(`${name}: ${told}`);
    assert.ok(last.perFrame < Math.max(calmMs, first.perFrame * growthMax), told);
    assert.ok(last.perSecond < msPerSecondMax, told);
    assert.ok(longestTaskMs < longTaskMsMax, told);
  });
}

longAnswerScenario("Markdown", longAnswer(), { calmMs: 3, growthMax: 1.8 });
// A browser lays out the whole of a paragraph whenever it grows, so this one lives by being paced.
longAnswerScenario("one paragraph", longParagraph(), { calmMs: 4, growthMax: 2 });
