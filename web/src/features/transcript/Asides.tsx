/** What happened beside the turns, told quietly. */
import { ArrowRight, Bell, CircleAlert, Flag, Info, RotateCw, TriangleAlert } from "lucide-react";
import type { CheckpointEvent, NotificationEvent } from "../../protocol/events";
import type { ChangeEvent, Resumption } from "../../protocol/view";
import { formatClock } from "../../ui/format";
import styles from "./Aside.module.css";
import cardStyles from "./Card.module.css";
import { Disclosure } from "./Disclosure";
import { ErrorCard } from "./ErrorCard";
import { oneLine } from "./oneLine";
import { Value } from "./Value";

export function Changes({ entries }: { entries: readonly ChangeEvent[] }) {
  return (
    <ul className={cardStyles.changes} aria-label="Changes of state">
      {entries.map((entry) => (
        <li key={entry.seq}>
          {entry.event_type === "stage_changed" ? (
            <>
              <span className={cardStyles.changeKey}>stage</span>
              <ArrowRight size={11} aria-hidden />
              <span>{entry.to}</span>
            </>
          ) : (
            <>
              <span className={cardStyles.changeKey}>{entry.key}</span>
              <span>= {oneLine(entry.value) + (entry.truncated ? " (cut)" : "")}</span>
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

type Tone = "info" | "warning" | "danger";

/** Levels as the log spells them, from `Human.notify` and `System.alert`. */
export function toneOf(level: string): Tone {
  if (level.startsWith("WARN")) return "warning";
  return level === "ERROR" || level === "CRITICAL" ? "danger" : "info";
}

export function Notification({ event }: { event: NotificationEvent }) {
  const tone = toneOf(event.level);
  const isAlert = event.source === "system";
  return (
    <div className={styles.notification} data-tone={tone} data-testid="notification" role="note">
      <NotificationIcon tone={tone} isAlert={isAlert} />
      <div className={styles.notificationText}>
        <p>{event.message}</p>
        {hasContent(event.context) && (
          <Disclosure className={cardStyles.quiet} summary={oneLine(event.context)}>
            {() => <Value value={event.context} />}
          </Disclosure>
        )}
      </div>
      {event.level !== "INFO" && <span className={styles.level}>{event.level.toLowerCase()}</span>}
    </div>
  );
}

function NotificationIcon({ tone, isAlert }: { tone: Tone; isAlert: boolean }) {
  if (tone === "danger") return <CircleAlert size={15} aria-hidden />;
  if (tone === "warning") return <TriangleAlert size={15} aria-hidden />;
  return isAlert ? <Info size={15} aria-hidden /> : <Bell size={15} aria-hidden />;
}

function hasContent(context: NotificationEvent["context"]): boolean {
  if (context === null) return false;
  return typeof context !== "object" || Object.keys(context).length > 0;
}

/** What the run will not do again: one line, which opens. */
export function Checkpoints({ entries }: { entries: readonly CheckpointEvent[] }) {
  return (
    <Disclosure
      className={styles.checkpoints}
      testId="checkpoints"
      summary={
        <span className={styles.checkpointLine}>
          <Flag size={12} aria-hidden />
          {checkpointsText(entries)}
        </span>
      }
    >
      {() => (
        <ul className={styles.positions}>
          {entries.map((entry) => (
            <li key={entry.seq}>
              <code>{positionOf(entry)}</code>
              <span>{(entry.type ?? "checkpoint").replaceAll("_", " ")}</span>
              {entry.name !== null && entry.name !== "" && <strong>{entry.name}</strong>}
              {entry.replayed === true && <span className={cardStyles.note}>replayed</span>}
            </li>
          ))}
        </ul>
      )}
    </Disclosure>
  );
}

/** For example "explicit checkpoint · fetch" for one, "3 checkpoints, 2 replayed" for more. */
export function checkpointsText(entries: readonly CheckpointEvent[]): string {
  const [first] = entries;
  const replayed = entries.filter((entry) => entry.replayed === true).length;
  if (entries.length === 1 && first !== undefined) {
    const parts = [first.type?.replaceAll("_", " ") ?? "checkpoint", first.name ?? ""];
    const text = parts.filter((part) => part !== "").join(" · ");
    return replayed === 1 ? `${text}, replayed` : text;
  }
  return `${entries.length} checkpoints${replayed === 0 ? "" : `, ${replayed} replayed`}`;
}

/** A position is written `3.2.0`, or came as its indices. */
function positionOf({ position }: CheckpointEvent): string {
  return Array.isArray(position) ? position.join(".") : String(position ?? "");
}

const endings = {
  completed: "completed",
  failed: "failed",
  cancelled: "stopped",
} as const;

/** The line between two generations of a run. */
export function Generation({ resumption }: { resumption: Resumption }) {
  const { generation, at, before, failure } = resumption;
  const how = before !== null && before in endings ? endings[before as keyof typeof endings] : null;
  return (
    <div className={styles.generation} data-testid="generation">
      {failure !== null && <ErrorCard error={failure} scope="part" />}
      <p className={styles.divider}>
        <RotateCw size={12} aria-hidden />
        <span>
          {how ?? "cut off"}, then resumed · generation {generation}
        </span>
        <time dateTime={at}>{formatClock(at, Date.now())}</time>
      </p>
    </div>
  );
}
