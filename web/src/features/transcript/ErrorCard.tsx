import { CircleAlert } from "lucide-react";
import type { ErrorInfo } from "../../protocol/events";
import { Ticked } from "../../ui/Ticked";
import styles from "./Card.module.css";
import { useScope } from "./context";

export interface ErrorCardProps {
  readonly error: ErrorInfo;
  /** `part`: one line inside a card. */
  readonly scope: "run" | "turn" | "part";
}

/** What failed, where, and what to do. */
export function ErrorCard({ error, scope }: ErrorCardProps) {
  const { onJump } = useScope();
  const { file, line } = error;
  return (
    <div className={styles.error} data-scope={scope} data-testid="error">
      <CircleAlert size={15} className={styles.bad} aria-hidden />
      <div className={styles.errorText}>
        <p className={styles.errorMessage}>
          <Ticked text={error.message} />
        </p>
        {error.hint !== null && (
          <p className={styles.hint} data-testid="error-hint">
            <Ticked text={error.hint} />
          </p>
        )}
        <p className={styles.place}>
          {error.code !== null && <code>{error.code}</code>}
          {line !== null && (
            <button
              type="button"
              className={styles.jump}
              onClick={() => onJump(file === null ? { line } : { path: file, line })}
            >
              {file ?? "line"}:{line}
            </button>
          )}
        </p>
      </div>
    </div>
  );
}
