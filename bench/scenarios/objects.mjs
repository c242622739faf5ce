// What does structured output cost that arrives in pieces of one character?
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compare, table } from "../lib/compare.mjs";
import { cpuNs } from "../lib/machine.mjs";

const repliesMax = 40;

function scriptOf(length) {
  const text = JSON.stringify({ title: "A text", text: "word ".repeat(length / 5) });
  return JSON.stringify(Array.from({ length: repliesMax }, () => ({ chunks: [...text] })));
}

export async function objects({ rounds }) {
  const folder = mkdtempSync(join(tmpdir(), "tactus-bench-script-"));
  try {
    for (const length of [1_000, 10_000, 50_000]) {
      const script = join(folder, `${length}.json`);
      writeFileSync(script, scriptOf(length));
      const results = await compare({
        names: ["tactus", "ai"],
        rounds: Math.min(rounds, repliesMax / 2),
        mockArguments: ["--pace", "0", "--script", script],
        measure: async (peer) => {
          const cpu = cpuNs(peer.pid);
          const { bytes } = await peer.stream({ onChunk() {} }, "object");
          return { cpu: (cpuNs(peer.pid) - cpu) / 1000 / length, wire: bytes / length };
        },
      });
      console.log(`\n### An object of ${length.toLocaleString("en")} characters, one a piece\n`);
      console.log(
        table(results, { cpu: "CPU per piece (µs)", wire: "bytes on the wire per character" }),
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
