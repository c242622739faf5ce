import type { SummaryEvent } from "../../protocol/events";
import type { Json } from "../../protocol/json";
import { formatCost, formatDuration, formatTokens } from "../../ui/format";
import styles from "./Card.module.css";
import { CopyButton } from "./CopyButton";
import { Disclosure } from "./Disclosure";
import { Value } from "./Value";

/** What a run returns has mostly been said above: the answer must not be pushed out of sight by its copy. */
const textChars = 160;
const stoppedExitCode = 130;

/** The result of the run and what it took, failed and superseded attempts included. */
export function Summary({ summary }: { summary: SummaryEvent }) {
  const { result, final_state: state } = summary;
  // Where a run was when a person stopped it is no finding.
  const traceback = summary.exit_code === stoppedExitCode ? null : summary.traceback;
  return (
    <div className={styles.panel} data-testid="summary">
      <div className={styles.panelHeader}>
        <span>{result === null ? "Summary" : "Result"}</span>
        <span className={styles.totals}>{totalsOf(summary)}</span>
        {result !== null && <CopyButton label="Copy the result" text={() => asText(result)} />}
      </div>
      {(result !== null || hasEntries(state) || traceback !== null) && (
        <div className={styles.panelBody}>
          {result !== null && <Value value={result} textChars={textChars} />}
          {hasEntries(state) && (
            <Disclosure className={styles.quiet} summary="Final state">
              {() => <Value value={state} />}
            </Disclosure>
          )}
          {traceback !== null && (
            <Disclosure className={styles.quiet} summary="Traceback">
              {() => (
                // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable
                <pre className={styles.json} tabIndex={0}>
                  {traceback}
                </pre>
              )}
            </Disclosure>
          )}
        </div>
      )}
    </div>
  );
}

function asText(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

function hasEntries(value: Json): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length > 0;
}

/** For example "5.1 s · 310 tokens · $0.0021 · 2 iterations". */
export function totalsOf(summary: SummaryEvent): string {
  const { duration_ms, total_tokens, total_cost, iterations } = summary;
  return [
    duration_ms === null ? null : formatDuration(duration_ms),
    total_tokens === null ? null : `${formatTokens(total_tokens)} tokens`,
    total_cost === null ? null : formatCost(total_cost),
    iterations === null || iterations < 2 ? null : `${iterations} iterations`,
  ]
    .filter((part) => part !== null)
    .join(" · ");
}
