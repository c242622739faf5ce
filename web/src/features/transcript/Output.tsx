import { Braces, ListTree } from "lucide-react";
import { useState } from "react";
import type { OutputItem } from "../../protocol/view";
import styles from "./Card.module.css";
import { CopyButton } from "./CopyButton";
import { Value } from "./Value";

/** Structured output: provisional while it fills in, then the validated whole. */
export function Output({ item }: { item: OutputItem }) {
  const [asJson, setAsJson] = useState(false);
  const isInvalid = Object.values(item.fields).includes("invalid");
  return (
    <div className={styles.panel} data-testid="output" data-final={item.final}>
      <div className={styles.panelHeader}>
        <span>{titleOf(item, isInvalid)}</span>
        {item.final && <span className={styles.valid}>validated</span>}
        {item.retryCount !== null && item.retryCount > 0 && (
          <span className={styles.note}>
            after {item.retryCount} {item.retryCount === 1 ? "retry" : "retries"}
          </span>
        )}
        <span className={styles.actions}>
          <button
            type="button"
            className={styles.action}
            aria-pressed={asJson}
            onClick={() => setAsJson(!asJson)}
          >
            {asJson ? <ListTree size={14} /> : <Braces size={14} />}
            {asJson ? "Fields" : "JSON"}
          </button>
          <CopyButton label="Copy as JSON" text={() => JSON.stringify(item.value, null, 2)} />
        </span>
      </div>
      <div className={`${styles.panelBody} ${styles.fields}`}>
        {asJson ? (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable
          <pre className={styles.json} tabIndex={0}>
            {JSON.stringify(item.value, null, 2)}
          </pre>
        ) : (
          <Value value={item.value} states={item.fields} textChars={Number.POSITIVE_INFINITY} />
        )}
      </div>
    </div>
  );
}

function titleOf(item: OutputItem, isInvalid: boolean): string {
  if (item.final) return "Result";
  return isInvalid ? "Not valid" : "Filling in";
}
