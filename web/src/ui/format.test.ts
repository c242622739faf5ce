import { expect, it } from "vitest";
import {
  formatAgo,
  formatClock,
  formatCost,
  formatDuration,
  formatLeft,
  formatTokens,
} from "./format";

it.each([
  [0, "< 1 ms"],
  [420, "420 ms"],
  [999.7, "1.0 s"],
  [5120, "5.1 s"],
  [59_960, "1 m 00 s"],
  [125_000, "2 m 05 s"],
  [3_780_000, "1 h 03 m"],
])("writes %i ms as %s", (duration_ms, text) => expect(formatDuration(duration_ms)).toBe(text));

it.each([
  [310, "310"],
  [4210, "4.2k"],
  [9990, "10k"],
  [1_300_000, "1.3M"],
])("writes %i tokens as %s", (tokens, text) => expect(formatTokens(tokens)).toBe(text));

it.each([
  [0, "$0"],
  [0.00021, "$0.00021"],
  [0.0034, "$0.0034"],
  [0.034, "$0.034"],
  [12.4, "$12.40"],
])("writes %f USD as %s", (cost, text) => expect(formatCost(cost)).toBe(text));

it.each([
  [10, "now"],
  [240, "4 min"],
  [7300, "2 h"],
  [100_000, "yesterday"],
])("writes %i s ago as %s", (seconds, text) => {
  const now_ms = Date.UTC(2026, 5, 15, 12);
  expect(formatAgo(new Date(now_ms - seconds * 1000).toISOString(), now_ms)).toBe(text);
});

it.each([
  [-5, "0 s"],
  [400, "1 s"],
  [59_000, "59 s"],
  [95_000, "1 m 35 s"],
  [7_500_000, "2 h 05 m"],
  [100_800_000, "1 d 4 h"],
])("formatLeft(%d)", (ms, text) => expect(formatLeft(ms)).toBe(text));

it("names a moment by its time, and by its date on another day", () => {
  const noon = new Date(2026, 2, 14, 12, 5).toISOString();
  expect(formatClock(noon, Date.parse(noon))).toBe("12:05");
  expect(formatClock(noon, Date.parse(noon) + 86_400_000)).toBe("14 Mar, 12:05");
  expect(formatClock("soon", 0)).toBe("soon");
});
