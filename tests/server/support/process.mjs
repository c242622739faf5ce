// Starts the program under test and holds it to account: every process is ended with its test, and
// a sanitizer's report or a broken invariant on its standard error fails the test.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { after } from "node:test";
import { fileURLToPath } from "node:url";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../../..");
export const binary = resolve(root, process.env.TACTUS_BIN ?? "build/release/tactus");
// Long enough for a sanitizer build on a busy machine; what passes never waits for it.
export const patience_ms = 30_000;

const report =
  /(Address|Leak|Thread|Memory|UndefinedBehavior)Sanitizer|runtime error: |broken invariant/;

/** `promise`, or a failure that says what did not come within `ms`; `detail` adds what is known. */
export async function within(ms, promise, what, detail = () => "") {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no ${what} within ${ms} ms ${detail()}`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Asks `condition` until it gives something true, and returns that. */
export async function eventually(what, condition) {
  const deadline = Date.now() + patience_ms;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${patience_ms} ms`);
    await new Promise((done) => setTimeout(done, 10));
  }
}

/** Owns what all tests of a file share, as a test owns what is its own. Called at the top level. */
export function file_scope() {
  const cleanups = [];
  after(async () => {
    for (const cleanup of cleanups.reverse()) await cleanup();
  });
  return { after: (cleanup) => cleanups.push(cleanup) };
}

// Folders go last, when every process that wrote to them has ended.
const folders = [];
process.on("exit", () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** An empty folder that lasts as long as the test file. */
export function temporary_folder() {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "tactus-test-")));
  folders.push(folder);
  return folder;
}

/** A workspace with the given files by name; `examples: true` adds the shipped examples. */
export function make_workspace(files = {}, { examples = false } = {}) {
  const folder = temporary_folder();
  if (examples) {
    cpSync(join(root, "examples"), folder, {
      recursive: true,
      filter: (path) => !/[/\\]\.tac([/\\]|$)/.test(path),
    });
  }
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

const home = mkdtempSync(join(tmpdir(), "tactus-home-"));
process.on("exit", () => rmSync(home, { recursive: true, force: true }));

// Nothing of the developer's own settings may reach the program: no keys, no user configuration.
function environment(extra) {
  const kept = ["PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"];
  const env = { LANG: "C.UTF-8", HOME: home, TACTUS_DEMO_RATE: "0" };
  for (const name of kept) if (process.env[name] !== undefined) env[name] = process.env[name];
  return { ...env, ...extra };
}

export class Program {
  running = true;
  stdout = "";
  stderr = "";
  #changed = [];
  #killed_with = null;

  constructor(args, { cwd, env = {}, command = binary } = {}) {
    this.what = args.join(" ");
    this.child = spawn(command, args, { cwd, env: environment(env), stdio: "pipe" });
    this.child.stdin.on("error", () => {}); // It may end before it has read everything.
    this.child.stdout.setEncoding("utf8").on("data", (text) => this.#add("stdout", text));
    this.child.stderr.setEncoding("utf8").on("data", (text) => this.#add("stderr", text));
    this.exited = new Promise((resolve) => {
      const ended = (code, signal) => {
        this.running = false;
        this.#notify();
        resolve({ code, signal, stdout: this.stdout, stderr: this.stderr });
      };
      this.child.on("close", ended);
      this.child.on("error", (error) => {
        this.stderr += `cannot be started: ${error.message}`;
        ended(null, null);
      });
    });
  }

  #add(stream, text) {
    this[stream] += text;
    this.#notify();
  }

  #notify() {
    for (const wake of this.#changed.splice(0)) wake();
  }

  kill(signal) {
    this.#killed_with = signal;
    this.child.kill(signal);
  }

  /** The exit of the process: code, signal, stdout, stderr. */
  exit(ms = patience_ms) {
    return within(ms, this.exited, `end of '${this.what}'`, () => this.#output());
  }

  /** The match of `pattern` in a stream, as soon as it is there. */
  output(pattern, stream = "stdout") {
    const wait = async () => {
      for (;;) {
        const match = pattern.exec(this[stream]);
        if (match) return match;
        if (!this.running) throw new Error(`'${this.what}' ended early: ${this.#output()}`);
        await new Promise((wake) => this.#changed.push(wake));
      }
    };
    return within(patience_ms, wait(), `${pattern} of '${this.what}'`, () => this.#output());
  }

  #output() {
    return `\nstdout: ${this.stdout.slice(-2000)}\nstderr: ${this.stderr.slice(-4000)}`;
  }

  /** Ends it if it still runs and looks for reports. */
  async finish() {
    if (this.running) this.kill("SIGTERM");
    const killer = setTimeout(() => this.kill("SIGKILL"), 15_000);
    const { signal } = await this.exited;
    clearTimeout(killer);
    const told = this.#output();
    assert.doesNotMatch(this.stderr, report, `'${this.what}' reported a defect ${told}`);
    if (signal !== null) assert.equal(signal, this.#killed_with, `'${this.what}' crashed ${told}`);
  }
}

/** Starts the program and leaves it running until the test `t` ends. */
export function start(t, args, options) {
  const program = new Program(args, options);
  t.after(() => program.finish());
  return program;
}

/** Runs the program to its end: code, signal, stdout, stderr. */
export async function run(t, args, options) {
  const program = start(t, args, options);
  program.child.stdin.end();
  return program.exit();
}
