// Who may call the server, with what, and what it says to everyone else.
import assert from "node:assert/strict";
import net from "node:net";
import { before, test } from "node:test";
import { file_scope, make_workspace, patience_ms, run, within } from "./support/process.mjs";
import { start_server } from "./support/server.mjs";

const file = file_scope();
let server;
before(async () => {
  server = await start_server(file, make_workspace({ "a.tac": "return 1\n" }));
});

function assert_error(answer, status, code) {
  assert.equal(answer.status, status, answer.text);
  assert.equal(answer.error.code, code);
  assert.ok(answer.error.message.length > 5, answer.text);
  assert.match(answer.headers["content-type"], /^application\/json/);
}

test("health needs no token", async () => {
  const answer = await server.get("/health", { auth: false });
  assert.equal(answer.status, 200);
  assert.equal(answer.json.status, "ok");
  assert.equal(answer.json.service, "tactus-ide-backend");
  assert.match(answer.json.version, /^\d+\.\d+\.\d+$/);
});

test("every API path refuses a caller without the token", async () => {
  const paths = [
    "/api/workspace",
    "/api/tree",
    "/api/file?path=a.tac",
    "/api/runs",
    "/api/nothing",
  ];
  for (const path of paths) {
    assert_error(await server.get(path, { auth: false }), 401, "unauthorized");
  }
  const body = { path: "a.tac" };
  assert_error(await server.post("/api/runs", body, { auth: false }), 401, "unauthorized");
  assert_error(
    await server.get("/api/run/stream?path=a.tac", { auth: false }),
    401,
    "unauthorized",
  );
  assert.deepEqual(
    (await server.get("/api/runs")).json.runs,
    [],
    "a refused request did something",
  );
});

test("a wrong token is refused, in every form", async () => {
  const almost = `${server.token.slice(0, -1)}${server.token.endsWith("x") ? "y" : "x"}`;
  const forms = [
    { authorization: `Bearer ${almost}` },
    { authorization: "Bearer " },
    { authorization: server.token },
    { authorization: `Basic ${server.token}` },
    { cookie: `tactus_session_${server.port}=${almost}` },
    { cookie: `tactus_session_1=${server.token}` },
    { cookie: `tactus_session_${server.port}=` },
  ];
  for (const headers of forms) {
    assert_error(await server.get("/api/workspace", { auth: false, headers }), 401, "unauthorized");
  }
});

test("the bearer token opens the API", async () => {
  const answer = await server.get("/api/workspace");
  assert.equal(answer.status, 200);
  assert.equal(answer.json.root, server.workspace);
  assert.equal((await server.get("/api/workspace/cwd")).json.cwd, server.workspace);
});

test("the printed address sets a strict cookie, which then opens the API", async () => {
  const visit = await server.get(`/?token=${server.token}`, { auth: false });
  assert.equal(visit.status, 303);
  assert.equal(visit.headers.location, "/", "the token must leave the address bar");
  const [cookie] = visit.headers["set-cookie"];
  assert.match(cookie, /^tactus_session_\d+=[^;]+;/);
  assert.match(cookie, /; HttpOnly(;|$)/i);
  assert.match(cookie, /; SameSite=Strict(;|$)/i);
  const headers = { cookie: `theme=dark; ${cookie.split(";")[0]}; other=1` };
  assert.equal((await server.get("/api/workspace", { auth: false, headers })).status, 200);
});

test("a HEAD starts no run", async () => {
  const answer = await server.request("HEAD", "/api/run/stream?path=a.tac");
  assert.equal(answer.status, 405);
  assert.deepEqual((await server.get("/api/runs")).json.runs, []);
});

test("a wrong token in the address sets no cookie", async () => {
  const visit = await server.get("/?token=wrong", { auth: false });
  assert.equal(visit.headers["set-cookie"], undefined);
  const elsewhere = await server.get(`/api/workspace?token=${server.token}`, { auth: false });
  assert_error(elsewhere, 401, "unauthorized");
});

test("a foreign Host is refused, whatever the token (DNS rebinding)", async () => {
  const { port } = server;
  const foreign = ["evil.example", `evil.example:${port}`, `127.0.0.1.evil.example:${port}`];
  foreign.push(`127.0.0.1:${port + 1}`, "127.0.0.1", `localhost@evil.example:${port}`);
  for (const host of foreign) {
    assert_error(await server.get("/api/workspace", { headers: { host } }), 403, "wrong_host");
    assert_error(await server.get("/health", { headers: { host } }), 403, "wrong_host");
  }
  for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, `LOCALHOST:${port}`]) {
    assert.equal((await server.get("/api/workspace", { headers: { host } })).status, 200, host);
  }
});

test("a foreign Origin is refused and nobody gets CORS headers", async () => {
  const { port } = server;
  const foreign = ["http://evil.example", "null", `https://127.0.0.1:${port}`];
  foreign.push(`http://127.0.0.1:${port + 1}`, `http://127.0.0.1:${port}.evil.example`);
  for (const origin of foreign) {
    const answer = await server.get("/api/workspace", { headers: { origin } });
    assert_error(answer, 403, "wrong_origin");
    assert.equal(answer.headers["access-control-allow-origin"], undefined);
  }
  const own = await server.get("/api/workspace", {
    headers: { origin: `http://127.0.0.1:${port}` },
  });
  assert.equal(own.status, 200);
  assert.equal(own.headers["access-control-allow-origin"], undefined);
});

test("POST takes JSON alone, and says so", async () => {
  const posts = ["/api/runs", "/api/run", "/api/validate", "/api/file", "/api/file/rename"];
  for (const path of posts) {
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]) {
      const options = { body: '{"path":"a.tac"}', headers: { "content-type": type } };
      const answer = await server.request("POST", path, options);
      assert_error(answer, 415, "unsupported_media_type");
      assert.match(answer.error.hint, /application\/json/);
    }
    const untyped = await server.request("POST", path, { body: '{"path":"a.tac"}' });
    assert_error(untyped, 415, "unsupported_media_type");
  }
});

test("a body that is no JSON object is a bad request", async () => {
  const headers = { "content-type": "application/json; charset=utf-8" };
  for (const body of [
    "",
    "{",
    "[1]",
    '"text"',
    "null",
    '{"a":1}x',
    "\u{ff}",
    "[".repeat(100_000),
  ]) {
    const answer = await server.request("POST", "/api/validate", { body, headers });
    assert_error(answer, 400, "bad_request");
  }
});

test("unknown paths are 404 and known ones with another method 405", async () => {
  for (const path of ["/api", "/api/", "/api/nothing", "/api/runs/x/y/z", "/api/tree/x"]) {
    assert_error(await server.get(path), 404, "not_found");
  }
  assert_error(await server.get("/nothing/here.js"), 404, "not_found");
  assert_error(await server.get("/api/runs/run_that_is_not_there"), 404, "TAC-RUN-NOT-FOUND");
  const wrong = [
    ["PUT", "/api/file?path=a.tac"],
    ["DELETE", "/api/workspace/cwd"],
    ["PATCH", "/api/runs/x"],
    ["GET", "/api/validate"],
    ["POST", "/api/tree"],
    ["POST", "/health"],
  ];
  for (const [method, path] of wrong) {
    assert_error(await server.request(method, path), 405, "method_not_allowed");
  }
});

// The server may answer before it has read the body, so the bytes go by hand.
function raw_exchange(head, body) {
  const answer = new Promise((resolve, reject) => {
    let text = "";
    const socket = net.connect(server.port, "127.0.0.1", () => socket.write(head + body));
    socket.setEncoding("utf8").on("data", (part) => {
      text += part;
      if (text.includes("\r\n\r\n")) socket.destroy();
    });
    socket.on("close", () => resolve(text));
    socket.on("error", (error) => (text ? resolve(text) : reject(error)));
  });
  return within(patience_ms, answer, "answer");
}

test("a body over 16 MiB is refused: declared or sent", async () => {
  const head = `POST /api/file HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nAuthorization: Bearer ${server.token}\r\nContent-Type: application/json\r\n`;
  const declared = await raw_exchange(`${head}Content-Length: ${16 * 2 ** 20 + 1}\r\n\r\n`, "");
  assert.match(declared, /^HTTP\/1\.1 413 /);
  // Sixteen pieces of 1 MiB, and the announcement of one more: nothing is left unread when the
  // server closes, which would cost the answer.
  const piece = `100000\r\n${" ".repeat(2 ** 20)}\r\n`;
  const sent = await raw_exchange(
    `${head}Transfer-Encoding: chunked\r\n\r\n`,
    `${piece.repeat(16)}100000\r\n`,
  );
  assert.match(sent, /^HTTP\/1\.1 413 /);
});

test("a head over 32 KiB is refused", async () => {
  const head = `GET /health HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nX-Long: ${"x".repeat(33_000)}\r\n\r\n`;
  assert.match(await raw_exchange(head, ""), /^HTTP\/1\.1 431 /);
});

test("without authentication the server stays on loopback", async (t) => {
  const refused = await run(t, ["ide", server.workspace, "--no-auth", "--host", "0.0.0.0"]);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /--no-auth .*\[TAC-USAGE\]\nhint: .+/);
  const open = await start_server(t, server.workspace, { args: ["--no-auth"] });
  assert.equal(open.token, undefined);
  assert.equal((await open.get("/api/workspace")).status, 200);
  const headers = { host: `evil.example:${open.port}` };
  assert_error(await open.get("/api/workspace", { headers }), 403, "wrong_host");
});

test("a page of another site starts nothing, not even with the cookie and without an Origin", async () => {
  const cookie = `tactus_session_${server.port}=${server.token}`;
  const path = "/api/run/stream?path=nothing.tac";
  for (const site of ["same-site", "cross-site"]) {
    const headers = { cookie, "sec-fetch-site": site };
    assert_error(await server.get(path, { auth: false, headers }), 403, "wrong_origin");
  }
  for (const site of ["same-origin", "none"]) {
    const headers = { cookie, "sec-fetch-site": site };
    assert_error(await server.get(path, { auth: false, headers }), 404, "not_found");
  }
  const page = await server.get("/health", { auth: false, headers: { "sec-fetch-site": "cross-site" } });
  assert.equal(page.status, 200, "a link to the server's pages may stand anywhere");
});
