// What do viewers cost who come late, and those who see nothing new?
import { LOAD_CORE, residentBytes } from "../lib/machine.mjs";
import { median, pause } from "../lib/stats.mjs";
import { startMock, startTactus } from "../peers/tactus.mjs";

async function withTactus(mockArguments, body) {
  const mock = startMock(mockArguments, LOAD_CORE);
  const tactus = await startTactus(await mock.ready);
  try {
    await body(tactus);
  } finally {
    await tactus.stop();
    await mock.stop();
  }
}

export async function late() {
  const tokens = 200_000;
  await withTactus(["--pace", "0", "--generate-tokens", String(tokens)], async (tactus) => {
    const run = await tactus.begin("text.tac");
    await tactus.watch(run, { onChunk() {} });
    // A token is its number and a space.
    let text = 0;
    for (let i = 0; i < tokens; i += 1) text += String(i).length + 1;
    const times = [];
    let bytes = 0;
    for (let i = 0; i < 20; i += 1) {
      const start = process.hrtime.bigint();
      ({ bytes } = await tactus.watch(run, { onChunk() {} }));
      times.push(Number(process.hrtime.bigint() - start) / 1e6);
    }
    console.log(`\n### A viewer who comes after ${tokens.toLocaleString("en")} tokens\n`);
    console.log("| whole log (ms) | bytes on the wire per byte of text |\n| --: | --: |");
    console.log(`| ${median(times).toFixed(1)} | ${(bytes / text).toFixed(3)} |`);
  });
}

// Opens a viewer's connection; its events are dropped.
function look(run, tactus) {
  return new Promise((resolve, reject) => {
    let made;
    tactus
      .watch(run, { onChunk: () => resolve(made), sent: (sent) => (made = sent) })
      .catch((error) => (made?.destroyed ? undefined : reject(error)));
  });
}

export async function idle() {
  const count = 8_000; // What the usual limit of 20,000 open files lets one machine have of both ends.
  await withTactus(["--pace", "0"], async (tactus) => {
    const run = await tactus.begin("waits.tac");
    const before = residentBytes(tactus.pid);
    const viewers = [];
    while (viewers.length < count) {
      viewers.push(...(await Promise.all(Array.from({ length: 100 }, () => look(run, tactus)))));
    }
    await pause(1000);
    const each = (residentBytes(tactus.pid) - before) / 1024 / count;
    console.log(
      `\n### ${count.toLocaleString("en")} viewers of a run in which nothing happens\n\n${each.toFixed(1)} KiB each.`,
    );
    for (const viewer of viewers) viewer.destroy();
  });
}
