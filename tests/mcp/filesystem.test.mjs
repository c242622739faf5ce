// @modelcontextprotocol/server-filesystem: an agent reads and writes files of one folder.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporary_folder } from "../server/support/process.mjs";
import { filesystem, run_calls, stdio_server } from "./support.mjs";

test("files are written, read and listed; what is outside is refused", async (t) => {
  const folder = temporary_folder();
  const file = join(folder, "note.txt");
  const { code, stderr, results, stages } = await run_calls(
    t,
    stdio_server("fs", [filesystem, folder]),
    ["fs"],
    [
      ["fs_write_file", { path: file, content: "first line\nsecond line\n" }],
      ["fs_read_text_file", { path: file, head: 1 }],
      ["fs_list_directory", { path: folder }],
      ["fs_get_file_info", { path: "/etc/passwd" }],
    ],
  );
  assert.equal(code, 0, stderr);
  assert.equal(readFileSync(file, "utf8"), "first line\nsecond line\n");
  assert.deepEqual(results["fs_read_text_file"], { content: "first line" });
  assert.match(results["fs_list_directory"].content, /\[FILE\] note\.txt/);
  assert.deepEqual(stages, ["completed", "completed", "completed", "failed"]);
  assert.match(results["fs_get_file_info"], /Access denied/);
});

test("a server that refuses its arguments says so", async (t) => {
  const missing = join(temporary_folder(), "missing");
  const { code, stderr } = await run_calls(
    t,
    stdio_server("fs", [filesystem, missing]),
    ["fs"],
    [["fs_list_directory", { path: missing }]],
  );
  assert.equal(code, 1);
  assert.match(stderr, /MCP server 'fs' cannot be used: its process exited with status 1/);
  assert.match(stderr, /\[TAC-MCP-CONNECT\]\nhint: /);
});
