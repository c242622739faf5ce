import { memo } from "react";
import type { Item, TurnView } from "../../protocol/view";
import { cx } from "../../ui/cx";
import { formatElapsed } from "../../ui/format";
import { CardBoundary } from "./CardBoundary";
import { useIsFailureOfRun, useIsGoing } from "./context";
import { ErrorCard } from "./ErrorCard";
import { LiveMetrics } from "./LiveMetrics";
import { Message } from "./Message";
import { Metrics } from "./Metrics";
import { Output } from "./Output";
import { Reasoning } from "./Reasoning";
import { Superseded } from "./Superseded";
import { ToolCall } from "./ToolCall";
import styles from "./Turn.module.css";
import { growingItem, phaseOf } from "./turnPhase";
import { useElapsed } from "./useElapsed";
import { Waiting } from "./Waiting";

export interface TurnProps {
  readonly turn: TurnView;
  readonly nested?: boolean;
}

/** One turn of an agent: who speaks, what it says and does, what that took. */
export const Turn = memo(function Turn({ turn, nested = false }: TurnProps) {
  const going = useIsGoing();
  const phase = going ? phaseOf(turn) : "ended";
  const growing = going ? growingItem(turn) : null;
  const isToldAtTheEnd = useIsFailureOfRun(turn.error);
  return (
    <section
      className={cx(styles.turn, nested && styles.nested)}
      data-testid="turn"
      data-phase={phase}
      aria-label={`Turn of ${turn.agentName}`}
    >
      <TurnHeader turn={turn} />
      {turn.superseded.map((attempt) => (
        <Superseded key={attempt.attempt} attempt={attempt} />
      ))}
      <Items items={turn.items} growing={growing} />
      {phase === "waiting" && <Waiting key={turn.items.length} turn={turn} />}
      {turn.error !== null && !isToldAtTheEnd && <ErrorCard error={turn.error} scope="turn" />}
      <footer className={styles.footer}>
        {turn.cost !== null && <Metrics turn={turn} cost={turn.cost} />}
        {phase === "streaming" && <LiveMetrics turn={turn} growing={growing} />}
      </footer>
    </section>
  );
});

/** The parts of a turn in order. */
export function Items({ items, growing }: { items: readonly Item[]; growing: Item | null }) {
  return items.map((item) => (
    <CardBoundary key={item.key} raw={item}>
      <ItemCard item={item} growing={item === growing} />
    </CardBoundary>
  ));
}

function ItemCard({ item, growing }: { item: Item; growing: boolean }) {
  switch (item.kind) {
    case "message":
      return item.channel === "text" ? (
        <Message item={item} streaming={growing} />
      ) : (
        <Reasoning item={item} streaming={growing} />
      );
    case "tool":
      return <ToolCall item={item} />;
    case "output":
      return <Output item={item} />;
  }
}

function TurnHeader({ turn }: { turn: TurnView }) {
  const model = turn.model ?? turn.provider;
  const going = useIsGoing();
  return (
    <header className={styles.header}>
      <span className={styles.agent}>{turn.agentName}</span>
      {model !== null && <span className={styles.model}>{model}</span>}
      {turn.stage === "started" && !going && <span className={styles.badge}>not finished</span>}
      {turn.stage === "cancelled" && <span className={styles.badge}>stopped</span>}
      {turn.stage === "failed" && <span className={cx(styles.badge, styles.failed)}>failed</span>}
      {turn.finishReason === "length" && <span className={styles.badge}>cut at the limit</span>}
      <TurnTime turn={turn} />
    </header>
  );
}

function TurnTime({ turn }: { turn: TurnView }) {
  const going = useIsGoing();
  const elapsedMs = useElapsed(turn.startedAt, turn.endedAt);
  const shownMs = turn.durationMs ?? elapsedMs;
  const isCutOff = !going && turn.stage === "started";
  return shownMs === null || isCutOff ? null : (
    <time className={styles.time}>{formatElapsed(shownMs, turn.endedAt === null)}</time>
  );
}
