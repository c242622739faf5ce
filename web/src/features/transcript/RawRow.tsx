import type { RawEvent } from "../../protocol/view";
import styles from "./Card.module.css";
import { Disclosure } from "./Disclosure";

/** An event that has no look of its own, as it came. */
export function RawRow({ event }: { event: RawEvent }) {
  const isUnknown = event.event_type === "unknown";
  const label = isUnknown ? `Event not understood: ${event.problem}` : event.event_type;
  return (
    <div className={styles.raw} data-testid="raw-event">
      <RawJson value={isUnknown ? event.raw : event} label={label} />
    </div>
  );
}

/** Data as it is, behind a line that opens. */
export function RawJson({ value, label }: { value: unknown; label: string }) {
  return (
    <Disclosure summary={label}>
      {() => (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable
        <pre className={styles.json} tabIndex={0}>
          {typeof value === "string" ? value : JSON.stringify(value, null, 2)}
        </pre>
      )}
    </Disclosure>
  );
}
