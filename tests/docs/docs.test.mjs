// Holds the documents to the program: what they show must run, where they point must exist, and the
// list of error codes must be the one in the source. Needs TACTUS_BIN, the program to try.
//
// Fenced blocks are tried when their info string says so:
//   ```tac run      a whole program: valid without warnings, and runs on the demo model
//   ```tac check    a whole program: valid without warnings
//   ```sh test      commands that must succeed, in a folder with a copy of examples/ and `tactus` on the PATH
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, relative, resolve } from "node:path";
import { after, describe, test } from "node:test";

const root = resolve(import.meta.dirname, "../..");
const tactus = resolve(process.env.TACTUS_BIN ?? join(root, "build/release/tactus"));
const SKIPPED = new Set(["build", "node_modules", "dist"]);
const TIMEOUT_MS = 60_000;

/** Codes that pass between parts of the program and are never shown. */
const INTERNAL_CODES = new Set(["TAC-DISCONNECTED"]);

// --- Reading ---

/** Files below `folder` whose name ends in `extension`, without what is built, installed or hidden. */
function filesBelow(folder, extension) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name.startsWith(".") || SKIPPED.has(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path, extension);
    return entry.name.endsWith(extension) ? [path] : [];
  });
}

/** The fenced blocks of a Markdown text: info string, text, and the line on which each begins. */
function fencedBlocks(markdown) {
  const blocks = [];
  let open = null;
  for (const [index, line] of markdown.split("\n").entries()) {
    const fence = /^```(.*)$/.exec(line);
    if (fence === null) {
      open?.lines.push(line);
    } else if (open === null) {
      open = { info: fence[1].trim(), line: index + 1, lines: [] };
    } else {
      blocks.push({ info: open.info, line: open.line, text: `${open.lines.join("\n")}\n` });
      open = null;
    }
  }
  assert.equal(open, null, "a fenced block is not closed");
  return blocks;
}

function withoutCode(markdown) {
  return markdown.replace(/^```[\s\S]*?^```/gm, "").replace(/`[^`\n]*`/g, "");
}

/** Targets of links and pictures, as written. */
function links(markdown) {
  return [...withoutCode(markdown).matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]);
}

/** The anchors of a document's headings, as code hosts make them. */
function anchors(markdown) {
  return new Set(
    [...markdown.replace(/^```[\s\S]*?^```/gm, "").matchAll(/^#+ +(.+)$/gm)].map(([, heading]) =>
      heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "").trim().replaceAll(" ", "-"),
    ),
  );
}

/** What is wrong with a relative link from `file`; null when nothing is. */
function brokenLink(file, link) {
  if (/^[a-z]+:/i.test(link)) return null;
  const [path, anchor] = link.split("#");
  const target = path === "" ? file : resolve(dirname(file), path);
  if (!existsSync(target)) return `${link} does not exist`;
  if (anchor === undefined || !target.endsWith(".md")) return null;
  return anchors(readFileSync(target, "utf8")).has(anchor) ? null : `${link}: no such heading`;
}

/** The codes that the source can produce, except where a code is only compared or mapped. */
function producedCodes() {
  const source = join(root, "src/tactus");
  const names = new Map(
    [...readFileSync(join(source, "base/error.cpp"), "utf8").matchAll(/ErrorCode::(k\w+), "(TAC-[A-Z-]+)"/g)].map(
      ([, name, code]) => [name, code],
    ),
  );
  assert.ok(names.size > 30, "the table of error codes was not found");
  const produced = new Set();
  for (const file of filesBelow(source, ".cpp")) {
    if (/_test\.cpp$|base\/error\.cpp$|server\/api_error\.cpp$/.test(file)) continue;
    for (const match of readFileSync(file, "utf8").matchAll(/(==|!=|\bcase)?\s*\bErrorCode::(k\w+)/g)) {
      if (match[1] === undefined) produced.add(names.get(match[2]));
    }
  }
  return produced;
}

// --- Trying ---

const folders = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A fresh workspace, with examples/ in it and `tactus` in bin/. */
function workspace() {
  const folder = mkdtempSync(join(tmpdir(), "tactus-docs-"));
  folders.push(folder);
  cpSync(join(root, "examples"), join(folder, "examples"), {
    recursive: true,
    filter: (path) => !path.endsWith(".tac/") && !/[\\/]\.tac([\\/]|$)/.test(path),
  });
  mkdirSync(join(folder, "bin"));
  symlinkSync(tactus, join(folder, "bin/tactus"));
  return folder;
}

function tryCommand(folder, command, args) {
  const environment = {
    PATH: `${join(folder, "bin")}${delimiter}${process.env.PATH}`,
    HOME: folder,
    LANG: "C.UTF-8",
    TACTUS_DEMO_RATE: "0",
  };
  const done = spawnSync(command, args, { cwd: folder, env: environment, encoding: "utf8", timeout: TIMEOUT_MS });
  return { ok: done.status === 0, output: `${done.stdout}${done.stderr}${done.error ?? ""}` };
}

function assertSucceeds(folder, command, args) {
  const { ok, output } = tryCommand(folder, command, args);
  assert.ok(ok, `${command} ${args.join(" ")} failed:\n${output}`);
  return output;
}

const trials = {
  "tac check": (folder, text) => {
    writeFileSync(join(folder, "program.tac"), text);
    const output = assertSucceeds(folder, "tactus", ["validate", "program.tac"]);
    assert.doesNotMatch(output, /warning:/);
  },
  "tac run": (folder, text) => {
    trials["tac check"](folder, text);
    const result = assertSucceeds(folder, "tactus", ["run", "program.tac"]);
    assert.notEqual(result.trim(), "", "the run has no result");
  },
  "sh test": (folder, text) => {
    assertSucceeds(folder, "bash", ["-euo", "pipefail", "-c", text]);
  },
};

const documents = filesBelow(root, ".md");

test("the rules of this test find what they look for", () => {
  assert.ok(existsSync(tactus), `${tactus} does not exist; set TACTUS_BIN`);
  const block = fencedBlocks("a\n```tac run\nreturn 1\n```\n");
  assert.deepEqual(block, [{ info: "tac run", line: 2, text: "return 1\n" }]);
  assert.deepEqual(links("[a](b.md#c) `[x](y)` ![p](q.png)"), ["b.md#c", "q.png"]);
  assert.ok(anchors("## Failures and retries\n").has("failures-and-retries"));
  assert.notEqual(brokenLink(join(root, "README.md"), "nowhere.md"), null);
  assert.notEqual(brokenLink(join(root, "README.md"), "README.md#nowhere"), null);
  const folder = workspace();
  assert.throws(() => trials["tac check"](folder, "main = procedure(\n"));
  assert.throws(() => trials["tac run"](folder, 'main = procedure("main", {}, function() error("no") end)\n'));
  assert.throws(() => trials["sh test"](folder, "false\ntrue\n"));
});

test("there are documents with programs and commands to try", () => {
  const infos = documents.flatMap((file) => fencedBlocks(readFileSync(file, "utf8")).map((block) => block.info));
  for (const kind of Object.keys(trials)) assert.ok(infos.includes(kind), `no block is marked '${kind}'`);
});

for (const file of documents) {
  const name = relative(root, file);
  const markdown = readFileSync(file, "utf8");
  describe(name, () => {
    test("links lead somewhere", () => {
      const broken = links(markdown).map((link) => brokenLink(file, link)).filter((problem) => problem !== null);
      assert.deepEqual(broken, []);
    });
    for (const block of fencedBlocks(markdown)) {
      if (/^(tac|lua)\b/.test(block.info)) {
        test(`line ${block.line}: the program is marked to be tried`, () => {
          assert.ok(["tac run", "tac check"].includes(block.info), `'${block.info}': mark it 'tac run' or 'tac check'`);
        });
      }
      const trial = trials[block.info];
      if (trial) test(`line ${block.line}: ${block.info}`, () => trial(workspace(), block.text));
    }
  });
}

describe("docs/errors.md", () => {
  const rows = [...readFileSync(join(root, "docs/errors.md"), "utf8").matchAll(/^\| `(TAC-[A-Z-]+)` \|/gm)].map((row) => row[1]);

  test("lists each code once", () => {
    assert.deepEqual(rows.filter((code, index) => rows.indexOf(code) !== index), []);
  });

  test("lists the codes that the source produces, and no others", () => {
    const expected = [...producedCodes()].filter((code) => !INTERNAL_CODES.has(code));
    assert.deepEqual([...rows].sort(), expected.sort());
  });

  test("every code that a document names is listed", () => {
    const named = documents.flatMap((file) =>
      [...readFileSync(file, "utf8").matchAll(/TAC-[A-Z]+(?:-[A-Z]+)*/g)].map(([code]) => `${relative(root, file)}: ${code}`),
    );
    assert.deepEqual(named.filter((entry) => !rows.includes(entry.split(": ")[1])), []);
  });
});
