// How long after a stop is the provider's connection closed?
//
// The provider is a server in this process, which sees when its connection is closed. A run of
// Tactus is stopped by a request, as its IDE does; behind the other servers a stop is that the viewer
// closes its connection.
import { once } from "node:events";
import { createServer } from "node:http";
import { compare, table } from "../lib/compare.mjs";
import { pause, quantile } from "../lib/stats.mjs";

// Sends a token every 5 ms for as long as somebody listens; `left` gets the time of each close.
function endlessProvider() {
  const waiting = [];
  const server = createServer((request, response) => {
    request.resume();
    if (request.method !== "POST") return response.writeHead(404).end();
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    const piece = {
      id: "c",
      object: "chat.completion.chunk",
      created: 0,
      model: "bench",
      choices: [{ index: 0, delta: { content: "go on " } }],
    };
    const timer = setInterval(() => response.write(`data: ${JSON.stringify(piece)}\n\n`), 5);
    response.on("close", () => {
      clearInterval(timer);
      waiting.shift()?.(process.hrtime.bigint());
    });
  });
  return {
    server,
    closed: () => new Promise((resolve) => waiting.push(resolve)),
  };
}

async function stopOne(peer, provider) {
  let made;
  let seen;
  const closed = provider.closed();
  const first = new Promise((resolve) => (seen = resolve));
  const options = {
    onChunk: (chunk) => chunk.includes("go on ") && seen(),
    sent: (sent) => (made = sent),
  };
  let run = null;
  let done;
  if (peer.cancel) {
    run = await peer.begin("text.tac");
    done = peer.watch(run, options);
  } else {
    done = peer.stream(options).catch(() => {}); // It is we who leave.
  }
  await first;
  await pause(Math.random() * 40);
  const start = process.hrtime.bigint();
  if (run) await Promise.all([peer.cancel(run), done]);
  else made.destroy();
  return Number((await closed) - start) / 1e6;
}

export async function stop({ rounds }) {
  const provider = endlessProvider();
  provider.server.listen(0, "127.0.0.1");
  await once(provider.server, "listening");
  try {
    const results = await compare({
      upstream: `http://127.0.0.1:${provider.server.address().port}/v1`,
      rounds,
      measure: async (peer) => {
        const times = [];
        for (let i = 0; i < 50; i += 1) times.push(await stopOne(peer, provider));
        return { p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
      },
    });
    console.log("\n### Stop in mid-stream: until the provider's connection is closed\n");
    console.log(table(results, { p50: "p50 (ms)", p99: "p99 (ms)" }));
  } finally {
    provider.server.close();
  }
}
