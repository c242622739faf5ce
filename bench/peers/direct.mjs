// The provider itself, and nginx that passes its answers through: viewers read the provider's format.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exchange, fetched } from "../lib/client.mjs";
import { SERVER_CORE, start } from "../lib/machine.mjs";
import { pause } from "../lib/stats.mjs";

const body = JSON.stringify({
  model: "bench",
  stream: true,
  messages: [{ role: "user", content: "go" }],
});

export function directPeer(upstream, name = "direct") {
  return {
    name,
    field: "content",
    stream: (options) =>
      fetched(`${upstream}/chat/completions`, {
        method: "POST",
        headers: { Authorization: "Bearer any" },
        body,
        ...options,
      }),
    async stop() {},
  };
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function configuration(folder, port, upstream) {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (kind) => `${kind}_temp_path ${folder}/${kind};`,
  );
  return `
    daemon off; worker_processes 1; pid ${folder}/pid; error_log stderr crit; worker_rlimit_nofile 20000;
    events { worker_connections 16384; }
    http {
      access_log off; ${temporary.join(" ")}
      server {
        listen 127.0.0.1:${port} backlog=4096;
        location / {
          proxy_pass ${new URL(upstream).origin}; proxy_buffering off; proxy_http_version 1.1;
          proxy_set_header Connection ""; proxy_read_timeout 600s;
        }
      }
    }`;
}

/** Null when nginx is not installed. */
export async function startNginx(upstream) {
  if (spawnSync("nginx", ["-v"], { env: { PATH: `${process.env.PATH}:/usr/sbin` } }).error)
    return null;
  const folder = mkdtempSync(join(tmpdir(), "tactus-bench-nginx-"));
  const port = await freePort();
  writeFileSync(join(folder, "nginx.conf"), configuration(folder, port, upstream));
  const server = start(
    SERVER_CORE,
    "nginx",
    ["-e", "stderr", "-p", folder, "-c", join(folder, "nginx.conf")],
    {
      env: { PATH: `${process.env.PATH}:/usr/sbin` },
    },
  );
  const url = `http://127.0.0.1:${port}`;
  for (let left = 100; ; left -= 1) {
    const up = await exchange(`${url}/health`).catch(() => null);
    if (up) break;
    if (left === 0) throw new Error("nginx does not answer");
    await pause(50);
  }
  return {
    ...directPeer(`${url}/v1`, "nginx pass-through"),
    pid: server.pid,
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
