/**
 * A long answer must not make the page slow: 2,000 tokens at 200 a second, and the main thread's
 * work in the last third compared with the first. Bounds are wide, for a busy machine; work that
 * grows with the length of the text breaks them all the same.
 */
import assert from "node:assert/strict";
import { scenario, until } from "./harness.mjs";
import { run, waitForStatus, waitForText } from "./ui.mjs";

const tokens = 2000;
const tokensPerSecond = 200;
const sampleMs = 500;

/** CPU time per second of the main thread that is never too much, whatever the machine. */
const calmMsPerSecond = 150;
const busyMsPerSecondMax = 600;
const growthMax = 1.6;
const longTaskMsMax = 500;

/** Prose, lists, and code, as models write them. */
function longAnswer() {
  const section = (n) => [
    `## Part ${n}\n\n`,
    ..."The keeper wrote **every** sighting down, with the hour and the `bearing`, and slept. ".match(
      /\S+\s/g,
    ),
    "\n\n",
    ...["gulls", "weather", "a whale"].flatMap((what) => [
      "- ",
      `${what} `,
      "seen ",
      "at ",
      "dawn\n",
    ]),
    "\n```lua\n",
    ..."local light = 'steady'\nwhile light do\n  turn(light)\nend\n".match(/\S+\s+/g),
    "```\n\n",
  ];
  const chunks = [];
  for (let n = 1; chunks.length < tokens; n++) chunks.push(...section(n));
  return chunks.slice(0, tokens);
}

/** One paragraph without an end: nothing of it can be final before the last token. */
function longParagraph() {
  return Array.from({ length: tokens }, (_, index) => `word${index} `);
}

async function samples(page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
  const read = async () => {
    const { metrics } = await devtools.send("Performance.getMetrics");
    const taskMs = metrics.find(({ name }) => name === "TaskDuration").value * 1000;
    const ended = await page.locator("[data-testid=run-status][data-status=running]").count();
    return { atMs: performance.now(), taskMs, running: ended === 1 };
  };
  const taken = [await read()];
  while (taken.at(-1).running) {
    await new Promise((resolve) => setTimeout(resolve, sampleMs));
    taken.push(await read());
  }
  return taken.slice(0, -1);
}

/** Main-thread milliseconds per second over a part of the samples. */
function load(part) {
  const [first, last] = [part[0], part.at(-1)];
  return ((last.taskMs - first.taskMs) / (last.atMs - first.atMs)) * 1000;
}

for (const [name, chunks] of [
  ["Markdown", longAnswer()],
  ["one paragraph", longParagraph()],
]) {
  const script = [{ chunks, delay_ms: 1000 / tokensPerSecond }];
  scenario(
    `a long answer costs the same at every length: ${name}`,
    { provider: { script } },
    async (_, page) => {
      await page.evaluate(() => {
        window.longTasks = [];
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) window.longTasks.push(Math.round(entry.duration));
        }).observe({ entryTypes: ["longtask"] });
      });
      await run(page);
      await waitForText(page, 200);
      const taken = await samples(page);
      await waitForStatus(page, "completed");
      await until("all is shown", async () => (await page.getByTestId("summary").count()) === 1);

      const third = Math.floor(taken.length / 3);
      const first = load(taken.slice(0, third + 1));
      const last = load(taken.slice(-third - 1));
      const longest = Math.max(0, ...(await page.evaluate(() => window.longTasks)));
      console.log(
        `main thread: ${Math.round(first)} then ${Math.round(last)} ms/s; longest task ${longest} ms`,
      );
      assert.ok(third >= 4, "the answer took its time");
      assert.ok(last < busyMsPerSecondMax, `${last} ms/s at the end`);
      assert.ok(
        last < Math.max(calmMsPerSecond, first * growthMax),
        `${first} grew to ${last} ms/s`,
      );
      assert.ok(longest < longTaskMsMax, `a task of ${longest} ms`);
    },
  );
}
