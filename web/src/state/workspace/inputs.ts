/** From what a person typed into a procedure's form to the inputs of a run. */
import type { InputField } from "../api";

/** A field's raw value: text as typed, or a switch. A field nobody touched has none. */
export type FormValue = string | boolean;
export type FormValues = Readonly<Record<string, FormValue>>;

export interface CheckedInputs {
  inputs: Record<string, unknown>;
  /** One message per field that cannot be sent. */
  errors: Record<string, string>;
}

type Parsed = { value: unknown } | { error: string };

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const INTEGER = /^[+-]?\d+$/;

/** A default or an enum member as the form shows it. */
export function displayValue(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

function parseNumber(text: string): Parsed {
  if (!NUMBER.test(text)) return { error: "Write a number, such as 0.5 or 12." };
  const value = Number(text);
  return Number.isFinite(value) ? { value } : { error: "This number is too large." };
}

function parseInteger(text: string): Parsed {
  if (!INTEGER.test(text)) return { error: "Write a whole number, such as 5." };
  const value = Number(text);
  return Number.isSafeInteger(value) ? { value } : { error: "This number is too large." };
}

const SHAPES: Record<string, { fits(value: unknown): boolean; example: string }> = {
  array: { fits: Array.isArray, example: 'a JSON list, such as ["a", "b"]' },
  object: {
    fits: (value) => typeof value === "object" && value !== null && !Array.isArray(value),
    example: 'a JSON object, such as {"key": 1}',
  },
  table: {
    fits: (value) => typeof value === "object" && value !== null,
    example: "a JSON list or object",
  },
  any: { fits: () => true, example: 'JSON; text needs quotes, such as "text"' },
};

function parseJson(text: string, type: string): Parsed {
  const shape = SHAPES[type] ?? { fits: () => true, example: "JSON" };
  try {
    const value: unknown = JSON.parse(text);
    return shape.fits(value) ? { value } : { error: `Write ${shape.example}.` };
  } catch {
    return { error: `Not readable as JSON. Write ${shape.example}.` };
  }
}

function parseText(field: InputField, text: string): Parsed {
  const chosen = field.enum?.find((member) => displayValue(member) === text);
  if (chosen !== undefined) return { value: chosen };
  if (field.enum && field.enum.length > 0) return { error: "Choose one of the values." };
  switch (field.type) {
    case "string":
      return { value: text };
    case "number":
      return parseNumber(text.trim());
    case "integer":
      return parseInteger(text.trim());
    case "boolean":
      return { value: text === "true" };
    default:
      return parseJson(text, field.type);
  }
}

function withinBounds({ minimum, maximum }: InputField, parsed: Parsed): Parsed {
  if ("error" in parsed || typeof parsed.value !== "number") return parsed;
  const isLow = typeof minimum === "number" && parsed.value < minimum;
  const isHigh = typeof maximum === "number" && parsed.value > maximum;
  if (!isLow && !isHigh) return parsed;
  if (typeof minimum === "number" && typeof maximum === "number") {
    return { error: `Write a number from ${minimum} to ${maximum}.` };
  }
  return { error: isLow ? `Write ${minimum} or more.` : `Write ${maximum} or less.` };
}

function isBlank(field: InputField, value: FormValue | undefined): boolean {
  if (value === undefined) return true;
  if (typeof value === "boolean") return false;
  return field.type === "string" ? value === "" : value.trim() === "";
}

/** True for a field that the server fills in when it is not sent. */
export function hasDefault(field: InputField): boolean {
  return field.default !== undefined && field.default !== null;
}

/**
 * Checks a whole form. A field left alone is not sent, so that the file's own default holds, except a
 * required switch, whose "off" is an answer.
 */
export function checkInputs(fields: readonly InputField[], values: FormValues): CheckedInputs {
  const checked: CheckedInputs = { inputs: {}, errors: {} };
  for (const field of fields) {
    const value = values[field.name];
    if (value === undefined || isBlank(field, value)) {
      if (!field.required || hasDefault(field)) {
        // A string whose default was emptied on purpose is sent as empty.
        if (value === "" && field.type === "string" && hasDefault(field) && !field.enum) {
          checked.inputs[field.name] = "";
        }
      } else if (field.type === "boolean") checked.inputs[field.name] = false;
      else checked.errors[field.name] = "This input is required.";
    } else if (typeof value === "boolean") checked.inputs[field.name] = value;
    else {
      const parsed = withinBounds(field, parseText(field, value));
      if ("error" in parsed) checked.errors[field.name] = parsed.error;
      else checked.inputs[field.name] = parsed.value;
    }
  }
  return checked;
}
