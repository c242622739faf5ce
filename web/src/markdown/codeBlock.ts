/**
 * A block of code that can grow at its end: finished lines are never touched again and lie in
 * chunks of their own layout, so that a new line costs the same at any length.
 */
import { findLanguage, highlightLine, initialState, type LineState, type Token } from "./highlight";
import styles from "./markdown.module.css";

const linesPerChunk = 40;
const copiedMs = 1600;

export class CodeBlock {
  readonly root = document.createElement("figure");

  private readonly code = document.createElement("code");
  private readonly language;
  private state: LineState = initialState;
  private chunk = document.createElement("span");
  private openLine = document.createElement("span");
  private lines = 0;

  /** `languageName` is the first word of the fence's info string; "" if there is none. */
  constructor(languageName: string) {
    this.language = findLanguage(languageName);
    this.root.className = styles["code"] ?? "";
    this.root.dataset["code"] = languageName;
    const pre = document.createElement("pre");
    pre.tabIndex = 0;
    pre.append(this.code);
    this.root.append(codeBar(languageName, this.code), pre);
    this.startChunk();
  }

  /** The line that is still open. */
  get end(): Element {
    return this.openLine;
  }

  /** Ends the open line with `lines` (each with its line end), then shows `open` after them. */
  replaceOpenLine(lines: string, open: string): void {
    const complete = lines.split("\n");
    complete.pop();
    for (const line of complete) this.endLine(line);
    this.openLine.replaceChildren(...this.colour(open).nodes);
  }

  private endLine(line: string): void {
    const { nodes, state } = this.colour(line);
    this.state = state;
    this.openLine.replaceWith(...nodes, "\n");
    this.lines++;
    if (this.lines % linesPerChunk === 0) {
      this.chunk.dataset["full"] = "";
      this.startChunk();
    } else this.startLine();
  }

  private startChunk(): void {
    this.chunk = document.createElement("span");
    this.chunk.className = styles["chunk"] ?? "";
    this.code.append(this.chunk);
    this.startLine();
  }

  private startLine(): void {
    this.openLine = document.createElement("span");
    this.chunk.append(this.openLine);
  }

  private colour(line: string): { nodes: (Node | string)[]; state: LineState } {
    if (this.language === null) return { nodes: line === "" ? [] : [line], state: this.state };
    const { tokens, state } = highlightLine(this.language, line, this.state);
    return { nodes: tokens.map(tokenNode), state };
  }
}

/** Replaces the code elements that the parser wrote below `node` by code blocks. */
export function upgradeCode(node: HTMLElement): void {
  for (const pre of node.querySelectorAll("pre")) {
    const code = pre.querySelector("code");
    const language = /(?:^|\s)language-(\S+)/.exec(code?.className ?? "")?.[1] ?? "";
    const block = new CodeBlock(language);
    const text = pre.textContent;
    const lastLine = text.lastIndexOf("\n") + 1;
    block.replaceOpenLine(text.slice(0, lastLine), text.slice(lastLine));
    pre.replaceWith(block.root);
  }
}

function tokenNode(token: Token): Node | string {
  if (token.kind === null) return token.text;
  const span = document.createElement("span");
  span.className = styles[token.kind] ?? "";
  span.textContent = token.text;
  return span;
}

function codeBar(language: string, code: HTMLElement): HTMLElement {
  const bar = document.createElement("figcaption");
  const label = document.createElement("span");
  label.textContent = language;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Copy";
  button.dataset["copyCode"] = "";
  button.setAttribute("aria-label", language === "" ? "Copy code" : `Copy ${language} code`);
  button.addEventListener("click", () => void copyCode(button, code.textContent));
  bar.append(label, button);
  return bar;
}

async function copyCode(button: HTMLButtonElement, text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Not allowed";
  }
  setTimeout(() => {
    button.textContent = "Copy";
  }, copiedMs);
}
