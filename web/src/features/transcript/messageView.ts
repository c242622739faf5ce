/** Shows one growing message in an element, outside React: as rendered Markdown or as it came. */
import { PacedRenderer } from "../../markdown/pacedRenderer";
import { StreamingMarkdown } from "../../markdown/streamingMarkdown";

export type TextMode = "rendered" | "raw";

interface Target {
  push(text: string): void;
  finish(): void;
}

class RawText implements Target {
  private readonly node = document.createTextNode("");

  constructor(root: HTMLElement) {
    root.replaceChildren(this.node);
  }

  push(text: string): void {
    this.node.appendData(text);
  }

  finish(): void {
    // Nothing was kept back.
  }
}

export class MessageView {
  private shownLength = 0;
  private finished = false;
  private target: PacedRenderer;

  constructor(
    private readonly root: HTMLElement,
    private readonly mode: TextMode,
  ) {
    this.target = this.createTarget();
  }

  /** Shows the message as far as it has arrived. `text` is all of it. */
  show(text: string): void {
    if (text.length < this.shownLength || this.finished) this.restart(text);
    if (text.length === this.shownLength) return;
    this.target.push(text.slice(this.shownLength));
    this.shownLength = text.length;
  }

  /** The text is complete. */
  finish(): void {
    if (this.finished) return;
    this.finished = true;
    this.target.finish();
  }

  dispose(): void {
    this.target.dispose();
  }

  /** The run was read anew, or a message that seemed complete grows: rare, so start over. */
  private restart(text: string): void {
    if (text.length === this.shownLength) return;
    this.target.dispose();
    this.target = this.createTarget();
    this.shownLength = 0;
    this.finished = false;
  }

  private createTarget(): PacedRenderer {
    const { root, mode } = this;
    const target = mode === "raw" ? new RawText(root) : new StreamingMarkdown(root);
    return new PacedRenderer({
      push: (text) => {
        target.push(text);
        // The frame lays this out anyway; done here, its time counts: a long paragraph is slow to lay out.
        root.getBoundingClientRect();
      },
      finish: () => target.finish(),
    });
  }
}
