import { useEffect, useState } from "react";
import type { Item, TurnView } from "../../protocol/view";
import { useScope } from "./context";

const periodMs = 500;
/** Models pause between words; nobody wonders about less. */
export const quietAfterSeconds = 5;

/** Whole seconds since anything of a streaming turn has arrived, once that is long; else null. */
export function useQuietSeconds(turn: TurnView, growing: Item | null): number | null {
  const { session } = useScope();
  const [quiet, setQuiet] = useState<number | null>(null);
  const key = growing?.kind === "message" ? growing.key : null;
  // Everything but text makes a new view of the turn, and with it the count starts again.
  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` is a signal here
  useEffect(() => {
    const arrived = () => (key === null ? 0 : session.text(key).length);
    let last = { chars: arrived(), atMs: Date.now() };
    setQuiet(null);
    const timer = setInterval(() => {
      const chars = arrived();
      if (chars !== last.chars) last = { chars, atMs: Date.now() };
      const seconds = Math.floor((Date.now() - last.atMs) / 1000);
      setQuiet(seconds >= quietAfterSeconds ? seconds : null);
    }, periodMs);
    return () => clearInterval(timer);
  }, [turn, key, session]);
  return quiet;
}
