// How much later than from the provider itself does a viewer see a token?
//
// The mock provider writes into each token the monotonic clock at which it sent it. In the same session, turn by turn:
//   direct   this script reads the provider's stream itself: provider → viewer
//   tactus   a run in the IDE server calls the provider, and this script watches the run's log: provider → run → log → viewer
// Both viewers are the same code in the same process, so the difference is what Tactus adds. Prints medians over the rounds.
//
//   bench/run [--streams 1] [--pace 50] [--tokens 250] [--rounds 3] [--json]
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    streams: { type: "string", default: "1" },
    pace: { type: "string", default: "50" },
    tokens: { type: "string", default: "250" },
    rounds: { type: "string", default: "3" },
    json: { type: "boolean", default: false },
    binary: { type: "string", default: new URL("../build/release/tactus", import.meta.url).pathname },
  },
});
const streams = Number(values.streams);
const pace = Number(values.pace);
const tokens = Number(values.tokens);
const rounds = Number(values.rounds);
const bound = { streams: [1, 500], pace: [1, 100000], tokens: [10, 20000], rounds: [1, 20] };
for (const [name, [low, high]] of Object.entries(bound)) {
  const value = Number(values[name]);
  if (!(value >= low && value <= high)) throw new Error(`--${name} must be from ${low} to ${high}`);
}
const agent = new Agent({ keepAlive: false, maxSockets: Number.POSITIVE_INFINITY });

// Starts the binary and waits for the URL it prints.
function start(args, env, pattern) {
  const child = spawn(values.binary, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "inherit"] });
  const url = new Promise((resolve, reject) => {
    let seen = "";
    child.stdout.on("data", (chunk) => {
      seen += chunk;
      const match = pattern.exec(seen);
      if (match) resolve(match[1]);
    });
    child.on("exit", (code) => reject(new Error(`${args[0]} ended with ${code}: ${seen}`)));
  });
  return { child, url };
}

// Sends one request and hands over each piece of the body with the time of its arrival.
function fetchStream(url, { method = "GET", headers = {}, body, onChunk }) {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent }, (response) => {
      let text = "";
      response.on("data", (chunk) => {
        const now = process.hrtime.bigint();
        if (onChunk) onChunk(chunk.toString("utf8"), now);
        else text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode, text }));
      response.on("error", reject);
    });
    sent.on("error", reject);
    if (body !== undefined) sent.write(body);
    sent.end();
  });
}

// Collects the latencies of the stamps found in the JSON strings of an SSE stream.
function stampReader(field, latencies) {
  let rest = "";
  const pattern = new RegExp(`"${field}":"([0-9 ]+)"`, "g");
  return (chunk, now) => {
    rest += chunk;
    const end = rest.lastIndexOf("\n\n");
    if (end < 0) return;
    for (const [, stamps] of rest.slice(0, end).matchAll(pattern)) {
      for (const stamp of stamps.trim().split(" ")) latencies.push(Number(now - BigInt(stamp)) / 1e6);
    }
    rest = rest.slice(end);
  };
}

async function direct(mock, latencies) {
  const body = JSON.stringify({ model: "bench", stream: true, messages: [{ role: "user", content: "go" }] });
  await fetchStream(`${mock}/chat/completions`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body), Authorization: "Bearer any" },
    body,
    onChunk: stampReader("content", latencies),
  });
}

async function throughTactus(base, token, latencies) {
  const headers = { Authorization: `Bearer ${token}` };
  const body = JSON.stringify({ path: "bench.tac" });
  const started = await fetchStream(`${base}/api/runs`, {
    method: "POST",
    headers: { ...headers, "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) },
    body,
  });
  if (started.status !== 201) throw new Error(started.text);
  await fetchStream(`${base}${JSON.parse(started.text).events_url}`, { headers, onChunk: stampReader("chunk_text", latencies) });
}

const quantile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
const median = (numbers) => quantile([...numbers].sort((a, b) => a - b), 0.5);

async function measure(one) {
  const latencies = [];
  await Promise.all(Array.from({ length: streams }, () => one(latencies)));
  if (latencies.length !== streams * tokens) throw new Error(`${latencies.length} tokens arrived, not ${streams * tokens}`);
  latencies.sort((a, b) => a - b);
  return { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) };
}

const workspace = mkdtempSync(join(tmpdir(), "tactus-bench-"));
writeFileSync(join(workspace, "bench.tac"), 'Speaker = agent("speaker", { tools = {} })\nmain = procedure("main", {}, function() Speaker.turn("go") end)\n');
const mock = start(
  ["mock-provider", "--port", "0", "--pace", String(pace), "--generate-tokens", String(tokens), "--stamp-tokens"],
  {},
  /(http:\/\/\S+\/v1)/,
);
let ide;
try {
  const mockUrl = await mock.url;
  ide = start(["ide", workspace, "--port", "0", "--no-browser"], { OPENAI_BASE_URL: mockUrl, OPENAI_API_KEY: "any", XDG_CONFIG_HOME: workspace, XDG_STATE_HOME: workspace }, /(http:\/\/\S+)/);
  const url = new URL(await ide.url);
  const token = url.searchParams.get("token");
  const results = { direct: [], tactus: [] };
  for (let round = 0; round < rounds; ++round) {
    results.direct.push(await measure((latencies) => direct(mockUrl, latencies)));
    results.tactus.push(await measure((latencies) => throughTactus(url.origin, token, latencies)));
  }
  const summary = (list) => ({ p50: median(list.map((r) => r.p50)), p99: median(list.map((r) => r.p99)) });
  const baseline = summary(results.direct);
  const tactus = summary(results.tactus);
  const report = { streams, pace, tokens, rounds, direct_ms: baseline, tactus_ms: tactus, added_ms: { p50: tactus.p50 - baseline.p50, p99: tactus.p99 - baseline.p99 } };
  if (values.json) {
    console.log(JSON.stringify(report));
  } else {
    const row = (name, r) => console.log(`${name.padEnd(10)} p50 ${r.p50.toFixed(3).padStart(8)} ms   p99 ${r.p99.toFixed(3).padStart(8)} ms`);
    console.log(`${streams} stream(s) of ${tokens} tokens at ${pace}/s, medians of ${rounds} round(s)`);
    row("direct", report.direct_ms);
    row("tactus", report.tactus_ms);
    row("added", report.added_ms);
  }
} finally {
  ide?.child.kill("SIGTERM");
  mock.child.kill("SIGTERM");
  rmSync(workspace, { recursive: true, force: true });
}
