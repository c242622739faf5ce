import { CircleAlert, CircleCheck, TriangleAlert } from "lucide-react";
import type { Problem } from "../../state/workspace/validationStore";
import { EmptyState } from "../../ui/EmptyState";
import { Ticked } from "../../ui/Ticked";
import { useProblems } from "./problems";
import styles from "./problems.module.css";

function ProblemRow({ problem, onJump }: { problem: Problem } & ProblemsPanelProps) {
  const { severity, message, hint, code, path, line, column } = problem;
  const Icon = severity === "error" ? CircleAlert : TriangleAlert;
  return (
    <li>
      <button type="button" className={styles.row} onClick={() => onJump(problem)}>
        <Icon size={15} className={styles[severity]} role="img" aria-label={severity} />
        <span className={styles.text}>
          <span>
            <Ticked text={message} />
          </span>
          {hint && (
            <span className={styles.hint}>
              <Ticked text={hint} />
            </span>
          )}
        </span>
        {code && <code className={styles.code}>{code}</code>}
        <span className={styles.place}>
          {path.replace(/^.*\//, "")}
          {line !== undefined && `:${line}${column === undefined ? "" : `:${column}`}`}
        </span>
      </button>
    </li>
  );
}

export interface ProblemsPanelProps {
  onJump(problem: Problem): void;
}

/** What is wrong with the open files; each entry leads to its place. */
export function ProblemsPanel({ onJump }: ProblemsPanelProps) {
  const problems = useProblems();
  return (
    <div className={styles.panel} data-testid="problems">
      {problems.length === 0 ? (
        <EmptyState icon={<CircleCheck size={20} />} title="No problems">
          Open files are checked as you type.
        </EmptyState>
      ) : (
        <ul className={styles.list}>
          {problems.map((problem, index) => (
            <ProblemRow
              // biome-ignore lint/suspicious/noArrayIndexKey: problems have no identity of their own
              key={index}
              problem={problem}
              onJump={onJump}
            />
          ))}
        </ul>
      )}
    </div>
  );
}
