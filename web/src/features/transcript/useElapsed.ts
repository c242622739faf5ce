import { useEffect, useState } from "react";
import { formatDuration } from "../../ui/format";

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

/** A duration as it is shown: in whole seconds while it still runs, so that it is calm. */
export function formatElapsed(elapsedMs: number, running: boolean): string {
  if (!running) return formatDuration(elapsedMs);
  const seconds = Math.floor(elapsedMs / 1000);
  return seconds < 60 ? `${seconds} s` : formatDuration(seconds * 1000);
}
