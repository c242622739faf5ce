/** The problems of all open files as one list, and the walk through it with F8. */
import { useTabs } from "../../state/workspace/tabsStore";
import { type Problem, useValidation } from "../../state/workspace/validationStore";

/** Problems of the active file first, then by path; each file's by line. */
export function listProblems(
  byPath: Readonly<Record<string, readonly Problem[]>>,
  active: string | null,
): Problem[] {
  const paths = Object.keys(byPath).sort((a, b) => a.localeCompare(b));
  if (active !== null && byPath[active]) {
    paths.splice(paths.indexOf(active), 1);
    paths.unshift(active);
  }
  return paths.flatMap((path) => byPath[path] ?? []);
}

/** The first problem after a place, going around; null when there is none. */
export function problemAfter(
  problems: readonly Problem[],
  place: { path: string | null; line: number; column: number },
): Problem | null {
  const isAfter = ({ path, line = 1, column = 1 }: Problem) =>
    path === place.path && (line > place.line || (line === place.line && column > place.column));
  const here = problems.findIndex(isAfter);
  if (here >= 0) return problems[here] ?? null;
  const otherFile = problems.find((problem) => problem.path !== place.path);
  return otherFile ?? problems[0] ?? null;
}

export function jumpToProblem({ path, line, column }: Problem): void {
  void useTabs.getState().jumpTo(path, line ?? 1, column ?? 1);
}

/** Goes to the problem after the cursor; false when there is none. */
export function jumpToNextProblem(cursor: { line: number; column: number }): boolean {
  const { active } = useTabs.getState();
  const problems = listProblems(useValidation.getState().problems, active);
  const next = problemAfter(problems, { path: active, ...cursor });
  if (next) jumpToProblem(next);
  return next !== null;
}

export function useProblems(): Problem[] {
  const byPath = useValidation((state) => state.problems);
  const active = useTabs((state) => state.active);
  return listProblems(byPath, active);
}
