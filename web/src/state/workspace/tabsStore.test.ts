import { Text } from "@codemirror/state";
import { beforeEach, describe, expect, it, vi } from "vitest";
import * as api from "../api";
import { neighbourOf, rememberedTabs, rememberTabs, useTabs } from "./tabsStore";

vi.mock("../api", async (original) => ({
  ...(await original<typeof api>()),
  getFile: vi.fn(),
  saveFile: vi.fn(),
}));

/** A disk with one version per file; its etag is its content. */
const disk = new Map<string, string>();

function missing(path: string): api.ApiError {
  return new api.ApiError({ status: 404, code: "not_found", message: path });
}

function conflict(currentEtag?: string): api.ApiError {
  return new api.ApiError({ status: 409, code: "conflict", message: "changed", currentEtag });
}

beforeEach(() => {
  localStorage.clear();
  disk.clear();
  disk.set("a.tac", "one\ntwo");
  disk.set("b.tac", "bee");
  useTabs.setState({ tabs: [], active: null, jump: null });
  vi.mocked(api.getFile).mockImplementation(async (path) => {
    const content = disk.get(path);
    if (content === undefined) throw missing(path);
    return { path, content, etag: content, size: content.length };
  });
  vi.mocked(api.saveFile).mockImplementation(async (path, content, etag) => {
    if (disk.get(path) !== etag) throw conflict(disk.get(path));
    disk.set(path, content);
    return { path, etag: content, size: content.length };
  });
});

const { open, edit, save, close, resolve, checkDisk, renamed, jumpTo, restore } =
  useTabs.getState();

function tab(path = "a.tac") {
  const found = useTabs.getState().tabs.find((one) => one.path === path);
  if (!found) throw new Error(`no tab ${path}`);
  return found;
}

const text = (content: string) => Text.of(content.split("\n"));

describe("opening", () => {
  it("reads a file once, then only brings its tab forward", async () => {
    await open("a.tac");
    await open("b.tac");
    await open("a.tac");
    expect(useTabs.getState()).toMatchObject({ active: "a.tac" });
    expect(useTabs.getState().tabs.map((one) => one.path)).toEqual(["a.tac", "b.tac"]);
    expect(api.getFile).toHaveBeenCalledTimes(2);
    expect(tab().doc.toString()).toBe("one\ntwo");
  });

  it("keeps why a file could not be read, and tries again", async () => {
    await open("gone.tac");
    expect(tab("gone.tac")).toMatchObject({ status: "error", error: { status: 404 } });
    disk.set("gone.tac", "back");
    await open("gone.tac");
    expect(tab("gone.tac")).toMatchObject({ status: "ready", error: null });
  });

  it("reads restored tabs only when they are shown", async () => {
    restore(["a.tac", "b.tac"]);
    await open("b.tac");
    expect(tab("a.tac").status).toBe("loading");
    close("b.tac");
    await vi.waitFor(() => expect(tab("a.tac").status).toBe("ready"));
  });

  it("numbers jumps, so that the same place can be asked for twice", async () => {
    await jumpTo("a.tac", 2);
    const first = useTabs.getState().jump;
    await jumpTo("a.tac", 2);
    expect(useTabs.getState().jump?.id).not.toBe(first?.id);
  });
});

describe("dirty", () => {
  it("is a text that differs from the saved one, and ends when it is typed back", async () => {
    await open("a.tac");
    edit("a.tac", text("one\ntwo!"));
    expect(tab().dirty).toBe(true);
    edit("a.tac", text("one\ntwo"));
    expect(tab().dirty).toBe(false);
  });

  it("ends with a save, unless typing went on meanwhile", async () => {
    await open("a.tac");
    edit("a.tac", text("new"));
    const saving = save("a.tac");
    edit("a.tac", text("newer"));
    expect(await saving).toBe("saved");
    expect(disk.get("a.tac")).toBe("new");
    expect(tab().dirty).toBe(true);
    expect(await save("a.tac")).toBe("saved");
    expect(disk.get("a.tac")).toBe("newer");
    expect(tab().dirty).toBe(false);
  });

  it("keeps the line ends of the file", async () => {
    disk.set("a.tac", "one\r\ntwo\r\n");
    await open("a.tac");
    expect(tab().doc.lines).toBe(3);
    edit("a.tac", text("one\n2\n"));
    await save("a.tac");
    expect(disk.get("a.tac")).toBe("one\r\n2\r\n");
  });

  it("stays, with the reason, when saving fails", async () => {
    await open("a.tac");
    edit("a.tac", text("new"));
    const refused = new api.ApiError({ status: 413, code: "too_large", message: "too large" });
    vi.mocked(api.saveFile).mockRejectedValueOnce(refused);
    expect(await save("a.tac")).toBe("failed");
    expect(tab()).toMatchObject({ dirty: true, saving: false, error: { code: "too_large" } });
  });
});

describe("conflicts", () => {
  async function conflicting() {
    await open("a.tac");
    edit("a.tac", text("mine"));
    disk.set("a.tac", "theirs");
    expect(await save("a.tac")).toBe("conflict");
    expect(tab()).toMatchObject({ dirty: true, conflict: { currentEtag: "theirs" } });
  }

  it("keep mine overwrites what is on disk", async () => {
    await conflicting();
    await resolve("a.tac", "mine");
    expect(disk.get("a.tac")).toBe("mine");
    expect(tab()).toMatchObject({ dirty: false, conflict: null });
  });

  it("load theirs takes over what is on disk, as a new revision for the editor", async () => {
    await conflicting();
    const { revision } = tab();
    await resolve("a.tac", "theirs");
    expect(tab().doc.toString()).toBe("theirs");
    expect(tab()).toMatchObject({ dirty: false, conflict: null, revision: revision + 1 });
  });

  it("a file that is gone can be written again or closed", async () => {
    await open("a.tac");
    disk.delete("a.tac");
    await checkDisk("a.tac");
    expect(tab().conflict).toEqual({ currentEtag: null });
    await resolve("a.tac", "mine");
    expect(disk.get("a.tac")).toBe("one\ntwo");
    disk.delete("a.tac");
    await checkDisk("a.tac");
    await resolve("a.tac", "theirs");
    expect(useTabs.getState().tabs).toEqual([]);
  });

  it("an untouched tab follows the disk, a dirty one is warned", async () => {
    await open("a.tac");
    disk.set("a.tac", "changed");
    await checkDisk("a.tac");
    expect(tab().doc.toString()).toBe("changed");
    edit("a.tac", text("mine"));
    disk.set("a.tac", "changed again");
    await checkDisk("a.tac");
    expect(tab().doc.toString()).toBe("mine");
    expect(tab().conflict).toEqual({ currentEtag: "changed again" });
  });
});

describe("closing and renaming", () => {
  it("shows the right neighbour, else the left one", async () => {
    for (const path of ["a.tac", "b.tac"]) await open(path);
    const { tabs } = useTabs.getState();
    expect(neighbourOf(tabs, "a.tac")).toBe("b.tac");
    expect(neighbourOf(tabs, "b.tac")).toBe("a.tac");
    close("b.tac");
    close("a.tac");
    expect(useTabs.getState().active).toBeNull();
  });

  it("follows a renamed file, and files of a renamed folder", async () => {
    disk.set("old/x.tac", "x");
    await open("old/x.tac");
    await open("a.tac");
    renamed("old", "new");
    renamed("a.tac", "c.tac");
    expect(useTabs.getState().tabs.map((one) => one.path)).toEqual(["new/x.tac", "c.tac"]);
    expect(useTabs.getState().active).toBe("c.tac");
  });

  it("remembers the tabs, and survives damaged memory", async () => {
    const stop = rememberTabs();
    await open("a.tac");
    await open("b.tac");
    stop();
    expect(rememberedTabs()).toEqual({ paths: ["a.tac", "b.tac"], active: "b.tac" });
    for (const damaged of ["{", "5", "[]", '{"paths":[1],"active":{}}']) {
      localStorage.setItem("tactus.tabs:", damaged);
      expect(rememberedTabs()?.paths ?? []).toEqual([]);
    }
  });
});
