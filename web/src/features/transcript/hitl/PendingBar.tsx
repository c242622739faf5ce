import { CircleUser } from "lucide-react";
import { openRequests, type RunView } from "../../../protocol/view";
import { useRunView } from "../../../state/runStore";
import { Button } from "../../../ui/Button";
import styles from "./PendingBar.module.css";

/** The element of a request's card. */
export function cardId(requestId: string): string {
  return `request-${requestId}`;
}

/** Brings a request's form into sight, with the focus in it. */
function goTo(requestId: string): void {
  const card = document.getElementById(cardId(requestId));
  card?.scrollIntoView({ block: "center" });
  const control = card?.querySelector<HTMLElement>("textarea, input, form button") ?? card;
  control?.focus({ preventScroll: true });
}

function firstOpen(view: RunView) {
  const [first, ...others] = openRequests(view);
  return { id: first?.request_id ?? null, message: first?.message ?? "", others: others.length };
}

/** Stays above the transcript while a request waits: what it asks, and the way to it. */
export function PendingBar({ runId }: { runId: string }) {
  const { id, message, others } = useRunView(runId, firstOpen);
  if (id === null) return null;
  return (
    <aside className={styles.pending} data-testid="hitl-pending" aria-label="Waiting for you">
      <CircleUser size={16} aria-hidden />
      <span className={styles.pendingText}>
        {others > 0 && `${others + 1} requests · `}
        {message}
      </span>
      <Button onClick={() => goTo(id)}>Answer</Button>
    </aside>
  );
}
