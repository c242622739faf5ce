import { Check, CircleDashed, LoaderCircle, X } from "lucide-react";
import type { Json } from "../../protocol/json";
import type { ToolItem } from "../../protocol/view";
import { formatDuration } from "../../ui/format";
import styles from "./Card.module.css";
import { useIsGoing } from "./context";
import { Disclosure } from "./Disclosure";
import { ErrorCard } from "./ErrorCard";
import { Nested } from "./Nested";
import { oneLine } from "./oneLine";
import { LongText, Value } from "./Value";

/** A call of a tool: one line, which opens to arguments and result. */
export function ToolCall({ item }: { item: ToolItem }) {
  return (
    <div className={styles.card} data-testid="tool-call" data-stage={item.stage}>
      <Disclosure summary={<ToolLine item={item} />} className={styles.tool}>
        {() => <ToolDetails item={item} />}
      </Disclosure>
      {item.stage === "progress" && item.progress !== null && <Progress progress={item.progress} />}
      {item.error !== null && <ErrorCard error={item.error} scope="part" />}
      <Nested parent={item.id} />
    </div>
  );
}

function ToolLine({ item }: { item: ToolItem }) {
  const result = item.result === undefined ? "" : oneLine(item.result);
  return (
    <span className={styles.line}>
      <ToolIcon stage={item.stage} />
      <span className={styles.name}>{item.name}</span>
      <span className={styles.preview}>
        {item.arguments === undefined ? item.argumentsText : argumentsLine(item.arguments)}
        {result !== "" && <span className={styles.result}> → {result}</span>}
      </span>
      {item.durationMs !== null && (
        <span className={styles.duration}>{formatDuration(item.durationMs)}</span>
      )}
    </span>
  );
}

/** The braces of a call's arguments say nothing in a preview. */
function argumentsLine(value: Json): string {
  return oneLine(value).replace(/^\{(.*)\}$/s, "$1");
}

function ToolIcon({ stage }: { stage: ToolItem["stage"] }) {
  const going = useIsGoing();
  if (stage === "completed") {
    return <Check size={14} className={styles.good} role="img" aria-label="completed" />;
  }
  if (stage === "failed") {
    return <X size={14} className={styles.bad} role="img" aria-label="failed" />;
  }
  if (!going) {
    return <CircleDashed size={14} className={styles.note} role="img" aria-label="not finished" />;
  }
  const label = stage === "executing" || stage === "progress" ? "running" : "being written";
  return <LoaderCircle size={14} className={styles.busy} role="img" aria-label={label} />;
}

function ToolDetails({ item }: { item: ToolItem }) {
  return (
    <div className={styles.details}>
      <h3 className={styles.heading}>Arguments</h3>
      {item.arguments === undefined ? (
        <code>
          <LongText text={item.argumentsText} />
        </code>
      ) : (
        <Value value={item.arguments} />
      )}
      {item.result !== undefined && (
        <>
          <h3 className={styles.heading}>Result</h3>
          <Value value={item.result} />
        </>
      )}
    </div>
  );
}

function Progress({ progress }: { progress: NonNullable<ToolItem["progress"]> }) {
  return (
    <div className={styles.progress}>
      {progress.fraction !== null && (
        <progress value={progress.fraction} max={1} aria-label="Progress of the tool" />
      )}
      <span>{progress.message}</span>
    </div>
  );
}
