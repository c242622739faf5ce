// The program in a pseudo terminal, by util-linux `script`.
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { binary, start } from "./process.mjs";

const has_script = (() => {
  try {
    return /util-linux/.test(execFileSync("script", ["--version"], { encoding: "utf8" }));
  } catch {
    return false;
  }
})();

/** A test that needs a terminal; skipped where there is none to be had. */
export const terminal_test = (name, body) =>
  test(name, { skip: has_script ? false : "util-linux `script` is not installed" }, body);

export const esc = "\u001b";
export const colours = new RegExp(`${esc}\\[[0-9;]*m`, "g");

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/** Starts the program in a pseudo terminal; what it shows is its standard output. */
export function start_terminal(t, args, { cwd, env = {} }) {
  const command = [binary, ...args].map(quoted).join(" ");
  const options = {
    cwd,
    env: { TERM: "xterm-256color", ...env },
    command: "script",
  };
  return start(t, ["-qec", command, "/dev/null"], options);
}

/** What was shown, without colours; a line that was drawn again stands there as often. */
export const plain = (shown) => shown.replaceAll(colours, "").replaceAll(`\r${esc}[K`, "\n");
