import { useEffect, useState } from "react";
import type { TurnView } from "../../protocol/view";
import styles from "./Turn.module.css";

const explainAfterSeconds = 10;

/** Nothing has come yet: how long already, and after a while, for what. */
export function Waiting({ turn }: { turn: TurnView }) {
  const seconds = useWaitedSeconds(turn);
  const model = turn.model ?? turn.provider ?? "the model";
  const what = turn.items.length === 0 ? "first token" : "next answer";
  return (
    <div className={styles.waiting} data-testid="turn-waiting">
      <span className={styles.dots} aria-hidden>
        <i />
        <i />
        <i />
      </span>
      <span>
        {seconds < explainAfterSeconds ? "Waiting" : `Waiting for the ${what} from ${model}`}
      </span>
      <span className={styles.seconds}>{seconds} s</span>
    </div>
  );
}

/** Counts from the turn's start, or from now when the turn has already produced something. */
function useWaitedSeconds(turn: TurnView): number {
  const [from] = useState(() => {
    const started = Date.parse(turn.startedAt);
    const isFirst = turn.items.length === 0 && turn.superseded.length === 0;
    return isFirst && !Number.isNaN(started) ? started : Date.now();
  });
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return Math.max(0, Math.floor((now - from) / 1000));
}
