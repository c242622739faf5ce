/** Questions that interrupt: one at a time, answered through a promise. */
import { create } from "zustand";

export interface Choice {
  id: string;
  label: string;
  tone?: "solid" | "danger" | "plain";
}

export interface Question {
  title: string;
  body?: string;
  /** What it is about, one by one. */
  details?: readonly { name: string; note: string }[];
  /** Asks for a line of text besides the choice. */
  input?: {
    label: string;
    value: string;
    /** A message while the text cannot be accepted, else null. */
    check(value: string): string | null;
  };
  /** The first is what Enter does. */
  choices: readonly Choice[];
}

/** What was chosen; null when the question was dismissed. */
export type Answer = { choice: string; text: string } | null;

interface AskState {
  question: Question | null;
  settle: ((answer: Answer) => void) | null;
}

export const useAsk = create<AskState>()(() => ({ question: null, settle: null }));

/** Shows a question. A second one while the first stands dismisses the first. */
export function ask(question: Question): Promise<Answer> {
  useAsk.getState().settle?.(null);
  return new Promise((resolve) => {
    const settle = (answer: Answer) => {
      useAsk.setState({ question: null, settle: null });
      resolve(answer);
    };
    useAsk.setState({ question, settle });
  });
}

/** Asks before something that cannot be undone. */
export async function confirm(title: string, body: string, label: string): Promise<boolean> {
  const answer = await ask({ title, body, choices: [{ id: "yes", label, tone: "danger" }] });
  return answer?.choice === "yes";
}
