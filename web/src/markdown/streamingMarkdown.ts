/**
 * Renders Markdown that arrives in pieces. Work per piece depends on the open block alone:
 *
 *     root ─┬─ done   blocks that nothing can change any more, rendered once
 *           └─ tail   the last block whose opening line is complete, and what follows it
 *
 * An open code fence stands at the end of `done` and takes its lines directly. After `finish` the
 * result is that of rendering the whole text at once, whatever the pieces were.
 */
import { finalPrefix, topLevelBlocks } from "./blocks";
import { upgradeCode } from "./codeBlock";
import { OpenFence } from "./fence";
import styles from "./markdown.module.css";
import { type MarkdownEnv, parser } from "./parser";

interface LinkedBlock {
  readonly source: string;
  readonly node: HTMLElement;
  html: string;
}

interface Slot {
  readonly node: HTMLElement;
  html: string;
}

export class StreamingMarkdown {
  private readonly done = document.createElement("div");
  private readonly tail = document.createElement("div");
  private readonly env: MarkdownEnv = { references: {} };
  /** Committed blocks that a later link definition may change. */
  private readonly linked: LinkedBlock[] = [];
  private readonly slots: Slot[] = [];
  private fence: OpenFence | null = null;
  /** The source that is not committed yet, with LF line ends. */
  private open = "";
  private endsWithCr = false;
  private end: Element | null = null;

  /** Takes over `root`, which it empties. */
  constructor(root: HTMLElement) {
    root.classList.add(styles["markdown"] ?? "");
    root.replaceChildren(this.done, this.tail);
  }

  /** Appends text, which may end anywhere, and shows it. */
  push(text: string): void {
    this.open += this.normalise(text);
    this.advance(false);
  }

  /** Shows the end: whatever was kept open is final now. Nothing may be pushed afterwards. */
  finish(): void {
    if (this.endsWithCr) this.open += "\n";
    this.endsWithCr = false;
    this.advance(true);
  }

  /** A CR at the end waits for the LF that may belong to it. */
  private normalise(text: string): string {
    const whole = this.endsWithCr ? `\r${text}` : text;
    this.endsWithCr = whole.endsWith("\r");
    const ready = this.endsWithCr ? whole.slice(0, -1) : whole;
    return ready.replace(/\r\n?/g, "\n").replaceAll("\0", "\uFFFD");
  }

  private advance(final: boolean): void {
    while (this.fence === null ? this.advanceBlocks(final) : this.advanceFence(this.fence, final)) {
      // Each round commits something; the last one finds nothing more to commit.
    }
    this.markEnd(final ? null : (this.fence?.block.end ?? deepestEnd(this.tail)));
  }

  /** `data-end` is on the element at whose end text grows, for a caret. */
  private markEnd(end: Element | null): void {
    if (end === this.end) return;
    this.end?.removeAttribute("data-end");
    end?.setAttribute("data-end", "");
    this.end = end;
  }

  private advanceFence(fence: OpenFence, final: boolean): boolean {
    const { rest, closed } = fence.read(this.open, final);
    this.open = rest;
    if (closed) this.fence = null;
    return closed;
  }

  private advanceBlocks(final: boolean): boolean {
    const source = this.open;
    if (final) {
      this.commit(source);
      this.open = "";
      this.tail.replaceChildren();
      return false;
    }
    const env: MarkdownEnv = { references: { ...this.env.references } };
    const tokens = parser.parse(source, env);
    const blocks = topLevelBlocks(tokens, source);
    const cut = finalPrefix(blocks);
    if (cut > 0) {
      this.commit(source.slice(0, cut));
      this.open = source.slice(cut);
      return true;
    }
    const [first] = blocks;
    if (first?.type === "fence" && first.settled && source.slice(0, first.start).trim() === "") {
      if (this.openFence(source.slice(first.start))) return true;
    }
    const html = blocks.map(({ from, to }) =>
      parser.renderer.render(tokens.slice(from, to), parser.options, env),
    );
    this.showTail(html);
    return false;
  }

  private openFence(source: string): boolean {
    const opened = OpenFence.open(source, languageOf);
    if (opened === null) return false;
    this.fence = opened.fence;
    this.open = opened.rest;
    this.done.append(opened.fence.block.root);
    this.showTail([]);
    return true;
  }

  private commit(source: string): void {
    if (source.trim() === "") return;
    const known = Object.keys(this.env.references).length;
    const html = parser.render(source, this.env);
    const node = document.createElement("div");
    node.className = styles["block"] ?? "";
    setHtml(node, html);
    if (html !== "") this.done.append(node);
    if (source.includes("[")) this.linked.push({ source, node, html });
    if (Object.keys(this.env.references).length > known) this.applyLateDefinitions();
  }

  /** A definition holds for the whole document, also for what was written before it. */
  private applyLateDefinitions(): void {
    for (const block of this.linked) {
      const html = parser.render(block.source, { references: { ...this.env.references } });
      if (html === block.html) continue;
      block.html = html;
      setHtml(block.node, html);
    }
  }

  /** Touches only the blocks that changed. */
  private showTail(blocks: readonly string[]): void {
    blocks.forEach((html, index) => {
      const slot = this.slots[index];
      if (slot === undefined) {
        const node = document.createElement("div");
        setHtml(node, html);
        this.slots.push({ node, html });
        this.tail.append(node);
      } else if (slot.html !== html) {
        slot.html = html;
        setHtml(slot.node, html);
      }
    });
    for (const slot of this.slots.splice(blocks.length)) slot.node.remove();
  }
}

/** Renders a whole text at once into `root`, which it empties. */
export function renderMarkdown(root: HTMLElement, text: string): void {
  const markdown = new StreamingMarkdown(root);
  markdown.push(text);
  markdown.finish();
}

const inlineHolders = /^(DIV|UL|OL|LI|P|H[1-6]|BLOCKQUOTE|TABLE|THEAD|TBODY|TR|TH|TD)$/;

/** The last block that holds text itself; null where that cannot be told. */
function deepestEnd(root: Element): Element | null {
  let end = root.lastElementChild;
  for (let next = end; next !== null && inlineHolders.test(next.tagName); ) {
    end = next;
    next = next.lastElementChild;
  }
  return end?.lastElementChild?.tagName === "FIGURE" ? null : end;
}

function setHtml(node: HTMLElement, html: string): void {
  node.innerHTML = html;
  upgradeCode(node);
}

function languageOf(info: string): string {
  const unescaped = parser.utils.unescapeAll(info).trim();
  return unescaped.split(/\s+/)[0] ?? "";
}
