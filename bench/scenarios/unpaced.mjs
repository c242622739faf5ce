// What does a token cost when the provider sends as fast as it can, and does the cost stay the same
// however long the answer is?
import { compare, table } from "../lib/compare.mjs";
import { cpuNs } from "../lib/machine.mjs";

// Reads an answer whose last token must be number `tokens` - 1.
async function read(peer, tokens) {
  let tail = "";
  const onChunk = (chunk) => {
    tail = (tail + chunk.subarray(Math.max(0, chunk.length - 4096)).toString("latin1")).slice(
      -4096,
    );
  };
  const { bytes } = await peer.stream({ onChunk });
  if (!tail.includes(`${tokens - 1} `)) throw new Error(`the end of the answer is missing`);
  return bytes;
}

async function measure(peer, { streams, tokens, answers = streams }) {
  const cpu = cpuNs(peer.pid);
  const start = process.hrtime.bigint();
  let left = answers;
  let bytes = 0;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      const taken = await read(peer, tokens);
      bytes += taken;
    }
  };
  await Promise.all(Array.from({ length: streams }, worker));
  const count = answers * tokens;
  const us = (cpuNs(peer.pid) - cpu) / 1000 / count;
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  return { cpu: us, perCore: 1e6 / us, rate: count / seconds, wire: bytes / count };
}

const columns = {
  cpu: "CPU per token (µs)",
  perCore: "tokens/s on one core, from its CPU time",
  rate: "tokens/s in this run",
  wire: "bytes on the wire per token",
};

export async function unpaced({ rounds }) {
  const load = { streams: 64, tokens: 5000 };
  const results = await compare({
    rounds,
    mockArguments: ["--pace", "0", "--generate-tokens", String(load.tokens)],
    measure: (peer) => measure(peer, load),
  });
  console.log(`\n### Unpaced: ${load.streams} streams of ${load.tokens} tokens\n`);
  console.log(table(results, columns));
}

export async function length({ rounds }) {
  const total = 400_000;
  const loads = [2_000, 20_000, 200_000];
  const rows = [];
  for (const tokens of loads) {
    const [{ figures }] = await compare({
      names: ["tactus"],
      rounds,
      mockArguments: ["--pace", "0", "--generate-tokens", String(tokens)],
      measure: (peer) => measure(peer, { streams: 2, tokens, answers: total / tokens }),
    });
    rows.push(
      `| ${tokens.toLocaleString("en")} | ${figures.cpu.toFixed(2)} | ${figures.wire.toFixed(1)} |`,
    );
  }
  console.log(
    "\n### Length of the answer\n\n| tokens | CPU per token (µs) | bytes on the wire per token |\n| --: | --: | --: |",
  );
  console.log(rows.join("\n"));
}
