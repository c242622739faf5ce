import { useEffect, useState } from "react";
import type { Item, TurnView } from "../../protocol/view";
import { formatCost, formatTokens } from "../../ui/format";
import { useScope } from "./context";
import styles from "./Metrics.module.css";
import { rateOf, type Sample } from "./tokenRate";
import { useQuietSeconds } from "./useQuiet";

const periodMs = 500;

/** The figures so far: as the server measures them, else estimated from the text. */
export function LiveMetrics({ turn, growing }: { turn: TurnView; growing: Item | null }) {
  const key = growing?.kind === "message" ? growing.key : null;
  const estimate = useTextRate(key);
  const quiet = useQuietSeconds(turn, growing);
  const usage = turn.usage;
  const measured = usage?.tokens_per_second ?? null;
  const parts = [
    quiet !== null && `Nothing new for ${quiet} s`,
    quiet === null && measured !== null && `${Math.round(measured)} tokens/s`,
    quiet === null &&
      measured === null &&
      estimate !== null &&
      `≈ ${Math.round(estimate)} tokens/s`,
    usage?.completion_tokens != null && `${formatTokens(usage.completion_tokens)} tokens`,
    usage?.total_cost != null && formatCost(usage.total_cost),
  ].filter((part) => part !== false);
  return (
    <div
      className={styles.line}
      data-testid="live-metrics"
      data-quiet={quiet !== null || undefined}
    >
      <span className={styles.live} aria-hidden />
      <span>{parts.length === 0 ? "Streaming" : parts.join(" · ")}</span>
    </div>
  );
}

/** Tokens per second of a growing text, estimated twice a second; null until two samples exist. */
function useTextRate(key: string | null): number | null {
  const { session } = useScope();
  const [rate, setRate] = useState<number | null>(null);
  useEffect(() => {
    if (key === null) return;
    let samples: Sample[] = [];
    const sample = () => {
      samples = [...samples, { atMs: performance.now(), chars: session.text(key).length }].slice(
        -7,
      );
      setRate(rateOf(samples));
    };
    sample();
    const timer = setInterval(sample, periodMs);
    return () => clearInterval(timer);
  }, [key, session]);
  return rate;
}
