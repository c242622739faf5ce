import type { LogEvent } from "../../protocol/events";
import styles from "./Card.module.css";
import { Disclosure } from "./Disclosure";
import { oneLine } from "./oneLine";

/** So many lines stand open; more fold into a group with its counts. */
const openLines = 4;

export function Logs({ entries }: { entries: readonly LogEvent[] }) {
  if (entries.length <= openLines) return <LogLines entries={entries} />;
  return (
    <Disclosure className={styles.quiet} testId="logs" summary={countsOf(entries)}>
      {() => <LogLines entries={entries} />}
    </Disclosure>
  );
}

function LogLines({ entries }: { entries: readonly LogEvent[] }) {
  return (
    <ul className={styles.logs}>
      {entries.map((entry) => (
        <li key={entry.seq} data-level={entry.level}>
          {entry.level !== "INFO" && (
            <span className={styles.level}>{entry.level.toLowerCase()}</span>
          )}
          <span className={styles.logText}>{entry.message}</span>
          {hasContext(entry) && <code className={styles.context}>{contextText(entry)}</code>}
        </li>
      ))}
    </ul>
  );
}

function hasContext({ context }: LogEvent): boolean {
  return context !== null && !(typeof context === "object" && Object.keys(context).length === 0);
}

/** The context as a value; what Tactus itself warns of names its place as errors do: "a.tac:3". */
export function contextText({ context }: LogEvent): string {
  if (context !== null && typeof context === "object" && !Array.isArray(context)) {
    const { code, file, line, ...rest } = context as Record<string, unknown>;
    if (typeof code === "string" && typeof file === "string" && Object.keys(rest).length === 0) {
      return `${code} ${file}${typeof line === "number" ? `:${line}` : ""}`;
    }
  }
  return oneLine(context);
}

/** For example "12 log lines · 2 warnings · 1 error". */
export function countsOf(entries: readonly LogEvent[]): string {
  const of = (...levels: string[]) =>
    entries.filter((entry) => levels.includes(entry.level)).length;
  const count = (n: number, word: string) => (n === 0 ? [] : [`${n} ${word}${n === 1 ? "" : "s"}`]);
  return [
    ...count(entries.length, "log line"),
    ...count(of("WARN", "WARNING"), "warning"),
    ...count(of("ERROR", "CRITICAL"), "error"),
  ].join(" · ");
}
