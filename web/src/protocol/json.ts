/** Values that JSON can hold, as `JSON.parse` gives them. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object. An absent key means "not known". */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** True for a JSON object: neither null nor a list nor a scalar. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
