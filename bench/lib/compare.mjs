// Runs one measurement against several servers, turn by turn in the same session, and prints medians.
import { startAi } from "../peers/ai.mjs";
import { startNginx } from "../peers/direct.mjs";
import { startMock, startTactus } from "../peers/tactus.mjs";
import { LOAD_CORE } from "./machine.mjs";
import { median } from "./stats.mjs";

const starters = { tactus: startTactus, nginx: startNginx, ai: startAi };
const missing = {
  nginx: "install the package nginx-light",
  ai: "its packages could not be installed",
};

/**
 * Starts the peers (of `names`) against a mock provider with `mockArguments` and measures each
 * `rounds` times, in turn. `measure(peer, upstream)` gives an object of numbers. Returns
 * [{name, figures}], figures being the medians, for the peers that could be started.
 */
export async function compare({
  names = ["tactus", "nginx", "ai"],
  mockArguments,
  upstream,
  rounds,
  measure,
  also = [],
}) {
  const mock = upstream ? null : startMock(mockArguments, LOAD_CORE);
  const peers = [];
  try {
    const address = upstream ?? (await mock.ready);
    for (const name of names) {
      const peer = await starters[name](address);
      if (peer) peers.push(peer);
      else console.error(`bench: without ${name}: ${missing[name] ?? "it cannot be started"}`);
    }
    peers.push(...also.map((make) => make(address)));
    const taken = peers.map(() => []);
    for (let round = 0; round < rounds; round += 1) {
      for (const [index, peer] of peers.entries()) taken[index].push(await named(peer, measure));
    }
    return peers.map(({ name }, index) => ({ name, figures: medians(taken[index]) }));
  } finally {
    for (const peer of peers) await peer.stop();
    await mock?.stop();
  }
}

async function named(peer, measure) {
  try {
    return await measure(peer);
  } catch (error) {
    throw new Error(`${peer.name}: ${error.message}`, { cause: error });
  }
}

function medians(list) {
  return Object.fromEntries(
    Object.keys(list[0]).map((key) => [key, median(list.map((figures) => figures[key]))]),
  );
}

const digits = (value) =>
  value >= 1000 ? Math.round(value).toLocaleString("en") : String(Number(value.toPrecision(3)));

/**
 * A table as Markdown: a row for each of `columns` ({key: heading}), a column for each server, and
 * how Tactus compares with the others.
 */
export function table(results, columns) {
  const ours = results.find(({ name }) => name === "Tactus");
  const others = results.filter((result) => result !== ours);
  const head = [
    "",
    ...results.map(({ name }) => name),
    ...others.map(({ name }) => `Tactus ÷ ${name}`),
  ];
  const rows = Object.entries(columns).map(([key, heading]) => {
    const cell = ({ figures }) => (Number.isFinite(figures[key]) ? digits(figures[key]) : "–");
    const ratio = ({ figures }) =>
      figures[key] > 0 ? digits(ours.figures[key] / figures[key]) : "–";
    return [heading, ...results.map(cell), ...others.map((other) => ratio(other))];
  });
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [
    line(head),
    line(head.map((_, index) => (index === 0 ? "---" : "--:"))),
    ...rows.map(line),
  ].join("\n");
}
