import { describe, expect, it } from "vitest";
import { seededRandom } from "../protocol/testing";
import { documents } from "./documents";
import { parser } from "./parser";
import { renderMarkdown, StreamingMarkdown } from "./streamingMarkdown";

/** Cuts a text at random places, in UTF-16 units, so also inside characters and between CR and LF. */
function pieces(text: string, random: () => number): string[] {
  const longest = 1 + Math.floor(random() ** 2 * 40);
  const out: string[] = [];
  for (let at = 0; at < text.length; ) {
    const length = 1 + Math.floor(random() * longest);
    out.push(text.slice(at, at + length));
    at += length;
  }
  return out;
}

function stream(parts: readonly string[]): HTMLElement {
  const root = document.createElement("div");
  const markdown = new StreamingMarkdown(root);
  for (const part of parts) markdown.push(part);
  markdown.finish();
  return root;
}

/** Rendered Markdown without our wrappers: blocks unwrapped, code as plain `<pre>`. */
function normalised(root: HTMLElement): string {
  const copy = root.cloneNode(true);
  if (!(copy instanceof HTMLElement)) throw new Error("not an element");
  for (const code of copy.querySelectorAll("figure")) {
    const pre = document.createElement("pre");
    pre.dataset["code"] = code.dataset["code"] ?? "";
    pre.textContent = code.querySelector("pre")?.textContent ?? "";
    code.replaceWith(pre);
  }
  for (const wrapper of copy.querySelectorAll("div:not(.md-table)")) {
    wrapper.replaceWith(...wrapper.childNodes);
  }
  return copy.innerHTML.replace(/>\s*\n\s*</g, "><").trim();
}

/** What the parser itself makes of the whole text: shares nothing with the streaming renderer. */
function oracle(text: string): string {
  const root = document.createElement("div");
  root.innerHTML = parser.render(text, { references: {} });
  for (const pre of root.querySelectorAll("pre")) {
    const language = /language-(\S+)/.exec(pre.querySelector("code")?.className ?? "")?.[1];
    pre.dataset["code"] = language ?? "";
    pre.textContent = pre.textContent ?? "";
  }
  return normalised(root);
}

const everything = Object.values(documents).join("\n\n");

describe("StreamingMarkdown", { timeout: 60_000 }, () => {
  for (const [name, text] of [...Object.entries(documents), ["everything", everything] as const]) {
    it(`gives the one-shot result for any pieces of: ${name}`, () => {
      const expected = oracle(text);
      expect(normalised(stream([text]))).toBe(expected);
      const rounds = text.length > 2000 ? 6 : 60;
      for (let seed = 0; seed < rounds; seed++) {
        const parts = pieces(text, seededRandom(seed));
        expect(
          normalised(stream(parts)),
          `seed ${seed}: ${JSON.stringify(parts).slice(0, 400)}`,
        ).toBe(expected);
      }
    });

    it(`gives the one-shot result for every cut in two of: ${name}`, () => {
      if (text.length > 400) return;
      const expected = oracle(text);
      for (let cut = 0; cut <= text.length; cut++) {
        const parts = [text.slice(0, cut), text.slice(cut)];
        expect(normalised(stream(parts)), `cut at ${cut}`).toBe(expected);
      }
    });
  }

  it("colours code that arrives in pieces like code that arrives whole", () => {
    const text = documents["long lua"] ?? "";
    const coloured = (root: HTMLElement) =>
      [...root.querySelectorAll("code")].map((code) => code.innerHTML);
    const whole = coloured(stream([text]));
    expect(whole.join()).toContain("keyword");
    expect(coloured(stream([...text]))).toEqual(whole);
  });

  it("never touches a committed block again", () => {
    const root = document.createElement("div");
    const markdown = new StreamingMarkdown(root);
    markdown.push("# One\n\nTwo\n\nThree");
    const heading = root.querySelector("h1");
    markdown.push(" more\n\nFour\n\n```lua\nlocal a = 1\n");
    const line = root.querySelector("code span");
    markdown.push("local b = 2\nlocal c");
    expect(root.querySelector("h1")).toBe(heading);
    expect(root.querySelector("code span")).toBe(line);
    expect(root.querySelector("code")?.textContent).toBe("local a = 1\nlocal b = 2\nlocal c");
  });

  it("shows each piece at once", () => {
    const root = document.createElement("div");
    const markdown = new StreamingMarkdown(root);
    const text = "Hello *wor* ld\n\nAnd `code`";
    let shown = 0;
    for (const char of text) {
      markdown.push(char);
      const length = root.textContent?.length ?? 0;
      expect(length).toBeGreaterThanOrEqual(Math.min(shown, length));
      shown = Math.max(shown, length);
      if (/\w/.test(char)) expect(root.textContent).toContain(char);
    }
  });

  it("does not show a closing fence while it arrives", () => {
    const root = document.createElement("div");
    const markdown = new StreamingMarkdown(root);
    markdown.push("```lua\nlocal a\n``");
    expect(root.querySelector("code")?.textContent).toBe("local a\n");
    markdown.push("x");
    expect(root.querySelector("code")?.textContent).toBe("local a\n``x");
  });

  it("marks where text grows, and nothing after the end", () => {
    const root = document.createElement("div");
    const markdown = new StreamingMarkdown(root);
    const end = () => root.querySelectorAll("[data-end]");
    const expectEnd = (text: string, tag: string) => {
      markdown.push(text);
      expect([...end()].map((node) => node.tagName)).toEqual([tag]);
    };
    expectEnd("Hello", "P");
    expectEnd("\n\n- a\n  - b", "LI");
    expectEnd("\n\n```lua\nlocal a", "SPAN");
    expectEnd("\nlocal b", "SPAN");
    expectEnd("\n```\n\n> quote", "P");
    markdown.finish();
    expect(end()).toHaveLength(0);
  });

  it("lets no markup, script or foreign request through", () => {
    const root = document.createElement("div");
    renderMarkdown(root, `${documents["html-ish text"]}\n\n${documents["links"]}`);
    expect(root.querySelector("script, img, b, iframe")).toBeNull();
    const hrefs = [...root.querySelectorAll("a")].map((link) => link.getAttribute("href"));
    expect(hrefs).toEqual([
      "https://x.y",
      "https://b.c",
      "https://e.f/g.png",
      "docs/a.md#b",
      "mailto:a@b.c",
    ]);
    for (const link of root.querySelectorAll("a")) {
      expect(link.getAttribute("rel")).toBe("noopener noreferrer");
      expect(link.getAttribute("target")).toBe("_blank");
    }
    expect(root.innerHTML).not.toContain("style=");
  });

  it("copies exactly the code", async () => {
    const written: string[] = [];
    Object.defineProperty(navigator, "clipboard", {
      configurable: true,
      value: { writeText: async (text: string) => void written.push(text) },
    });
    const root = document.createElement("div");
    renderMarkdown(root, "```lua\nlocal a = '<b>'\n\n  -- c\n```\n");
    root.querySelector("button")?.click();
    expect(written).toEqual(["local a = '<b>'\n\n  -- c\n"]);
  });
});
