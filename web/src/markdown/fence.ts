/** An open code fence at the top level: its lines go straight to a code block, without parsing. */
import { CodeBlock } from "./codeBlock";

const opening = /^( {0,3})(`{3,}|~{3,})([^\n]*)\n/;

export class OpenFence {
  readonly block: CodeBlock;
  private readonly closing: RegExp;
  private readonly mayClose: RegExp;
  private shown = "";

  private constructor(
    private readonly indent: number,
    marker: string,
    language: string,
  ) {
    this.block = new CodeBlock(language);
    const char = marker.charAt(0);
    this.closing = new RegExp(`^ {0,3}${char}{${marker.length},}[ \\t]*$`);
    this.mayClose = new RegExp(`^ {0,3}${char}*[ \\t]*$`);
  }

  /** Opens the fence at the start of `source`, whose first line is complete; null if it is none. */
  static open(
    source: string,
    languageOf: (info: string) => string,
  ): { fence: OpenFence; rest: string } | null {
    const match = opening.exec(source);
    if (match === null) return null;
    const [line, indent = "", marker = "", info = ""] = match;
    return {
      fence: new OpenFence(indent.length, marker, languageOf(info)),
      rest: source.slice(line.length),
    };
  }

  /**
   * Takes the complete lines of `source` and shows what stands after them. Returns the rest that
   * is still to be read, and whether the fence was closed before it.
   */
  read(source: string, final: boolean): { rest: string; closed: boolean } {
    let at = 0;
    for (let end = source.indexOf("\n"); end >= 0; end = source.indexOf("\n", at)) {
      const line = source.slice(at, end);
      at = end + 1;
      if (this.closing.test(line)) {
        this.show("", "");
        return { rest: source.slice(at), closed: true };
      }
      this.show(`${this.outdent(line)}\n`, "");
    }
    const open = source.slice(at);
    if (final && this.closing.test(open)) return { rest: "", closed: true };
    // A line that may yet become the closing one is not shown: it would flicker.
    this.show("", !final && this.mayClose.test(open) ? "" : this.outdent(open));
    return { rest: final ? "" : open, closed: final };
  }

  /** `lines` are final; `open` replaces what was shown of the unfinished line. */
  private show(lines: string, open: string): void {
    if (lines !== "" || open !== this.shown) {
      this.block.replaceOpenLine(lines, open);
      this.shown = open;
    }
  }

  /** Takes off as much indentation as the opening line had. A tab reaches to the next multiple of 4. */
  private outdent(line: string): string {
    let columns = 0;
    let at = 0;
    while (columns < this.indent && (line[at] === " " || line[at] === "\t")) {
      columns += line[at] === "\t" ? 4 - (columns % 4) : 1;
      at++;
    }
    return " ".repeat(Math.max(0, columns - this.indent)) + line.slice(at);
  }
}
