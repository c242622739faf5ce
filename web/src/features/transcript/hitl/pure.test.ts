import { describe, expect, it } from "vitest";
import type { HitlRequestEvent } from "../../../protocol/events";
import { parseRunEvent } from "../../../protocol/parseEvent";
import { choicesOf, kindOf, stateOf } from "../../../protocol/requests";
import { makeLog, seededRandom } from "../../../protocol/testing";
import { parseArtifact } from "./Artifact";
import { looksLikeCode } from "./Facts";
import { readAnswer } from "./InputForm";
import { changeCount, diffLines } from "./lineDiff";

function request(fields: Record<string, unknown>): HitlRequestEvent {
  const [raw] = makeLog([{ event_type: "hitl_request", request_id: "h", message: "?" }]);
  return parseRunEvent({ ...raw, ...fields }) as HitlRequestEvent;
}

describe("choicesOf", () => {
  it("takes labels as they are written, and knows which of them turn down", () => {
    const options = ["Later", { label: "Send", type: "action" }, { label: "No", type: "cancel" }];
    expect(choicesOf(request({ options }))).toEqual([
      { label: "Later", cancels: false },
      { label: "Send", cancels: false },
      { label: "No", cancels: true },
    ]);
  });

  it.each([null, [], [{ type: "cancel" }], "x"])("offers the usual two for %j", (options) => {
    expect(choicesOf(request({ options })).map((choice) => choice.label)).toEqual([
      "Approve",
      "Reject",
    ]);
  });
});

describe("stateOf", () => {
  const response = (fields: Record<string, unknown>) => {
    const [raw] = makeLog([{ event_type: "hitl_response", request_id: "h", value: null }]);
    const event = parseRunEvent({ ...raw, ...fields });
    return event.event_type === "hitl_response" ? event : null;
  };

  it.each([
    [null, false, "open"],
    [null, true, "closed"],
    [response({ timed_out: false }), false, "answered"],
    [response({ timed_out: true }), true, "timed-out"],
    [response({ message_class: "TIMED_OUT" }), false, "timed-out"],
    [response({ message_class: "CANCELLED" }), false, "closed"],
  ])("of %j, ended %j, is %s", (given, ended, expected) => {
    expect(stateOf({ request: request({}), response: given }, ended)).toBe(expected);
  });

  it("takes a kind that it does not know as a question", () => {
    expect(kindOf(request({ request_type: "poll" }))).toBe("input");
  });
});

describe("readAnswer", () => {
  it.each([
    [{ input_type: "text" }, " two words ", { value: " two words " }],
    [{}, "x", { value: "x" }],
    [{ input_type: "integer" }, "20", { value: 20 }],
    [{ input_type: "number" }, "0.5", { value: 0.5 }],
    [{ input_type: "boolean" }, "false", { value: false }],
    [{ input_type: "json" }, '{"a": [1]}', { value: { a: [1] } }],
    [{ input_type: "json" }, "null", { value: null }],
    [{ required: false }, " ", { value: null }],
    [{ required: true }, " ", { error: "An answer is required." }],
    [{ input_type: "integer" }, "2.5", { error: "Write a whole number, such as 5." }],
  ])("for %j reads %j as %j", (fields, text, expected) => {
    expect(readAnswer(request(fields), text)).toEqual(expected);
  });

  it("refuses JSON that is none", () => {
    expect(readAnswer(request({ input_type: "json" }), "{oops")).toHaveProperty("error");
  });
});

describe("parseArtifact", () => {
  it("keeps a text a text and gives a value back as a value", () => {
    expect(parseArtifact("a", "1")).toBe("1");
    expect(parseArtifact({ a: 1 }, '{"a": 2}')).toEqual({ a: 2 });
    expect(parseArtifact([1], "[1")).toBeUndefined();
  });
});

describe("diffLines", () => {
  it("names what was removed and added, and keeps the rest", () => {
    const diff = diffLines("a\nb\nc\nd", "a\nB\nc\nd\ne");
    expect(diff.map(({ kind, text }) => `${kind[0]}${text}`)).toEqual([
      "sa",
      "rb",
      "aB",
      "sc",
      "sd",
      "ae",
    ]);
    expect(changeCount(diff)).toBe("2 lines added, 1 line removed");
    expect(changeCount(diffLines("x", "x"))).toBe("");
  });

  it("gives both texts back, whatever they are", () => {
    const random = seededRandom(7);
    const words = ["", "a", "b", "c", "  d"];
    for (let round = 0; round < 300; round++) {
      const make = () =>
        Array.from({ length: Math.floor(random() * 9) }, () => words[Math.floor(random() * 5)]);
      const [before, after] = [make().join("\n"), make().join("\n")];
      const diff = diffLines(before, after);
      const side = (left: string) =>
        diff.flatMap(({ kind, text }) => (kind === left ? [] : [text])).join("\n");
      expect(side("added")).toBe(before);
      expect(side("removed")).toBe(after);
    }
  });

  it("stays quick for long texts that share nothing", () => {
    const lines = (word: string) => Array.from({ length: 20_000 }, (_, i) => `${word}${i}`);
    const diff = diffLines(lines("a").join("\n"), lines("b").join("\n"));
    expect(diff).toHaveLength(40_000);
  });
});

it("knows code from prose", () => {
  expect(looksLikeCode("if (a) {\n  b();\n}")).toBe(true);
  expect(looksLikeCode("Dear Ms Okafor,\n\nthank you.\n\nKind regards")).toBe(false);
  expect(looksLikeCode("one line;")).toBe(false);
});
