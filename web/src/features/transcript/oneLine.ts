import { isObject, type Json } from "../../protocol/json";

const charsMax = 160;

/** A value in one short line, for a preview: keys unquoted, cut with an ellipsis. */
export function oneLine(value: Json): string {
  const text = write(value, 0).replace(/\s+/g, " ");
  return text.length > charsMax ? `${text.slice(0, charsMax - 1)}…` : text;
}

function write(value: Json, depth: number): string {
  if (typeof value === "string") {
    const cut = value.slice(0, charsMax);
    return depth === 0 ? cut : JSON.stringify(cut);
  }
  if (value === null || typeof value !== "object") return String(value);
  if (depth > 2) return isObject(value) ? "{…}" : "[…]";
  if (!isObject(value)) {
    const items: Json[] = value.slice(0, 8);
    return `[${items.map((item) => write(item, depth + 1)).join(", ")}${value.length > 8 ? ", …" : ""}]`;
  }
  const entries = Object.entries(value).slice(0, 8);
  return `{${entries.map(([key, item]) => `${key}: ${write(item, depth + 1)}`).join(", ")}}`;
}
