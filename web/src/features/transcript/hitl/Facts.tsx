import { isObject, type Json } from "../../../protocol/json";
import { Value } from "../Value";
import styles from "./hitl.module.css";

/** What a person needs to know before they answer: names and values, code as code. */
export function Facts({ value }: { value: Json }) {
  if (isEmpty(value)) return null;
  if (!isObject(value)) {
    return (
      <div className={styles.facts}>
        <Fact value={value} />
      </div>
    );
  }
  return (
    <dl className={styles.facts} data-testid="hitl-context">
      {Object.entries(value).map(([name, item]) => (
        <div key={name} className={styles.fact} data-wide={isWide(item) || undefined}>
          <dt>{name.replaceAll("_", " ")}</dt>
          <dd>
            <Fact value={item} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Fact({ value }: { value: Json }) {
  if (typeof value === "string" && looksLikeCode(value)) {
    return (
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable
      <pre className={styles.code} tabIndex={0}>
        {value}
      </pre>
    );
  }
  return <Value value={value} />;
}

function isWide(value: Json): boolean {
  if (typeof value === "string") return value.includes("\n");
  return typeof value === "object" && value !== null;
}

/** Lines that are indented, or end as statements do. */
export function looksLikeCode(text: string): boolean {
  const lines = text.split("\n");
  if (lines.length < 2) return false;
  const codeLines = lines.filter((line) =>
    /^(\s{2,}|\t)\S|[;{}]\s*$|^[+-]{1,3} |^\s*(\/\/|--)/.test(line),
  );
  return codeLines.length * 3 >= lines.length;
}

function isEmpty(value: Json): boolean {
  if (value === null || value === "") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}
