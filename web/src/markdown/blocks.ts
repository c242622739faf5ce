/** Where streamed Markdown can be cut so that what comes later changes nothing before the cut. */
import type { Token } from "markdown-it";

/** A block at the top level of a source. */
export interface Block {
  /** Of the token that opens it, e.g. `paragraph_open`. */
  readonly type: string;
  /** Where its first line starts, in UTF-16 units. */
  readonly start: number;
  /** Its tokens are `tokens[from]` up to `tokens[to - 1]`. */
  readonly from: number;
  readonly to: number;
  /** Later text can neither join it to the block before nor change what it is a start of. */
  readonly settled: boolean;
}

/** The top-level blocks of `source`, of which `tokens` is the parse. */
export function topLevelBlocks(tokens: readonly Token[], source: string): Block[] {
  const lineStarts = startsOfLines(source);
  const completeLines = lineStarts.length - 1;
  const openers = tokens.flatMap((token, index) =>
    token.level === 0 && token.nesting >= 0 && token.map !== null ? [{ token, index }] : [],
  );
  return openers.map(({ token, index }, position) => {
    const line = token.map?.[0] ?? 0;
    const start = lineStarts[line] ?? 0;
    const previousEnd = lineStarts[openers[position - 1]?.token.map?.[1] ?? 0] ?? 0;
    // A table is one only together with its second line.
    const openingLines = token.type === "table_open" ? 2 : 1;
    return {
      type: token.type,
      start,
      from: index,
      to: openers[position + 1]?.index ?? tokens.length,
      settled:
        line + openingLines <= completeLines &&
        !mayBeTitle(token.type, source.slice(previousEnd, start)),
    };
  });
}

/**
 * True if the block may turn out to be the start of a link's title: then it is text right below a
 * link definition. Definitions make no tokens, so they are what stands between the blocks.
 */
function mayBeTitle(type: string, between: string): boolean {
  const isText = type === "paragraph_open" || type === "heading_open" || type === "table_open";
  return isText && between.trim() !== "" && !/\n[ \t]*\n$/.test(between);
}

/** Everything before this offset is final; 0 if nothing is. */
export function finalPrefix(blocks: readonly Block[]): number {
  const cut = blocks.findLast((block, index) => index > 0 && block.settled);
  return cut?.start ?? 0;
}

function startsOfLines(source: string): number[] {
  const starts = [0];
  for (let at = source.indexOf("\n"); at >= 0; at = source.indexOf("\n", at + 1))
    starts.push(at + 1);
  return starts;
}
