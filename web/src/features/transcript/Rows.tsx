import { lazy, memo, Suspense } from "react";
import type { ProcedureCallView, Row, TurnView } from "../../protocol/view";
import { Changes, Checkpoints, Generation, Notification } from "./Asides";
import { CardBoundary } from "./CardBoundary";
import { Logs } from "./Logs";
import { ProcedureCall } from "./ProcedureCall";
import { RawRow } from "./RawRow";
import rowStyles from "./Transcript.module.css";
import { Turn } from "./Turn";

/** The cards of requests are a part of their own, which most runs never need. */
export const fetchRequests = () => import("./hitl");
const RequestCard = lazy(fetchRequests);

export interface RowViewProps {
  readonly row: Row;
  /** The turn that the row stands for; undefined for every other kind. */
  readonly turn: TurnView | undefined;
  /** The call that the row stands for; undefined for every other kind. */
  readonly call: ProcedureCallView | undefined;
}

/** One row of the transcript. Rendered anew only when its own data changes. */
export const RowView = memo(function RowView({ row, turn, call }: RowViewProps) {
  return (
    <div className={rowStyles.row} data-kind={row.kind}>
      <CardBoundary raw={turn ?? call ?? row}>
        {turn !== undefined && <Turn turn={turn} />}
        {call !== undefined && <ProcedureCall call={call} />}
        <RowCard row={row} />
      </CardBoundary>
    </div>
  );
});

function RowCard({ row }: { row: Row }) {
  switch (row.kind) {
    case "turn":
    case "procedure":
      return null; // What it stands for is shown in its place.
    case "logs":
      return <Logs entries={row.entries} />;
    case "changes":
      return <Changes entries={row.entries} />;
    case "checkpoints":
      return <Checkpoints entries={row.entries} />;
    case "generation":
      return <Generation resumption={row.resumption} />;
    case "notification":
      return <Notification event={row.event} />;
    case "hitl":
      return (
        <Suspense fallback={<p>{row.hitl.request.message}</p>}>
          <RequestCard hitl={row.hitl} />
        </Suspense>
      );
    case "raw":
      return <RawRow event={row.event} />;
  }
}
