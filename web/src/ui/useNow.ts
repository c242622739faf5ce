import { useEffect, useState } from "react";

/** The time in milliseconds, renewed every `period_ms`. */
export function useNow(period_ms: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), period_ms);
    return () => clearInterval(timer);
  }, [period_ms]);
  return now;
}
