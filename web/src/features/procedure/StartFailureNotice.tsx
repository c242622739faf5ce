import { X } from "lucide-react";
import { useRuns } from "../../state/workspace/runsStore";
import { Button, IconButton } from "../../ui/Button";
import { Notice } from "../../ui/Notice";
import type { Place } from "./ProcedurePanel";
import styles from "./procedure.module.css";

/** Why the last Run did not start, with the place to look at. */
export function StartFailureNotice({ onJump }: { onJump(place: Place): void }) {
  const failure = useRuns((state) => state.startFailure);
  if (!failure) return null;
  const { path, error } = failure;
  const { line } = error;
  return (
    <Notice
      tone="danger"
      className={styles.failure}
      title={error.message}
      hint={error.hint}
      code={error.code}
      actions={
        <>
          {line !== undefined && (
            <Button
              onClick={() =>
                onJump({ path, line, ...(error.column ? { column: error.column } : {}) })
              }
            >
              Go to line {line}
            </Button>
          )}
          <IconButton label="Dismiss" onClick={() => useRuns.getState().clearFailure()}>
            <X size={15} />
          </IconButton>
        </>
      }
    />
  );
}
