// A small stand-in for `tactus ide`, for work on the page alone: `npm run dev:mock`, then `npm run dev`.
// Speaks docs/http-api.md over a workspace in memory; a run streams a fixed story. Not part of the product.
//   PORT=4747   where to listen         DIST=web/dist   also serve a built page, with its real policy

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { createRun, runs } from "./mock-runs.mjs";
import { files, inputsOf, validationOf } from "./mock-workspace.mjs";

const PORT = Number(process.env.PORT ?? 4747);
const DIST = process.env.DIST;
const POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; " +
  "connect-src 'self'; worker-src 'self'; script-src 'self'";
const TYPES = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

class Failure extends Error {
  constructor(status, code, message, extra = {}) {
    super(message);
    this.status = status;
    this.body = { error: { code, message, ...extra } };
  }
}

const etagOf = (content) => {
  let hash = 5381;
  for (const ch of content) hash = (hash * 33 + ch.codePointAt(0)) >>> 0;
  return hash.toString(16);
};

function fileAt(path) {
  const content = files.get(path);
  if (content === undefined) throw new Failure(404, "not_found", `There is no file ${path}.`);
  return { path, content, etag: etagOf(content), size: Buffer.byteLength(content) };
}

function tree(folder) {
  const prefix = folder === "" ? "" : `${folder}/`;
  const entries = new Map();
  for (const [path, content] of files) {
    if (!path.startsWith(prefix)) continue;
    const [name, ...rest] = path.slice(prefix.length).split("/");
    const ignored = name.startsWith(".") || name === "node_modules";
    const entry = { name, path: prefix + name, type: rest.length ? "directory" : "file", ignored };
    if (!rest.length) entry.size = Buffer.byteLength(content);
    entries.set(name, entry);
  }
  const rank = (entry) => (entry.type === "directory" ? 0 : 1);
  return [...entries.values()].sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}

function save({ path, content, etag }) {
  const current = files.get(path);
  const matches = current === undefined ? etag === undefined : etag === etagOf(current);
  if (!matches) {
    const extra = current === undefined ? {} : { current_etag: etagOf(current) };
    throw new Failure(409, "conflict", `${path} has changed on disk.`, extra);
  }
  files.set(path, content);
  const { content: _, ...saved } = fileAt(path);
  return saved;
}

function rename({ from, to }) {
  if (files.has(to)) throw new Failure(409, "conflict", `${to} exists already.`);
  for (const [path, content] of [...files]) {
    if (path !== from && !path.startsWith(`${from}/`)) continue;
    files.delete(path);
    files.set(to + path.slice(from.length), content);
  }
  return { path: to };
}

function remove(path) {
  fileAt(path);
  files.delete(path);
  return { path };
}

function metadata(path) {
  const { content } = fileAt(path);
  const named = (pattern) =>
    content.split("\n").flatMap((text, index) => {
      const found = text.match(pattern);
      return found ? [{ name: found[1], line: index + 1 }] : [];
    });
  return {
    path,
    name: path.replace(/^.*\//, "").replace(/\.tac$/, ""),
    description: content.match(/^--\s*(.+)/)?.[1] ?? null,
    mode: "main",
    inputs: inputsOf(path),
    outputs: [],
    agents: named(/agent\("([^"]+)"/),
    tools: named(/tool\("([^"]+)"/),
    procedures: named(/procedure\("([^"]+)"/),
    stages: [],
    validation: validationOf(content),
  };
}

function start({ path, inputs = {} }) {
  const { content } = fileAt(path);
  const [error] = validationOf(content).errors;
  if (error)
    throw new Failure(422, error.code, error.message, {
      hint: error.hint,
      line: error.line,
      column: error.column,
    });
  const run = createRun(path, inputs);
  return {
    run_id: run.summary.run_id,
    events_url: `/api/runs/${run.summary.run_id}/events`,
    generation: 1,
  };
}

function runAt(id) {
  const run = runs.get(id);
  if (!run) throw new Failure(404, "not_found", `There is no run ${id}.`);
  return run;
}

function removeRun(run_id) {
  if (runAt(run_id).isLive) {
    throw new Failure(409, "conflict", "This run is still going on.");
  }
  runs.delete(run_id);
  return { run_id };
}

function listRuns(query) {
  const all = [...runs.values()].map((run) => run.summary).reverse();
  const from = Number(query.get("before") ?? 0);
  const limit = Number(query.get("limit") ?? 50);
  return {
    runs: all.slice(from, from + limit),
    next_before: all.length > from + limit ? String(from + limit) : null,
  };
}

function events(run, request, response) {
  const after = Number((request.headers["last-event-id"] ?? "1-0").split("-").at(-1));
  if (!run.isLive && after >= run.log.length) return response.writeHead(204).end();
  response.writeHead(200, {
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-cache, no-transform",
  });
  const send = (event) => response.write(`id: 1-${event.seq}\ndata: ${JSON.stringify(event)}\n\n`);
  for (const event of run.log.slice(after)) send(event);
  if (!run.isLive) return response.end();
  const forget = run.follow(send, () => response.end());
  request.on("close", forget);
}

/** Several runs over one connection, without merging; the changes of runs as a look once a second. */
function allEvents(query, request, response) {
  const asked = (query.get("subscribe") ?? "").split(",").filter((one) => one !== "");
  const places = asked.map((one) => Number(/:[0-9]+-([0-9]+)$/.exec(one)?.[1] ?? 0));
  response.writeHead(200, {
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-cache, no-transform",
  });
  const write = (of, event) => {
    const id = `${of};mock-1;${places.map((seq) => `1-${seq}`).join(",")}`;
    response.write(`id: ${id}\ndata: ${JSON.stringify(event)}\n\n`);
  };
  const forgets = asked.map((one, index) => {
    const run_id = one.replace(/:.*/, "");
    const run = runs.get(run_id);
    const over = (rest) => write(index, { event_type: "subscription", run_id, ...rest });
    if (!run) {
      const error = { status: 404, code: "not_found", message: `There is no run ${run_id}.` };
      return over({ stage: "failed", error });
    }
    const send = (event) => {
      places[index] = event.seq;
      write(index, event);
    };
    for (const event of run.log.slice(places[index])) send(event);
    if (!run.isLive) return over({ stage: "ended" });
    return run.follow(send, () => over({ stage: "ended" }));
  });
  write("a", { event_type: "activity", stage: "reset" });
  const told = new Map();
  const timer = setInterval(() => {
    for (const { summary: run } of runs.values()) {
      const now = JSON.stringify(run);
      if (told.get(run.run_id) === now) continue;
      told.set(run.run_id, now);
      write("a", { event_type: "activity", run_id: run.run_id, stage: "changed", run });
    }
  }, 1000);
  request.on("close", () => {
    clearInterval(timer);
    for (const forget of forgets) forget?.();
  });
}

const ROUTES = {
  "GET /health": () => ({ status: "ok", service: "tactus-ide-backend", version: "0.1.0" }),
  "GET /api/workspace": () => ({
    root: "/home/me/project",
    name: "project",
    version: "0.1.0",
    demo: true,
    provider: "demo",
    model: "demo",
  }),
  "GET /api/tree": ({ query }) => ({
    path: query.get("path"),
    entries: tree(query.get("path") ?? ""),
  }),
  "GET /api/file": ({ query }) => fileAt(query.get("path")),
  "POST /api/file": ({ body }) => save(body),
  "DELETE /api/file": ({ query }) => remove(query.get("path")),
  "POST /api/file/rename": ({ body }) => rename(body),
  "GET /api/procedure/metadata": ({ query }) => metadata(query.get("path")),
  "POST /api/validate": ({ body }) => validationOf(body.content),
  "POST /api/runs": ({ body }) => start(body),
  "GET /api/runs": ({ query }) => listRuns(query),
};

function route(request, url, body) {
  const found = ROUTES[`${request.method} ${url.pathname}`];
  if (found) return found({ query: url.searchParams, body });
  const [, asked, request_id] = url.pathname.match(/^\/api\/runs\/([^/]+)\/requests\/(.+)$/) ?? [];
  if (asked) return runAt(asked).answer(request_id, body.value, Failure);
  const [, id, rest] = url.pathname.match(/^\/api\/runs\/([^/]+)(\/\w+)?$/) ?? [];
  if (id && rest === "/resume") return runAt(id).resume(body, Failure);
  if (id && rest === "/cancel") return runAt(id).cancel();
  if (id && request.method === "DELETE") return removeRun(id);
  if (id) return runAt(id).summary;
  throw new Failure(404, "not_found", `Nothing is at ${url.pathname}.`);
}

async function page(url, response) {
  if (!DIST) throw new Failure(404, "not_found", "Open the page of `npm run dev`.");
  const path = normalize(url.pathname === "/" ? "/index.html" : url.pathname);
  const bytes = await readFile(join(DIST, path)).catch(() => {
    throw new Failure(404, "not_found", `There is no ${path}.`);
  });
  const type = TYPES[extname(path)] ?? "application/octet-stream";
  response.writeHead(200, { "Content-Type": type, "Content-Security-Policy": POLICY }).end(bytes);
}

async function answer(request, response) {
  const url = new URL(request.url, `http://127.0.0.1:${PORT}`);
  if (!/^\/(api|health)/.test(url.pathname)) return page(url, response);
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = chunks.length ? JSON.parse(Buffer.concat(chunks).toString()) : {};
  const stream = url.pathname.match(/^\/api\/runs\/([^/]+)\/events$/);
  if (stream) return events(runAt(stream[1]), request, response);
  if (url.pathname === "/api/events") return allEvents(url.searchParams, request, response);
  const status = request.method === "POST" && url.pathname === "/api/runs" ? 201 : 200;
  const result = route(request, url, body);
  response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(result));
}

createServer((request, response) => {
  answer(request, response).catch((thrown) => {
    const body = thrown.body ?? { error: { code: "internal", message: String(thrown) } };
    response
      .writeHead(thrown.status ?? 500, { "Content-Type": "application/json" })
      .end(JSON.stringify(body));
  });
}).listen(PORT, "127.0.0.1", () => console.log(`http://127.0.0.1:${PORT}`));
