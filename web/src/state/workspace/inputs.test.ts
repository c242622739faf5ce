import { describe, expect, it } from "vitest";
import type { InputField } from "../api";
import { checkInputs, displayValue, type FormValue } from "./inputs";

function check(field: Partial<InputField>, value?: FormValue) {
  const full = { name: "x", type: "string", required: false, ...field } as InputField;
  const { inputs, errors } = checkInputs([full], value === undefined ? {} : { x: value });
  return errors["x"] === undefined ? { sent: inputs } : { error: errors["x"] };
}

describe("checkInputs", () => {
  it("does not send what was left alone, so that the file's default holds", () => {
    expect(check({ default: "sea" })).toEqual({ sent: {} });
    expect(check({ type: "integer", default: 5 }, "  ")).toEqual({ sent: {} });
    expect(check({})).toEqual({ sent: {} });
  });

  it("sends an emptied text whose default is not empty", () => {
    expect(check({ default: "sea" }, "")).toEqual({ sent: { x: "" } });
  });

  it("asks for what is required and has no default", () => {
    expect(check({ required: true })).toEqual({ error: "This input is required." });
    expect(check({ required: true }, "")).toHaveProperty("error");
    expect(check({ required: true, default: "a" })).toEqual({ sent: {} });
    expect(check({ required: true, type: "array" }, " ")).toHaveProperty("error");
  });

  it("says of a number which bounds it breaks", () => {
    const length = { type: "integer", minimum: 1, maximum: 9 } as const;
    expect(check(length, "9")).toEqual({ sent: { x: 9 } });
    expect(check(length, "10")).toEqual({ error: "Write a number from 1 to 9." });
    expect(check({ type: "number", minimum: 0 }, "-0.1")).toEqual({ error: "Write 0 or more." });
    expect(check({ type: "number", maximum: 1, minimum: null }, "2")).toEqual({
      error: "Write 1 or less.",
    });
  });

  it("keeps a text as it is", () => {
    expect(check({}, " 12 ")).toEqual({ sent: { x: " 12 " } });
  });

  it.each([
    ["integer", "5", 5],
    ["integer", " -12 ", -12],
    ["number", "0.5", 0.5],
    ["number", ".5", 0.5],
    ["number", "1e3", 1000],
    ["array", "[1]", [1]],
    ["object", '{"a":1}', { a: 1 }],
    ["table", "[]", []],
    ["any", '"text"', "text"],
    ["any", "null", null],
  ] as const)("reads %s %j", (type, text, value) => {
    expect(check({ type }, text)).toEqual({ sent: { x: value } });
  });

  it.each([
    ["integer", "1.5"],
    ["integer", "5x"],
    ["integer", "99999999999999999999"],
    ["number", "1,5"],
    ["number", "0x10"],
    ["number", "Infinity"],
    ["number", "1e999"],
    ["array", "{}"],
    ["object", "[]"],
    ["object", "null"],
    ["object", "{a:1}"],
    ["table", '"text"'],
    ["any", "plain words"],
  ] as const)("does not send %s %j", (type, text) => {
    expect(check({ type }, text)).toHaveProperty("error");
  });

  it("sends the member of an enum with its own type", () => {
    expect(check({ type: "integer", enum: [1, 2] }, "2")).toEqual({ sent: { x: 2 } });
    expect(check({ enum: ["calm", "terse"] }, "terse")).toEqual({ sent: { x: "terse" } });
    expect(check({ enum: ["calm"] }, "loud")).toHaveProperty("error");
  });

  it("sends a switch, and off for a required one that was left alone", () => {
    expect(check({ type: "boolean" }, false)).toEqual({ sent: { x: false } });
    expect(check({ type: "boolean" })).toEqual({ sent: {} });
    expect(check({ type: "boolean", required: true })).toEqual({ sent: { x: false } });
  });
});

describe("displayValue", () => {
  it("shows texts plainly and the rest as JSON", () => {
    expect(displayValue("a")).toBe("a");
    expect(displayValue(null)).toBe("");
    expect(displayValue(0)).toBe("0");
    expect(displayValue({ a: 1 })).toBe('{\n  "a": 1\n}');
  });
});
