import type { SupersededAttempt } from "../../protocol/view";
import { formatCost, formatTokens } from "../../ui/format";
import styles from "./Card.module.css";
import { Disclosure } from "./Disclosure";
import { Items } from "./Turn";

const reasons: Readonly<Record<string, string>> = {
  retry: "failed and was tried again",
  fallback: "failed over to another model",
  validation: "did not validate",
  crash: "was cut off by a restart",
};

/** An attempt that counts no more: history that can be opened. */
export function Superseded({ attempt }: { attempt: SupersededAttempt }) {
  return (
    <Disclosure className={styles.superseded} testId="superseded" summary={summaryOf(attempt)}>
      {() =>
        attempt.items.length === 0 ? (
          <p className={styles.note}>It produced nothing.</p>
        ) : (
          <div className={styles.history}>
            <Items items={attempt.items} growing={null} />
          </div>
        )
      }
    </Disclosure>
  );
}

/** For example "Attempt 1 failed: rate limited after 312 tokens, $0.0004; then groq:llama-3 was asked". */
export function summaryOf(attempt: SupersededAttempt): string {
  const { error, usage, next } = attempt;
  const what =
    error === null
      ? (reasons[attempt.reason] ?? attempt.reason)
      : `failed: ${error.message.replace(/\.$/, "")}`;
  const tokens = usage?.completion_tokens ?? null;
  const after = tokens === null ? "" : ` after ${formatTokens(tokens)} tokens`;
  const cost = usage?.total_cost == null ? "" : `, ${formatCost(usage.total_cost)}`;
  const instead = next === null ? "" : `; then ${next.provider}:${next.model} was asked`;
  return `Attempt ${attempt.attempt + 1} ${what}${after}${cost}${instead}`;
}
