// The workspace's files: reading, writing without losing anything, and nothing beyond the workspace.
import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { file_scope, make_workspace, temporary_folder } from "./support/process.mjs";
import { start_server } from "./support/server.mjs";

const file = file_scope();
const mebibyte = 2 ** 20;
let server;
let outside;
before(async () => {
  server = await start_server(file, make_workspace());
  outside = temporary_folder();
  writeFileSync(join(outside, "secret.txt"), "not yours\n");
});

const at = (path) => join(server.workspace, path);
const url = (path) => `/api/file?path=${encodeURIComponent(path)}`;
const write = (body) => server.post("/api/file", body);

function assert_error(answer, status, code) {
  assert.equal(answer.status, status, answer.text.slice(0, 300));
  assert.equal(answer.error.code, code);
}

test("the tree lists folders first, then names without regard to case", async () => {
  for (const name of ["zeta", ".git", "Alpha/inner"]) mkdirSync(at(name), { recursive: true });
  for (const name of ["b.tac", "C.tac", "a.tac"]) writeFileSync(at(name), "return 1\n");
  const { path, entries } = (await server.get("/api/tree?path=")).json;
  assert.equal(path, "");
  const shown = entries.filter((entry) => entry.name !== ".tac");
  assert.deepEqual(
    shown.map((entry) => [entry.type, entry.name, entry.path, entry.ignored]),
    [
      ["directory", ".git", ".git", true],
      ["directory", "Alpha", "Alpha", false],
      ["directory", "zeta", "zeta", false],
      ["file", "a.tac", "a.tac", false],
      ["file", "b.tac", "b.tac", false],
      ["file", "C.tac", "C.tac", false],
    ],
  );
  assert.equal(shown[3].size, 9);
  const inner = (await server.get("/api/tree?path=Alpha")).json.entries;
  assert.deepEqual(
    inner.map((entry) => entry.path),
    ["Alpha/inner"],
  );
  assert_error(await server.get("/api/tree?path=nowhere"), 404, "not_found");
});

test("a file is created, read and written again under its etag", async () => {
  const first = "-- Grüße, 世界 🌍\r\nreturn 1";
  const created = await write({ path: "new/deep/file.tac", content: first });
  assert.equal(created.status, 200, created.text);
  assert.equal(readFileSync(at("new/deep/file.tac"), "utf8"), first);
  const read = (await server.get(url("new/deep/file.tac"))).json;
  assert.equal(read.content, first);
  assert.equal(read.path, "new/deep/file.tac");
  assert.equal(read.size, Buffer.byteLength(first));
  assert.equal(read.etag, created.json.etag);
  const again = await write({ path: "new/deep/file.tac", content: "return 2", etag: read.etag });
  assert.equal(again.status, 200);
  assert.notEqual(again.json.etag, read.etag);
  assert.equal(readFileSync(at("new/deep/file.tac"), "utf8"), "return 2");
  assert.deepEqual(readdirSync(at("new/deep")), ["file.tac"], "no temporary file stays");
});

test("a file that someone else changed is not overwritten", async () => {
  const { etag } = (await write({ path: "shared.tac", content: "one" })).json;
  writeFileSync(at("shared.tac"), "two, by an editor");
  const answer = await write({ path: "shared.tac", content: "three", etag });
  assert_error(answer, 409, "conflict");
  assert.ok(answer.error.hint);
  assert.equal(readFileSync(at("shared.tac"), "utf8"), "two, by an editor");
  const now = (await server.get(url("shared.tac"))).json.etag;
  assert.equal(answer.error.current_etag, now);
  assert.equal((await write({ path: "shared.tac", content: "three", etag: now })).status, 200);
  const gone = await write({ path: "was-deleted.tac", content: "x", etag: now });
  assert_error(gone, 409, "conflict");
  assert.ok(!existsSync(at("was-deleted.tac")));
});

test("without an etag nothing that exists is overwritten, not even what is no text", async () => {
  const bytes = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff, 0x00]);
  writeFileSync(at("picture.png"), bytes);
  writeFileSync(at("empty.tac"), "");
  mkdirSync(at("folder"), { recursive: true });
  for (const path of ["picture.png", "empty.tac", "folder"]) {
    assert_error(await write({ path, content: "x" }), 409, "conflict");
    assert_error(await write({ path, content: "x", etag: "" }), 409, "conflict");
  }
  assert.deepEqual(readFileSync(at("picture.png")), bytes);
});

test("of many writers with the same etag one wins", async () => {
  for (let round = 0; round < 5; ++round) {
    const path = `race-${round}.tac`;
    const { etag } = (await write({ path, content: "start" })).json;
    const texts = Array.from({ length: 8 }, (_, i) => `writer ${i} `.repeat(2000));
    const answers = await Promise.all(texts.map((content) => write({ path, content, etag })));
    const winners = answers.flatMap((answer, i) => (answer.status === 200 ? [i] : []));
    assert.equal(winners.length, 1, `winners of round ${round}: ${winners}`);
    assert.equal(readFileSync(at(path), "utf8"), texts[winners[0]]);
  }
});

test("rename moves, and never over something", async () => {
  await write({ path: "from.tac", content: "moving" });
  await write({ path: "taken.tac", content: "staying" });
  const rename = (from, to) => server.post("/api/file/rename", { from, to });
  assert_error(await rename("from.tac", "taken.tac"), 409, "conflict");
  assert.equal(readFileSync(at("taken.tac"), "utf8"), "staying");
  const moved = await rename("from.tac", "some/where/to.tac");
  assert.equal(moved.status, 200);
  assert.equal(moved.json.path, "some/where/to.tac");
  assert.equal(readFileSync(at("some/where/to.tac"), "utf8"), "moving");
  assert.ok(!existsSync(at("from.tac")));
  assert_error(await rename("from.tac", "x.tac"), 404, "not_found");
});

test("delete removes a file, an empty folder, and no more", async () => {
  await write({ path: "gone/a.tac", content: "x" });
  assert_error(await server.request("DELETE", url("gone")), 409, "conflict");
  const answer = await server.request("DELETE", url("gone/a.tac"));
  assert.deepEqual([answer.status, answer.json], [200, { path: "gone/a.tac" }]);
  assert_error(await server.request("DELETE", url("gone/a.tac")), 404, "not_found");
  assert.equal((await server.request("DELETE", url("gone"))).status, 200);
  assert_error(await server.request("DELETE", url(".")), 400, "bad_request");
  assert_error(await server.request("DELETE", url("")), 400, "bad_request");
});

test("deleting or renaming a link leaves what it points to", async () => {
  await write({ path: "target.tac", content: "precious" });
  symlinkSync("target.tac", at("link.tac"));
  const renamed = await server.post("/api/file/rename", { from: "link.tac", to: "link2.tac" });
  assert.equal(renamed.status, 200, renamed.text);
  assert.equal(readFileSync(at("target.tac"), "utf8"), "precious");
  assert.equal((await server.request("DELETE", url("link2.tac"))).status, 200);
  assert.equal(readFileSync(at("target.tac"), "utf8"), "precious");
  assert.ok(!readdirSync(server.workspace).includes("link2.tac"));
});

test("no path leads out of the workspace", async () => {
  symlinkSync(outside, at("out"));
  symlinkSync(join(outside, "secret.txt"), at("secret-link.txt"));
  symlinkSync("/", at("everything"));
  const encoded = [
    encodeURIComponent(`../${outside.split("/").at(-1)}/secret.txt`),
    "..%2f..%2f..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "Alpha/../../x",
    "Alpha%2f..%2f..%2fx",
    "..",
    "%2fetc%2fpasswd",
    encodeURIComponent(join(outside, "secret.txt")),
    "out/secret.txt",
    "secret-link.txt",
    "everything/etc/passwd",
    "out/new.txt",
  ];
  for (const path of encoded) {
    assert_error(await server.get(`/api/file?path=${path}`), 403, "outside_workspace");
    const removed = await server.request("DELETE", `/api/file?path=${path}`);
    assert_error(removed, 403, "outside_workspace");
    assert_error(await server.get(`/api/tree?path=${path}`), 403, "outside_workspace");
    const metadata = await server.get(`/api/procedure/metadata?path=${path}`);
    assert_error(metadata, 403, "outside_workspace");
    const plain = decodeURIComponent(path);
    assert_error(await write({ path: plain, content: "x" }), 403, "outside_workspace");
    assert_error(await server.post("/api/runs", { path: plain }), 403, "outside_workspace");
    assert_error(await server.post("/api/run", { path: plain }), 403, "outside_workspace");
    const rename = (from, to) => server.post("/api/file/rename", { from, to });
    assert_error(await rename("b.tac", plain), 403, "outside_workspace");
    assert_error(await rename(plain, "stolen.txt"), 403, "outside_workspace");
  }
  assert.deepEqual(readdirSync(outside), ["secret.txt"]);
  assert.equal(readFileSync(join(outside, "secret.txt"), "utf8"), "not yours\n");
  assert.ok(existsSync(at("b.tac")));
});

test("a NUL cuts no path short", async () => {
  // In a URL it is refused before any path is looked at.
  for (const path of ["b.tac%00.txt", "%00", "..%00/x"]) {
    for (const route of ["/api/file", "/api/tree", "/api/procedure/metadata"]) {
      const answer = await server.get(`${route}?path=${path}`);
      assert.ok([400, 403].includes(answer.status), answer.text);
    }
  }
  for (const path of ["b.tac\0.txt", "\0", "..\0/x"]) {
    assert_error(await write({ path, content: "x" }), 403, "outside_workspace");
    assert_error(await server.post("/api/runs", { path }), 403, "outside_workspace");
    const body = { from: "b.tac", to: path };
    assert_error(await server.post("/api/file/rename", body), 403, "outside_workspace");
  }
});

test("a folder whose name begins like the workspace's is outside, too", async (t) => {
  const parent = temporary_folder();
  for (const name of ["project", "project-secrets"]) mkdirSync(join(parent, name));
  writeFileSync(join(parent, "project-secrets/key.txt"), "x");
  const other = await start_server(t, join(parent, "project"));
  const path = encodeURIComponent("../project-secrets/key.txt");
  assert_error(await other.get(`/api/file?path=${path}`), 403, "outside_workspace");
});

test("what is no UTF-8 text is refused as such, everywhere a text is needed", async () => {
  writeFileSync(at("latin.tac"), Buffer.from([0x72, 0x65, 0x74, 0xff, 0xfe]));
  writeFileSync(at("nul.tac"), "return\0 1");
  for (const path of ["latin.tac", "nul.tac"]) {
    const answers = [
      await server.get(url(path)),
      await server.get(`/api/procedure/metadata?path=${path}`),
      await server.post("/api/runs", { path }),
      await server.post("/api/run", { path }),
    ];
    for (const answer of answers) {
      assert_error(answer, 422, "not_text");
      assert.match(answer.error.message, new RegExp(path));
      assert.match(answer.error.hint, /UTF-8/);
    }
  }
});

test("8 MiB is the most a file may have", async () => {
  const most = "x".repeat(8 * mebibyte);
  assert.equal((await write({ path: "most.txt", content: most })).status, 200);
  assert.equal((await server.get(url("most.txt"))).json.size, 8 * mebibyte);
  assert_error(await write({ path: "more.txt", content: `${most}x` }), 413, "too_large");
  assert.ok(!existsSync(at("more.txt")));
  writeFileSync(at("more.txt"), `${most}x`);
  assert_error(await server.get(url("more.txt")), 413, "too_large");
  assert_error(await server.get("/api/procedure/metadata?path=more.txt"), 413, "too_large");
});

test("a missing file is told by its name, whatever the name", async () => {
  for (const path of ["missing.tac", "too large.tac", "is not UTF-8 text"]) {
    const answer = await server.get(url(path));
    assert_error(answer, 404, "not_found");
    assert.ok(answer.error.message.includes(path));
    assert.ok(answer.error.hint);
  }
  assert_error(await server.get("/api/file"), 400, "bad_request");
  assert_error(await write({ content: "x" }), 400, "bad_request");
  assert_error(await write({ path: "x.tac" }), 400, "bad_request");
  assert_error(await write({ path: 5, content: "x" }), 400, "bad_request");
});
