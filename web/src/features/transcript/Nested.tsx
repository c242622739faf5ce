import { useNestedParts } from "./context";
import { ProcedureCall } from "./ProcedureCall";
import { Turn } from "./Turn";
import turnStyles from "./Turn.module.css";

/** The turns and calls that run inside a call, in order of their start. */
export function Nested({ parent }: { parent: string }) {
  return useNestedParts(parent).map((part) =>
    part.kind === "turn" ? (
      <Turn key={part.turn.turnId} turn={part.turn} nested />
    ) : (
      <div key={part.call.callId} className={turnStyles.nested}>
        <ProcedureCall call={part.call} />
      </div>
    ),
  );
}
