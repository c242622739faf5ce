import { describe, expect, it } from "vitest";
import type { RunSummary, TreeEntry } from "../state/api";
import { findFirstFile } from "./boot";
import { formatPlace, parsePlace } from "./location";
import { nameOfKey } from "./useShortcuts";
import { newlyAsking, titleOf } from "./Waiting";

describe("requests that wait", () => {
  const run = (run_id: string, status: RunSummary["status"]): RunSummary => ({
    run_id,
    procedure_id: "p",
    path: "p.tac",
    status,
    started_at: "2026-01-01T00:00:00Z",
    generation: 1,
    last_seq: 1,
  });

  it("are counted in the title", () => {
    expect(titleOf(0, "shop")).toBe("shop · Tactus");
    expect(titleOf(2, "shop")).toBe("(2) shop · Tactus");
    expect(titleOf(1, undefined)).toBe("(1) Tactus");
  });

  it("are told once, and not of the run on screen", () => {
    const before = [run("a", "waiting_for_human"), run("b", "running"), run("c", "running")];
    const now = before.map((one) => ({ ...one, status: "waiting_for_human" as const }));
    expect(newlyAsking(before, now, "c").map((one) => one.run_id)).toEqual(["b"]);
  });
});

describe("the address", () => {
  it.each([
    { run: null, file: null },
    { run: "r-1", file: null },
    { run: null, file: "examples/a b&c.tac" },
    { run: "r/2=x", file: "ä.tac" },
  ])("comes back as it was written: %j", (place) => {
    expect(parsePlace(formatPlace(place))).toEqual(place);
  });

  it("keeps slashes readable", () => {
    expect(formatPlace({ run: "r1", file: "a/b.tac" })).toBe("#run=r1&file=a/b.tac");
  });
});

describe("the first file", () => {
  const find = (tree: Record<string, string[]>) =>
    findFirstFile(async (folder) =>
      (tree[folder] ?? []).map((name): TreeEntry => {
        const path = folder === "" ? name : `${folder}/${name}`;
        return { name, path, type: path in tree ? "directory" : "file", ignored: false };
      }),
    );

  it.each([
    [
      { "": ["a.tac", "examples"], examples: ["streaming-test.tac"] },
      "examples/streaming-test.tac",
    ],
    [{ "": ["a.tac", "streaming-test.tac"] }, "streaming-test.tac"],
    [{ "": ["README.md", "b.tac"] }, "b.tac"],
    [{ "": ["examples"], examples: ["x.tac"] }, "examples/x.tac"],
    [{ "": ["README.md"] }, null],
  ])("of %j is %s", async (tree, expected) => {
    expect(await find(tree)).toBe(expected);
  });
});

describe("keys", () => {
  const press = (key: string, mods: Partial<KeyboardEvent> = {}) => ({
    key,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    shiftKey: false,
    ...mods,
  });

  it("names Control on most machines and Command on a Mac", () => {
    expect(nameOfKey(press("s", { ctrlKey: true }), false)).toBe("Mod+S");
    expect(nameOfKey(press("s", { metaKey: true }), true)).toBe("Mod+S");
    expect(nameOfKey(press("Enter", { ctrlKey: true }), false)).toBe("Mod+Enter");
    expect(nameOfKey(press("F8"), false)).toBe("F8");
  });

  it("leaves the other modifiers to the browser", () => {
    expect(nameOfKey(press("s", { metaKey: true }), false)).toBeNull();
    expect(nameOfKey(press("p", { ctrlKey: true, shiftKey: true }), false)).toBeNull();
    expect(nameOfKey(press("k", { ctrlKey: true }), true)).toBeNull();
  });
});
