import type { CostEvent } from "../../protocol/events";
import type { TurnView } from "../../protocol/view";
import { formatCost, formatDuration, formatTokens } from "../../ui/format";
import { Disclosure } from "./Disclosure";
import styles from "./Metrics.module.css";

export interface MetricsProps {
  readonly turn: TurnView;
  readonly cost: CostEvent;
}

/** What a turn took, in one line that opens to the full breakdown. */
export function Metrics({ turn, cost }: MetricsProps) {
  return (
    <Disclosure
      className={styles.metrics}
      testId="metrics"
      summary={<MetricsLine turn={turn} cost={cost} />}
    >
      {() => <Breakdown cost={cost} />}
    </Disclosure>
  );
}

function MetricsLine({ turn, cost }: MetricsProps) {
  const durationMs = cost.duration_ms ?? turn.durationMs;
  const ttftMs = cost.ttft_ms ?? turn.ttftMs;
  return (
    <span className={styles.line}>
      <span>{costText(cost)}</span>
      <span>
        {count(cost.prompt_tokens)} in / {count(cost.completion_tokens)} out
      </span>
      {durationMs !== null && <span>{formatDuration(durationMs)}</span>}
      {ttftMs !== null && <span>first token {formatDuration(ttftMs)}</span>}
    </span>
  );
}

/** An unknown price is said to be unknown: it is never shown as free. */
function costText(cost: CostEvent): string {
  if (cost.total_cost === null) return "price unknown";
  const sign = cost.provenance === "estimated" ? "≈ " : "";
  return sign + formatCost(cost.total_cost);
}

function count(tokens: number | null): string {
  return tokens === null ? "?" : formatTokens(tokens);
}

function Breakdown({ cost }: { cost: CostEvent }) {
  return (
    <dl className={styles.breakdown}>
      {breakdownRows(cost).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function breakdownRows(cost: CostEvent): [string, string][] {
  const gaps = cost.inter_token_ms;
  const rows: [string, string | null][] = [
    ["Provider", cost.provider],
    ["Model", cost.model_version ?? cost.model],
    ["Prompt", priced(cost.prompt_tokens, cost.prompt_cost)],
    ["Answer", priced(cost.completion_tokens, cost.completion_cost)],
    ["From cache", priced(cost.cached_tokens, null)],
    ["Reasoning", priced(cost.reasoning_tokens, null)],
    ["Figures", cost.provenance],
    ["Between tokens", gaps && `p50 ${ms(gaps.p50)}, p95 ${ms(gaps.p95)}, max ${ms(gaps.max)}`],
    ["Retries", positive(cost.retry_count)],
    ["Validation errors", validationErrors(cost.validation_errors)],
    ["Finish reason", cost.finish_reason],
    ["Temperature", cost.temperature === null ? null : String(cost.temperature)],
    ["Token limit", positive(cost.max_tokens)],
    ["Request", cost.request_id],
  ];
  return rows.flatMap(([name, value]) => (value ? [[name, value] as [string, string]] : []));
}

function priced(tokens: number | null, cost: number | null): string | null {
  if (tokens === null) return null;
  const text = `${tokens.toLocaleString("en")} tokens`;
  return cost === null ? text : `${text}, ${formatCost(cost)}`;
}

function ms(value: number | null): string {
  return value === null ? "?" : formatDuration(value);
}

function positive(value: number | null): string | null {
  return value === null || value === 0 ? null : String(value);
}

function validationErrors(value: CostEvent["validation_errors"]): string | null {
  if (typeof value === "number") return positive(value);
  return Array.isArray(value) ? positive(value.length) : null;
}
