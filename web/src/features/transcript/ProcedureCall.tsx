import { Check, CircleDashed, CircleSlash, LoaderCircle, X } from "lucide-react";
import type { ProcedureCallView } from "../../protocol/view";
import styles from "./Card.module.css";
import { useIsGoing } from "./context";
import { Disclosure } from "./Disclosure";
import { ErrorCard } from "./ErrorCard";
import { Nested } from "./Nested";
import { oneLine } from "./oneLine";
import { Value } from "./Value";

/** A call of another procedure, or a task: one line, which opens to what went in and came out. */
export function ProcedureCall({ call }: { call: ProcedureCallView }) {
  return (
    <div className={styles.call} data-testid="procedure-call" data-stage={call.stage}>
      <Disclosure className={styles.tool} summary={<CallLine call={call} />}>
        {() => (
          <div className={styles.details}>
            <h3 className={styles.heading}>Inputs</h3>
            <Value value={call.inputs ?? {}} />
            {call.stage === "completed" && (
              <>
                <h3 className={styles.heading}>Result</h3>
                <Value value={call.result} />
              </>
            )}
          </div>
        )}
      </Disclosure>
      {call.error !== null && <ErrorCard error={call.error} scope="part" />}
      <Nested parent={call.callId} />
    </div>
  );
}

function CallLine({ call }: { call: ProcedureCallView }) {
  return (
    <span className={styles.line}>
      <CallIcon stage={call.stage} />
      <span className={styles.name}>{call.name}</span>
      <span className={styles.preview}>
        {oneLine(call.inputs ?? {}).replace(/^\{(.*)\}$/s, "$1")}
        {call.stage === "completed" && call.result !== null && (
          <span className={styles.result}> → {oneLine(call.result)}</span>
        )}
        {call.stage === "cancelled" && " stopped"}
      </span>
    </span>
  );
}

function CallIcon({ stage }: Pick<ProcedureCallView, "stage">) {
  const going = useIsGoing();
  switch (stage) {
    case "started":
      if (!going) {
        return (
          <CircleDashed size={14} className={styles.note} role="img" aria-label="not finished" />
        );
      }
      return <LoaderCircle size={14} className={styles.busy} role="img" aria-label="running" />;
    case "completed":
      return <Check size={14} className={styles.good} role="img" aria-label="completed" />;
    case "failed":
      return <X size={14} className={styles.bad} role="img" aria-label="failed" />;
    case "cancelled":
      return <CircleSlash size={14} className={styles.note} role="img" aria-label="stopped" />;
  }
}
