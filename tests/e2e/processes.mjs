/** The programs under test: `tactus ide` on a folder of its own, and `tactus mock-provider`. */
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));
const binary = process.env.TACTUS_BIN ?? join(root, "build/release/tactus");
const startMsMax = 15_000;
const endMsMax = 10_000;

/** What must not leak from the machine into a test: real keys and servers. */
const removedVariables =
  /^(OPENAI_|ANTHROPIC_|TACTUS_|XDG_CONFIG_HOME$|https?_proxy$|HTTPS?_PROXY$)/;

function cleanEnvironment(extra) {
  const kept = Object.entries(process.env).filter(([name]) => !removedVariables.test(name));
  return { ...Object.fromEntries(kept), ...extra };
}

/** Starts `tactus` and resolves with its process and the match of `ready` in its output. */
async function start(args, extraEnvironment, ready) {
  const child = spawn(binary, args, {
    env: cleanEnvironment(extraEnvironment),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const exited = new Promise((resolve) => child.once("exit", resolve));
  const match = await new Promise((resolve, reject) => {
    const fail = (why) => reject(new Error(`tactus ${args[0]} ${why}:\n${output}`));
    const timer = setTimeout(() => fail("did not start in time"), startMsMax);
    child.once("error", (error) => fail(String(error)));
    child.once("exit", (code) => fail(`ended with ${code}`));
    const read = (data) => {
      output += data;
      const found = ready.exec(output);
      if (!found) return;
      clearTimeout(timer);
      resolve(found);
    };
    child.stdout.setEncoding("utf8").on("data", read);
    child.stderr.setEncoding("utf8").on("data", read);
  });
  return { child, exited, match };
}

/** Ends a process by a signal, and by force if it does not obey in time. */
async function end({ child, exited }, signal) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  const timer = setTimeout(() => child.kill("SIGKILL"), endMsMax);
  await exited;
  clearTimeout(timer);
}

/** A pretended provider. Options as of `tactus mock-provider`; `script` is a list of replies. */
export class MockProvider {
  static async start({ script, ...options }) {
    const provider = new MockProvider();
    provider.folder = mkdtempSync(join(tmpdir(), "tactus-e2e-provider-"));
    const args = ["mock-provider", "--port", "0"];
    for (const [name, value] of Object.entries(options)) args.push(`--${name}`, String(value));
    if (script) {
      const path = join(provider.folder, "script.json");
      writeFileSync(path, JSON.stringify(script));
      args.push("--script", path);
    }
    provider.process = await start(args, {}, /OPENAI_BASE_URL=(\S+)/);
    provider.baseUrl = provider.process.match[1];
    return provider;
  }

  async stop() {
    await end(this.process, "SIGTERM");
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A `tactus ide` on a fresh copy of the examples, without anybody's configuration. */
export class Ide {
  /** `baseUrl`: of a provider; without it agents run on the offline demo model. */
  static async start({ baseUrl, demoRate } = {}) {
    const ide = new Ide();
    ide.folder = mkdtempSync(join(tmpdir(), "tactus-e2e-"));
    ide.workspace = join(ide.folder, "examples");
    cpSync(join(root, "examples"), ide.workspace, {
      recursive: true,
      filter: (path) => !path.endsWith("/.tac"),
    });
    ide.environment = {
      XDG_CONFIG_HOME: join(ide.folder, "config"),
      XDG_STATE_HOME: join(ide.folder, "state"),
    };
    if (baseUrl)
      Object.assign(ide.environment, { OPENAI_BASE_URL: baseUrl, OPENAI_API_KEY: "sk-test" });
    if (demoRate !== undefined) ide.environment.TACTUS_DEMO_RATE = String(demoRate);
    await ide.serve("0");
    return ide;
  }

  async serve(port) {
    const args = ["ide", this.workspace, "--port", port, "--no-browser"];
    this.process = await start(args, this.environment, /(http:\/\/\S+?)\/\?token=(\w+)\S*/);
    [this.url, this.origin, this.token] = this.process.match;
  }

  /** Writes a file of the workspace behind the IDE's back. */
  write(path, content) {
    writeFileSync(join(this.workspace, path), content);
  }

  /** The server is gone at once, as if the machine had failed. */
  kill() {
    return end(this.process, "SIGKILL");
  }

  /** Serves the same folder on the same port again. */
  restart() {
    return this.serve(new URL(this.origin).port);
  }

  async request(path, init = {}) {
    const headers = { Authorization: `Bearer ${this.token}`, "Content-Type": "application/json" };
    const response = await fetch(this.origin + path, { ...init, headers });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response;
  }

  /** The whole log of an ended run, in order. */
  async log(runId) {
    const response = await this.request(`/api/runs/${runId}/events?format=jsonl`);
    const lines = (await response.text()).trim().split("\n");
    return lines.map((line) => JSON.parse(line));
  }

  async runs() {
    return (await (await this.request("/api/runs")).json()).runs;
  }

  async stop() {
    await end(this.process, "SIGTERM");
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The text of a run's answers, in order, as its log tells it. */
export function textOf(log) {
  const chunks = log.filter((event) => event.event_type === "agent_stream_chunk");
  return chunks.map((event) => event.chunk_text).join("");
}
