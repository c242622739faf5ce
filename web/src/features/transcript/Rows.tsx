import { ArrowRight, Bell, UserRound } from "lucide-react";
import { memo } from "react";
import type { NotificationEvent } from "../../protocol/events";
import type { ChangeEvent, HitlView, ProcedureCallView, Row, TurnView } from "../../protocol/view";
import styles from "./Card.module.css";
import { CardBoundary } from "./CardBoundary";
import { useNestedTurns } from "./context";
import { ErrorCard } from "./ErrorCard";
import { Logs } from "./Logs";
import { oneLine } from "./oneLine";
import { RawRow } from "./RawRow";
import rowStyles from "./Transcript.module.css";
import { Turn } from "./Turn";

export interface RowViewProps {
  readonly row: Row;
  /** The turn that the row stands for; undefined for every other kind. */
  readonly turn: TurnView | undefined;
}

/** One row of the transcript. Rendered anew only when its own data changes. */
export const RowView = memo(function RowView({ row, turn }: RowViewProps) {
  return (
    <div className={rowStyles.row} data-kind={row.kind}>
      <CardBoundary raw={turn ?? row}>
        {turn === undefined ? <RowCard row={row} /> : <Turn turn={turn} />}
      </CardBoundary>
    </div>
  );
});

function RowCard({ row }: { row: Row }) {
  switch (row.kind) {
    case "turn":
      return null; // Its turn is unknown: the fold makes the turn before the row.
    case "logs":
      return <Logs entries={row.entries} />;
    case "changes":
      return <Changes entries={row.entries} />;
    case "notification":
      return <Notification event={row.event} />;
    case "hitl":
      return <Hitl hitl={row.hitl} />;
    case "procedure":
      return <ProcedureCall call={row.call} />;
    case "raw":
      return <RawRow event={row.event} />;
  }
}

function Changes({ entries }: { entries: readonly ChangeEvent[] }) {
  return (
    <ul className={styles.changes} aria-label="Changes of state">
      {entries.map((entry) => (
        <li key={entry.seq}>
          {entry.event_type === "stage_changed" ? (
            <>
              <span className={styles.changeKey}>stage</span>
              <ArrowRight size={11} aria-hidden />
              <span>{entry.to}</span>
            </>
          ) : (
            <>
              <span className={styles.changeKey}>{entry.key}</span>
              <span>= {oneLine(entry.value) + (entry.truncated ? " (cut)" : "")}</span>
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

function Notification({ event }: { event: NotificationEvent }) {
  return (
    <p className={styles.notification} data-level={event.level}>
      <Bell size={14} aria-hidden />
      <span>{event.message}</span>
    </p>
  );
}

function Hitl({ hitl }: { hitl: HitlView }) {
  const { request, response } = hitl;
  return (
    <div className={styles.panel} data-testid="hitl">
      <div className={styles.panelHeader}>
        <UserRound size={14} aria-hidden />
        <span>{request.request_type}</span>
        {response === null && <span className={styles.note}>waiting for an answer</span>}
      </div>
      <div className={styles.panelBody}>
        <p>{request.message}</p>
        {response !== null && (
          <p className={styles.note}>
            {response.timed_out === true ? "timed out: " : "answered: "}
            {oneLine(response.value)}
          </p>
        )}
      </div>
    </div>
  );
}

function ProcedureCall({ call }: { call: ProcedureCallView }) {
  const nested = useNestedTurns(call.callId);
  return (
    <div className={styles.card} data-testid="procedure-call" data-stage={call.stage}>
      <span className={styles.line}>
        <span className={styles.name}>{call.name}</span>
        <span className={styles.preview}>
          {oneLine(call.inputs ?? {})}
          {call.stage === "completed" && ` → ${oneLine(call.result)}`}
          {call.stage === "cancelled" && " stopped"}
        </span>
      </span>
      {call.error !== null && <ErrorCard error={call.error} scope="part" />}
      {nested.map((turn) => (
        <Turn key={turn.turnId} turn={turn} nested />
      ))}
    </div>
  );
}
