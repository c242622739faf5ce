// How much later than from the provider does a viewer see a token, and what does a token cost?
//
// The mock provider writes into each token the monotonic clock at which it sent it. Viewers are the
// same code in the same process, so that what differs between the rows is the server in between.
import { stampReader } from "../lib/client.mjs";
import { compare, table } from "../lib/compare.mjs";
import { cpuNs, residentBytes } from "../lib/machine.mjs";
import { pause, quantile } from "../lib/stats.mjs";
import { directPeer } from "../peers/direct.mjs";

// Of a server that is not ours to start there are no figures.
const cpuOf = ({ pid }) => (pid ? cpuNs(pid) : Number.NaN);
const residentOf = ({ pid }) => (pid ? residentBytes(pid) : Number.NaN);

// Streams begin one after another, 2 ms apart, and their beginnings are not counted: a server is
// measured while all are streaming.
async function measure(peer, { streams, pace, tokens }) {
  const rampMs = streams * 2;
  const resident = residentOf(peer);
  let counting = null;
  let arrived = 0;
  let bytes = 0;
  let failed = 0;
  const one = async (index) => {
    await pause((rampMs * index) / streams);
    let own = 0;
    const onToken = (ms) => {
      own += 1;
      counting?.push(ms);
    };
    const answer = await peer
      .stream({ onChunk: stampReader(peer.field, onToken) })
      .catch(() => ({ bytes: 0 }));
    bytes += answer.bytes;
    arrived += own;
    if (own !== tokens) failed += 1;
  };
  const all = Promise.all(Array.from({ length: streams }, (_, index) => one(index)));
  await pause(rampMs + 500);
  const latencies = [];
  counting = latencies;
  const cpu = cpuOf(peer);
  await pause((tokens / pace) * 1000 - rampMs - 1000);
  counting = null;
  const figures = {
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    cpu: (cpuOf(peer) - cpu) / 1000 / latencies.length,
    resident: (residentOf(peer) - resident) / 1024 / streams,
  };
  await all;
  return { ...figures, wire: bytes / arrived, failed };
}

/** `load`: {streams, pace: tokens a second, tokens}. */
export async function paced(title, load, { rounds, names, columns }) {
  const results = await compare({
    names,
    rounds,
    mockArguments: [
      "--pace",
      String(load.pace),
      "--generate-tokens",
      String(load.tokens),
      "--stamp-tokens",
    ],
    measure: (peer) => measure(peer, load),
    also: [(upstream) => directPeer(upstream)],
  });
  const direct = results.find(({ name }) => name === "direct").figures;
  for (const { figures } of results) {
    figures.added50 = figures.p50 - direct.p50;
    figures.added99 = figures.p99 - direct.p99;
  }
  const shown = results.filter(({ name }) => name !== "direct");
  console.log(
    `\n### ${title}\n\nFrom the provider itself: p50 ${direct.p50.toFixed(3)} ms, p99 ${direct.p99.toFixed(3)} ms.\n`,
  );
  console.log(table(shown, columns));
}
