import { describe, expect, it } from "vitest";
import type { TreeEntry } from "../../state/api";
import { filterFiles, flattenTree, treeKey } from "./tree";

function entry(path: string, type: TreeEntry["type"] = "file"): TreeEntry {
  return { path, name: path.replace(/^.*\//, ""), type, ignored: false };
}

const folders = {
  "": [entry("examples", "directory"), entry("empty", "directory"), entry("hello.tac")],
  examples: [entry("examples/deep", "directory"), entry("examples/a.tac"), entry("examples/b.tac")],
  "examples/deep": [entry("examples/deep/z.tac")],
};
const rows = flattenTree(folders, ["examples", "empty"]);

describe("flattenTree", () => {
  it("gives the visible rows with their level and position", () => {
    const seen = rows.map(
      (row) => `${row.level} ${row.entry.path} ${row.position}/${row.siblings}`,
    );
    expect(seen).toEqual([
      "1 examples 1/3",
      "2 examples/deep 1/3",
      "2 examples/a.tac 2/3",
      "2 examples/b.tac 3/3",
      "1 empty 2/3",
      "1 hello.tac 3/3",
    ]);
  });

  it("hides what lies under a closed folder, even if it is open itself", () => {
    const paths = flattenTree(folders, ["examples/deep"]).map((row) => row.entry.path);
    expect(paths).toEqual(["examples", "empty", "hello.tac"]);
  });
});

describe("treeKey", () => {
  it.each([
    ["ArrowDown", "examples", "focus examples/deep"],
    ["ArrowUp", "examples/deep", "focus examples"],
    ["ArrowDown", "hello.tac", "null"],
    ["ArrowUp", "examples", "null"],
    ["Home", "hello.tac", "focus examples"],
    ["End", "examples", "focus hello.tac"],
    ["ArrowRight", "examples/deep", "expand examples/deep"],
    ["ArrowRight", "examples", "focus examples/deep"],
    ["ArrowRight", "empty", "null"],
    ["ArrowRight", "hello.tac", "null"],
    ["ArrowLeft", "examples", "collapse examples"],
    ["ArrowLeft", "examples/b.tac", "focus examples"],
    ["ArrowLeft", "hello.tac", "null"],
    ["Enter", "hello.tac", "open hello.tac"],
    [" ", "examples", "collapse examples"],
    ["Enter", "examples/deep", "expand examples/deep"],
    ["F2", "examples/a.tac", "rename examples/a.tac"],
    ["Delete", "examples/a.tac", "remove examples/a.tac"],
    ["Delete", "examples", "null"],
    ["h", "examples", "focus hello.tac"],
    ["e", "examples", "focus empty"],
    ["e", "empty", "focus examples"],
    ["q", "examples", "null"],
    ["Tab", "examples", "null"],
    ["ArrowDown", "gone", "focus examples"],
  ])("%s on %s: %s", (key, focused, expected) => {
    const action = treeKey(key, rows, focused);
    expect(action ? `${action.kind} ${action.path}` : "null").toBe(expected);
  });

  it("does nothing in an empty tree", () => {
    expect(treeKey("ArrowDown", [], null)).toBeNull();
  });
});

describe("filterFiles", () => {
  const files = [
    "lib/streaming.lua",
    "examples/streaming-test.tac",
    "st/other.tac",
    "x/saturn.tac",
  ];
  const find = (query: string) =>
    filterFiles(
      files.map((path) => entry(path)),
      query,
    ).map((f) => f.path);

  it("puts names before folders and scattered letters", () => {
    expect(find("st")).toEqual([
      "examples/streaming-test.tac",
      "lib/streaming.lua",
      "st/other.tac",
      "x/saturn.tac",
    ]);
  });

  it("ignores case and spaces, and finds letters in order only", () => {
    expect(find("STREAM test")).toEqual(["examples/streaming-test.tac"]);
    expect(find("zzz")).toEqual([]);
    expect(find("  ")).toEqual(files);
  });
});
