import { useState } from "react";
import { isObject, type Json } from "../../protocol/json";
import type { FieldState } from "../../protocol/view";
import styles from "./Value.module.css";

const shownCharsDefault = 600;
const shownEntries = 50;
const openDepth = 3;

export interface ValueProps {
  readonly value: Json;
  /** RFC 6901 path of the value in the whole. */
  readonly path?: string;
  /** How each part stands while the whole is still being filled in. */
  readonly states?: Readonly<Record<string, FieldState>>;
  /** Texts that are longer than so many characters are collapsed. */
  readonly textChars?: number;
}

/** Any JSON value as a form-like tree. */
export function Value({
  value,
  path = "",
  states = {},
  textChars = shownCharsDefault,
}: ValueProps) {
  if (typeof value === "string") return <LongText text={value} shownChars={textChars} />;
  if (value === null || typeof value !== "object") {
    return <span className={styles.scalar}>{value === null ? "none" : String(value)}</span>;
  }
  const entries: [string, Json][] = isObject(value)
    ? Object.entries(value)
    : value.map((item: Json, index: number): [string, Json] => [String(index), item]);
  if (entries.length === 0) {
    return <span className={styles.empty}>{isObject(value) ? "no fields" : "empty list"}</span>;
  }
  const shared = { path, states, textChars };
  return <Entries entries={entries} isList={!isObject(value)} {...shared} />;
}

interface EntriesProps extends Required<Omit<ValueProps, "value">> {
  readonly entries: readonly (readonly [string, Json])[];
  readonly isList: boolean;
}

function Entries({ entries, isList, path, states, textChars }: EntriesProps) {
  const depth = path.split("/").length;
  const [shown, setShown] = useState(depth > openDepth ? 0 : shownEntries);
  return (
    <div className={styles.entries} data-list={isList || undefined}>
      {entries.slice(0, shown).map(([name, item]) => {
        const at = `${path}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
        const isNested = typeof item === "object" && item !== null;
        return (
          <div key={name} className={styles.entry} data-nested={isNested || undefined}>
            <span className={styles.name} data-field={at} data-state={states[at]}>
              {isList ? Number(name) + 1 : name}
            </span>
            <div className={styles.content} data-state={states[at]}>
              <Value value={item} path={at} states={states} textChars={textChars} />
              {states[at] === "invalid" && <span className={styles.invalid}>not valid</span>}
            </div>
          </div>
        );
      })}
      {entries.length > shown && (
        <button type="button" className={styles.more} onClick={() => setShown(entries.length)}>
          {shown === 0 ? `${entries.length} entries` : `${entries.length - shown} more`}
        </button>
      )}
    </div>
  );
}

/** Text, collapsed with its size where it is long. */
export function LongText({
  text,
  shownChars = shownCharsDefault,
}: {
  text: string;
  shownChars?: number;
}) {
  const [open, setOpen] = useState(false);
  const isLong = text.length > shownChars;
  return (
    <span className={styles.string}>
      {isLong && !open ? `${text.slice(0, shownChars)}…` : text}
      {isLong && (
        <button type="button" className={styles.more} onClick={() => setOpen(!open)}>
          {open ? "Show less" : `Show all ${formatBytes(new Blob([text]).size)}`}
        </button>
      )}
    </span>
  );
}

/** A size as people read it: `950 B`, `12.3 kB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
