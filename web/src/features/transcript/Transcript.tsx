import { MessageSquareText } from "lucide-react";
import { useMemo, useRef } from "react";
import { isEnded, type RunView } from "../../protocol/view";
import { sessionOf, useRunState, useRunView } from "../../state/runStore";
import { EmptyState } from "../../ui/EmptyState";
import { Notice } from "../../ui/Notice";
import {
  FailureProvider,
  GoingProvider,
  NestedProvider,
  nestedParts,
  type Place,
  ScopeProvider,
  type TranscriptScope,
} from "./context";
import { ErrorCard } from "./ErrorCard";
import { FollowButton } from "./FollowButton";
import { PendingBar } from "./hitl/PendingBar";
import { RowView } from "./Rows";
import { RunHeader } from "./RunHeader";
import { Summary } from "./Summary";
import styles from "./Transcript.module.css";
import { useFollow } from "./useFollow";

export interface TranscriptProps {
  /** Null while no run is chosen. */
  readonly runId: string | null;
  /** The reader wants to see a place in the source. Without `path` it is in the run's own file. */
  readonly onJump: (place: Place) => void;
}

/** What a run did, from its start to now. */
export function Transcript({ runId, onJump }: TranscriptProps) {
  if (runId === null) {
    return (
      <div className={styles.transcript} data-testid="transcript">
        <EmptyState icon={<MessageSquareText size={28} />} title="No run yet">
          Press Run to start the open procedure. What it does appears here as it happens.
        </EmptyState>
      </div>
    );
  }
  return <RunTranscript key={runId} runId={runId} onJump={onJump} />;
}

function RunTranscript({ runId, onJump }: { runId: string; onJump: TranscriptProps["onJump"] }) {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const wasEndedAtFirst = useWasEndedAtFirst(runId);
  const follow = useFollow(scroller, content, runId, !wasEndedAtFirst);
  const failure = useRunView(runId, (view) => view.failure);
  const going = useRunState(runId, (state) => state.connection.kind !== "finished");
  const busy = useRunView(runId, isBusy) && going;
  const session = sessionOf(runId);
  const scope = useMemo<TranscriptScope>(() => ({ session, onJump }), [session, onJump]);
  return (
    <div className={styles.transcript} data-testid="transcript">
      <RunHeader runId={runId} />
      <PendingBar runId={runId} />
      <div
        ref={scroller}
        className={styles.scroller}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable
        tabIndex={0}
        role="log"
        aria-live="off"
        aria-busy={busy}
        aria-label="Transcript"
      >
        <div ref={content} className={styles.content}>
          <ScopeProvider value={scope}>
            <FailureProvider value={failure}>
              <ConnectionFailure runId={runId} />
              <GoingProvider value={going}>
                <RunRows runId={runId} />
              </GoingProvider>
              {failure !== null && <ErrorCard error={failure} scope="run" />}
              <RunSummary runId={runId} />
            </FailureProvider>
          </ScopeProvider>
        </div>
      </div>
      <FollowButton runId={runId} following={follow.following} onClick={follow.toEnd} />
    </div>
  );
}

/** A run that is already over when it is opened is read from its beginning. */
function useWasEndedAtFirst(runId: string): boolean {
  const known = useRunView(runId, (view) => view.lastSeq > 0);
  const ended = useRunView(runId, (view) => isEnded(view.status));
  const first = useRef<boolean | null>(null);
  if (known && first.current === null) first.current = ended;
  return first.current ?? false;
}

function RunRows({ runId }: { runId: string }) {
  const rows = useRunView(runId, (view) => view.rows);
  const turns = useRunView(runId, (view) => view.turns);
  const calls = useRunView(runId, (view) => view.calls);
  const byId = useMemo(() => new Map(turns.map((turn) => [turn.turnId, turn])), [turns]);
  const callsById = useMemo(() => new Map(calls.map((call) => [call.callId, call])), [calls]);
  const nested = useMemo(() => nestedParts(turns, calls), [turns, calls]);
  return (
    <NestedProvider value={nested}>
      {rows.map((row) => (
        <RowView
          key={row.key}
          row={row}
          turn={row.kind === "turn" ? byId.get(row.turnId) : undefined}
          call={row.kind === "procedure" ? callsById.get(row.callId) : undefined}
        />
      ))}
    </NestedProvider>
  );
}

function RunSummary({ runId }: { runId: string }) {
  const summary = useRunView(runId, (view) => view.summary);
  return summary === null ? null : <Summary summary={summary} />;
}

function ConnectionFailure({ runId }: { runId: string }) {
  const connection = useRunState(runId, (state) => state.connection);
  if (connection.kind !== "failed") return null;
  return <Notice tone="danger" title={connection.message} hint={connection.hint} />;
}

function isBusy(view: RunView): boolean {
  return view.turns.some((turn) => turn.stage === "started");
}
