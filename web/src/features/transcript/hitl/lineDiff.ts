/** What an edit changed, line by line. */

export interface DiffLine {
  readonly kind: "same" | "removed" | "added";
  readonly text: string;
}

/** Above so many compared pairs the middle counts as replaced as a whole, so that typing stays quick. */
const pairsMax = 400_000;

/** The lines of both texts in one list; removed ones stand before added ones. */
export function diffLines(before: string, after: string): DiffLine[] {
  const a = before.split("\n");
  const b = after.split("\n");
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (
    tail < a.length - head &&
    tail < b.length - head &&
    a[a.length - 1 - tail] === b[b.length - 1 - tail]
  ) {
    tail++;
  }
  return [
    ...lines("same", a.slice(0, head)),
    ...middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...lines("same", a.slice(a.length - tail)),
  ];
}

function lines(kind: DiffLine["kind"], texts: readonly string[]): DiffLine[] {
  return texts.map((text) => ({ kind, text }));
}

function middle(a: readonly string[], b: readonly string[]): DiffLine[] {
  if (a.length * b.length > pairsMax) return [...lines("removed", a), ...lines("added", b)];
  const common = commonLengths(a, b);
  const out: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const [left = "", right = ""] = [a[i], b[j]];
    if (left === right) {
      out.push({ kind: "same", text: left });
      i++;
      j++;
    } else if (lengthAt(common, i + 1, j) >= lengthAt(common, i, j + 1)) {
      out.push({ kind: "removed", text: left });
      i++;
    } else {
      out.push({ kind: "added", text: right });
      j++;
    }
  }
  return [...out, ...lines("removed", a.slice(i)), ...lines("added", b.slice(j))];
}

/** `[i][j]`: how many lines `a` from `i` and `b` from `j` have in common, in order. */
function commonLengths(a: readonly string[], b: readonly string[]): Uint32Array[] {
  const rows = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const row = rows[i];
      if (row === undefined) continue;
      row[j] =
        a[i] === b[j]
          ? lengthAt(rows, i + 1, j + 1) + 1
          : Math.max(lengthAt(rows, i + 1, j), lengthAt(rows, i, j + 1));
    }
  }
  return rows;
}

function lengthAt(rows: readonly Uint32Array[], i: number, j: number): number {
  return rows[i]?.[j] ?? 0;
}

/** For example "2 lines changed, 1 added"; "" if nothing changed. */
export function changeCount(diff: readonly DiffLine[]): string {
  const of = (kind: DiffLine["kind"]) => diff.filter((line) => line.kind === kind).length;
  const parts = [
    [of("added"), "added"],
    [of("removed"), "removed"],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${count} ${count === 1 ? "line" : "lines"} ${what}`)
    .join(", ");
}
