import { ArrowDown } from "lucide-react";
import { useRef } from "react";
import { isEnded, type RunView } from "../../protocol/view";
import { useRunView } from "../../state/runStore";
import styles from "./Transcript.module.css";

export interface FollowButtonProps {
  readonly runId: string;
  readonly following: boolean;
  readonly onClick: () => void;
}

/** Leads back to the end, and says how much has come there meanwhile. */
export function FollowButton({ runId, following, onClick }: FollowButtonProps) {
  const count = useRunView(runId, countParts);
  const ended = useRunView(runId, (view) => isEnded(view.status));
  const seen = useRef(count);
  if (following) seen.current = count;
  const unseen = count - seen.current;
  if (following || (ended && unseen <= 0)) return null;
  return (
    <button type="button" className={styles.follow} data-testid="follow-button" onClick={onClick}>
      <ArrowDown size={14} aria-hidden />
      {unseen > 0 ? `${unseen} new` : "Follow"}
    </button>
  );
}

/** What a reader would count as one thing: rows, and the parts of turns. */
function countParts(view: RunView): number {
  const parts = view.turns.reduce((sum, turn) => sum + turn.items.length, 0);
  return view.rows.length + parts + (view.summary === null ? 0 : 1);
}
