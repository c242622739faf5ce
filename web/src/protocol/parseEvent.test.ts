import { describe, expect, it } from "vitest";
import { isObject, type Json } from "./json";
import { parseRunEvent, parseRunEventText } from "./parseEvent";
import { richLog, seededRandom } from "./testing";

const envelope = { run_id: "r", procedure_id: "p", seq: 4, timestamp: "2026-01-01T00:00:00Z" };

it("takes the place of a tool's error from beside its text", () => {
  const event = parseRunEvent({
    event_type: "agent_tool_call",
    seq: 1,
    turn_id: "t1",
    tool_call_id: "c1",
    stage: "failed",
    error: "no such city",
    error_code: "TAC-TOOL-FAILED",
    error_place: { file: "a.tac", line: 7 },
  });
  expect(event).toMatchObject({
    error: { message: "no such city", code: "TAC-TOOL-FAILED", file: "a.tac", line: 7 },
  });
});

describe("parseRunEvent", () => {
  it("keeps absent keys apart from zero", () => {
    const event = parseRunEvent({ ...envelope, event_type: "cost", turn_id: "t", total_tokens: 0 });
    expect(event).toMatchObject({ event_type: "cost", total_tokens: 0, total_cost: null });
  });

  it("ignores unknown keys and accumulated_text", () => {
    const event = parseRunEvent({
      ...envelope,
      event_type: "agent_stream_chunk",
      turn_id: "t",
      message_id: "m",
      chunk_text: "b",
      accumulated_text: "ab",
      shiny: true,
    });
    expect(event).toMatchObject({ event_type: "agent_stream_chunk", chunk_text: "b" });
    expect(event).not.toHaveProperty("accumulated_text");
    expect(event).not.toHaveProperty("shiny");
  });

  it.each([
    ["a scalar", 5, 0],
    ["a list", [], 0],
    ["null", null, 0],
    ["no type", { ...envelope }, 4],
    ["a new type", { ...envelope, event_type: "quantum_leap" }, 4],
    ["a type named like an Object method", { ...envelope, event_type: "toString" }, 4],
    ["a missing seq", { event_type: "log", message: "m" }, 0],
    ["a fractional seq", { ...envelope, seq: 1.5, event_type: "log", message: "m" }, 0],
    ["a missing required key", { ...envelope, event_type: "state_changed" }, 4],
    ["an unknown stage", { ...envelope, event_type: "agent_turn", turn_id: "t", stage: "?" }, 4],
  ])("gives %s as an unknown event with a reason", (_name, raw, seq) => {
    const event = parseRunEvent(raw);
    expect(event).toMatchObject({ event_type: "unknown", seq, raw });
    expect(event).toHaveProperty("problem", expect.stringMatching(/./));
  });

  it("never throws and never lets a wrong type through, whatever is damaged", () => {
    const random = seededRandom(7);
    const junk: Json[] = [null, true, -1, 1e308, "", "x", [], [null], {}, { message: 3 }];
    for (let round = 0; round < 3000; round++) {
      const log = richLog();
      const event = { ...log[Math.floor(random() * log.length)] };
      const keys = Object.keys(event);
      const key = keys[Math.floor(random() * keys.length)] ?? "seq";
      const value = junk[Math.floor(random() * junk.length)] ?? null;
      const parsed = parseRunEvent({ ...event, [key]: value });
      expect(typeof parsed.event_type).toBe("string");
      expect(Number.isSafeInteger(parsed.seq)).toBe(true);
      if ("turn_id" in parsed) expect(typeof parsed.turn_id).toBe("string");
    }
  });

  it("gives text that is not JSON as an unknown event", () => {
    expect(parseRunEventText("{")).toMatchObject({ event_type: "unknown", raw: "{" });
  });

  it("reads every event of the contract", () => {
    const types = richLog().map((event) => parseRunEvent(event).event_type);
    const unknown = richLog().filter((event) => parseRunEvent(event).event_type === "unknown");
    expect(unknown.map((event) => isObject(event) && event["event_type"])).toEqual([
      "quantum_leap",
    ]);
    expect(new Set(types).size).toBeGreaterThan(15);
  });
});
