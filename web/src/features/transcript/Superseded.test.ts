import { describe, expect, it } from "vitest";
import { fold, makeLog, scope } from "../../protocol/testing";
import { summaryOf } from "./Superseded";

describe("an attempt that counts no more", () => {
  it("names the model that takes over from one that failed", () => {
    const a = scope("t1");
    const log = makeLog([
      { event_type: "agent_turn", ...a, stage: "started", provider: "openai", model: "gpt-4o" },
      {
        event_type: "attempt_superseded",
        ...a,
        reason: "fallback",
        message_ids: [],
        tool_call_ids: [],
        error: { code: "TAC-PROVIDER-UNAVAILABLE", message: "out of order." },
        next: { provider: "groq", model: "llama-3" },
      },
    ]);
    const [view] = fold(log).turns;
    expect(view).toMatchObject({ provider: "groq", model: "llama-3" });
    const failed = view?.superseded[0];
    expect(failed && summaryOf(failed)).toBe(
      "Attempt 1 failed: out of order; then groq:llama-3 was asked",
    );
  });
});
