// Processes of a benchmark: started on a core, measured by what the kernel says of them, ended.
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";

/** The core of the server that is measured; everything else runs on core 1. */
export const SERVER_CORE = 0;
export const LOAD_CORE = 1;

/**
 * Starts `command` on a core. With `pattern`, `ready` is the first group of its match in what the
 * process prints; it rejects when the process ends before.
 */
export function start(core, command, args, { env = {}, pattern, cwd } = {}) {
  const pinned = availableParallelism() > 1;
  const words = pinned ? ["taskset", "-c", String(core), command, ...args] : [command, ...args];
  const child = spawn(words[0], words.slice(1), {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let seen = "";
  const ended = new Promise((resolve) => child.on("exit", resolve));
  const ready = new Promise((resolve, reject) => {
    const read = (chunk) => {
      if (seen.length < 1 << 16) seen += chunk;
      const match = pattern?.exec(seen);
      if (match) resolve(match[1]);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.on("exit", (code) => reject(new Error(`${command} ended with ${code}: ${seen}`)));
  });
  ready.catch(() => {}); // Who waits for it hears of it.
  return {
    pid: child.pid,
    ready,
    async stop() {
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), 8000);
      await ended;
      clearTimeout(timer);
    },
  };
}

function childrenOf(pid) {
  const listed = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return listed === "" ? [] : listed.split(" ").map(Number);
}

/** The process and those that it has started. */
function family(pid) {
  return [pid, ...childrenOf(pid)];
}

/** CPU time of all threads so far, in ns. */
export function cpuNs(pid) {
  let sum = 0;
  for (const member of family(pid)) {
    for (const thread of readdirSync(`/proc/${member}/task`)) {
      sum += Number(readFileSync(`/proc/${member}/task/${thread}/schedstat`, "utf8").split(" ")[0]);
    }
  }
  return sum;
}

/** Resident memory, in bytes. */
export function residentBytes(pid) {
  let sum = 0;
  for (const member of family(pid)) {
    sum +=
      Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${member}/status`, "utf8"))[1]) * 1024;
  }
  return sum;
}
