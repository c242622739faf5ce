// Measures Tactus against nginx and a server that is written with the `ai` package, all running the
// same mock model in the same session. docs/benchmarks.md says how and has the figures.
import { parseArgs } from "node:util";
import { objects } from "./scenarios/objects.mjs";
import { paced } from "./scenarios/paced.mjs";
import { stop } from "./scenarios/stop.mjs";
import { length, unpaced } from "./scenarios/unpaced.mjs";
import { idle, late } from "./scenarios/viewers.mjs";

const latency = { added50: "added latency p50 (ms)", added99: "added latency p99 (ms)" };
const failed = "streams that did not complete";
const costs = { cpu: "CPU per token (µs)", wire: "bytes on the wire per token" };

function streams(count, pace, tokens, columns, names) {
  const title = `${count.toLocaleString("en")} stream(s) of ${pace} tokens/s`;
  return ({ rounds }) => paced(title, { streams: count, pace, tokens }, { rounds, names, columns });
}

const scenarios = {
  one: [streams(1, 50, 250, { ...latency, ...costs }), "added latency of one stream"],
  paced: [streams(50, 50, 250, { ...latency, ...costs }), "added latency and cost of 50 streams"],
  thousand: [
    streams(1000, 10, 100, {
      added99: latency.added99,
      cpu: costs.cpu,
      resident: "memory per stream (KiB)",
      failed,
    }),
    "1,000 streams: latency, cost, memory",
  ],
  many: [
    streams(5000, 2, 40, { cpu: costs.cpu, resident: "memory per stream (KiB)", failed }, [
      "tactus",
    ]),
    "5,000 streams: that all complete, and memory",
  ],
  unpaced: [unpaced, "64 streams as fast as they go"],
  length: [length, "answers of 2,000 to 200,000 tokens"],
  late: [late, "a viewer who comes late"],
  idle: [idle, "viewers who see nothing new"],
  stop: [stop, "how fast a stop reaches the provider"],
  objects: [objects, "structured output in small pieces"],
};

function usage() {
  const lines = Object.entries(scenarios).map(
    ([name, [, about]]) => `  ${name.padEnd(10)} ${about}`,
  );
  return `Usage: ./dev bench [--rounds N] [NAME...]\n\nWithout names all are run, each with N rounds (default 3).\n\n${lines.join("\n")}`;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "3" },
    help: { type: "boolean", short: "h", default: false },
  },
});
const rounds = Number(values.rounds);
const unknown = positionals.find((name) => !(name in scenarios));
if (values.help) {
  console.log(usage());
} else if (unknown !== undefined || !(rounds >= 1 && rounds <= 20)) {
  console.error(
    unknown === undefined ? "--rounds must be from 1 to 20" : `there is no benchmark '${unknown}'`,
  );
  console.error(usage());
  process.exitCode = 2;
} else {
  for (const name of positionals.length > 0 ? positionals : Object.keys(scenarios))
    await scenarios[name][0]({ rounds });
}
