import { Timer } from "lucide-react";
import { formatClock, formatLeft } from "../../../ui/format";
import { useNow } from "../../../ui/useNow";
import styles from "./hitl.module.css";

const soonMs = 30_000;

/** How long an answer is still waited for. */
export function Countdown({ expiresAt }: { expiresAt: string }) {
  const now = useNow(1000);
  const left = Date.parse(expiresAt) - now;
  if (Number.isNaN(left)) return null;
  return (
    <span
      className={styles.countdown}
      data-soon={left < soonMs || undefined}
      data-testid="hitl-countdown"
      title={`Waits until ${formatClock(expiresAt, now)}`}
    >
      <Timer size={13} aria-hidden />
      {left > 0 ? `${formatLeft(left)} left` : "time is up"}
    </span>
  );
}
