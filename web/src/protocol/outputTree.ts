/** Partial structured output: provisional values that grow by RFC 6901 paths. Pure. */
import type { OutputDeltaEvent } from "./events";
import { isObject, type Json } from "./json";
import type { FieldState, OutputItem } from "./view";

/**
 * Applies one delta. A path through a scalar replaces the scalar. A new root begins anew: a later
 * request of the turn gives another object.
 */
export function applyOutputDelta(item: OutputItem, event: OutputDeltaEvent): OutputItem {
  const begins = event.path === "" && event.op === "set" && event.value !== undefined;
  const fields = { ...(begins ? {} : item.fields), [event.path]: fieldState(event) };
  const value = event.value;
  if (value === undefined || event.op === "complete") {
    const settled = value === undefined ? item.value : replace(item.value, event.path, () => value);
    return { ...item, value: settled, fields };
  }
  const change = event.op === "set" ? () => value : (old: Json) => append(old, value);
  return { ...item, value: replace(item.value, event.path, change), fields };
}

/** `whole` with its members in the order in which they came: what has been read stays in its place. */
export function inOrderOf(partial: Json, whole: Json): Json {
  if (Array.isArray(whole)) {
    return whole.map((item, index) =>
      inOrderOf(Array.isArray(partial) ? (partial[index] ?? null) : null, item),
    );
  }
  if (!isObject(whole) || !isObject(partial)) return whole;
  const came = Object.keys(partial).filter((name) => Object.hasOwn(whole, name));
  const rest = Object.keys(whole).filter((name) => !Object.hasOwn(partial, name));
  return Object.fromEntries(
    [...came, ...rest].map((name) => [name, inOrderOf(partial[name] ?? null, whole[name] ?? null)]),
  );
}

function fieldState(event: OutputDeltaEvent): FieldState {
  if (event.valid === false) return "invalid";
  if (event.op !== "complete") return "open";
  return event.valid === true ? "valid" : "done";
}

function append(old: Json, value: Json): Json {
  if (Array.isArray(old)) return [...old, value];
  if (typeof value === "string") return (typeof old === "string" ? old : "") + value;
  return [value];
}

function replace(root: Json, path: string, change: (old: Json) => Json): Json {
  const tokens = path.split("/").slice(1).map(unescapeToken);
  return replaceAt(root, tokens, 0, change);
}

function replaceAt(
  node: Json,
  tokens: readonly string[],
  depth: number,
  change: (old: Json) => Json,
): Json {
  const token = tokens[depth];
  if (token === undefined) return change(node);
  const index = /^[0-9]+$/.test(token) ? Number(token) : null;
  if (index !== null && (Array.isArray(node) || (index === 0 && !isObject(node)))) {
    const list: Json[] = Array.isArray(node) ? [...node] : [];
    if (index > list.length) return list;
    list[index] = replaceAt(list[index] ?? null, tokens, depth + 1, change);
    return list;
  }
  const object = isObject(node) ? node : {};
  const old = Object.hasOwn(object, token) ? object[token] : null;
  return { ...object, [token]: replaceAt(old ?? null, tokens, depth + 1, change) };
}

function unescapeToken(token: string): string {
  return token.replaceAll("~1", "/").replaceAll("~0", "~");
}
