import { useEffect, useState } from "react";

/**
 * Milliseconds from `startedAt` to `endedAt`, or to now while that is null: then it is renewed every
 * `periodMs`. Null when a time cannot be read. Never negative, also when the clocks disagree.
 */
export function useElapsed(
  startedAt: string | null,
  endedAt: string | null,
  periodMs = 1000,
): number | null {
  const [now, setNow] = useState(Date.now);
  const running = startedAt !== null && endedAt === null;
  useEffect(() => {
    if (!running) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), periodMs);
    return () => clearInterval(timer);
  }, [running, periodMs]);
  const start = Date.parse(startedAt ?? "");
  const end = endedAt === null ? now : Date.parse(endedAt);
  return Number.isNaN(end - start) ? null : Math.max(0, end - start);
}
