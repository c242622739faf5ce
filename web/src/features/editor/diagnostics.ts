import type { Diagnostic } from "@codemirror/lint";
import type { Text } from "@codemirror/state";
import type { Problem } from "../../state/workspace/validationStore";

function offset(doc: Text, line: number, column: number): number {
  const found = doc.line(Math.min(Math.max(line, 1), doc.lines));
  return Math.min(found.from + Math.max(column - 1, 0), found.to);
}

/**
 * Problems as CodeMirror marks them. Without columns a whole line is marked; without a line, the first.
 * Places that lie beyond the text (it may have changed since) are moved into it.
 */
export function toDiagnostics(doc: Text, problems: readonly Problem[]): Diagnostic[] {
  return problems.map((problem) => {
    const line = problem.line ?? 1;
    const endLine = problem.end_line ?? line;
    const from = offset(doc, line, problem.column ?? 1);
    const endOfLine = doc.line(Math.min(Math.max(endLine, 1), doc.lines)).to;
    const to = problem.end_column ? offset(doc, endLine, problem.end_column) : endOfLine;
    const message = problem.hint ? `${problem.message}\n${problem.hint}` : problem.message;
    return {
      from,
      to: Math.max(from, to),
      severity: problem.severity,
      message,
      ...(problem.code ? { source: problem.code } : {}),
    };
  });
}
