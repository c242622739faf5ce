/** What a request to a human asks for, and how an answer to it reads. Pure. */
import type { HitlRequestEvent } from "./events";
import { isObject, type Json } from "./json";
import type { HitlView } from "./view";

/** One of the decisions of a review. */
export interface Choice {
  readonly label: string;
  /** It turns the artifact down. */
  readonly cancels: boolean;
}

const usualChoices: readonly Choice[] = [
  { label: "Approve", cancels: false },
  { label: "Reject", cancels: true },
];

/** The decisions that a review offers. */
export function choicesOf({ options }: HitlRequestEvent): readonly Choice[] {
  if (!Array.isArray(options)) return usualChoices;
  const choices = options.flatMap((option: Json): Choice[] => {
    if (typeof option === "string") return [{ label: option, cancels: false }];
    if (!isObject(option) || typeof option["label"] !== "string") return [];
    return [{ label: option["label"], cancels: option["type"] === "cancel" }];
  });
  return choices.length === 0 ? usualChoices : choices;
}

export type RequestKind = "approval" | "input" | "review" | "escalation";

/** A type that this page does not know is asked for as JSON text. */
export function kindOf({ request_type }: HitlRequestEvent): RequestKind {
  switch (request_type) {
    case "approval":
    case "review":
    case "escalation":
      return request_type;
    default:
      return "input";
  }
}

/** How a request stands. `closed`: the run ended before anybody answered. */
export type RequestState = "open" | "answered" | "timed-out" | "closed";

export function stateOf({ response }: HitlView, runEnded: boolean): RequestState {
  if (response === null) return runEnded ? "closed" : "open";
  if (response.message_class === "CANCELLED") return "closed";
  return response.timed_out === true || response.message_class === "TIMED_OUT"
    ? "timed-out"
    : "answered";
}

/** What was answered, in a few words; "" where the value says nothing by itself. */
export function decisionOf(kind: RequestKind, value: Json): string {
  switch (kind) {
    case "approval":
      return value === true ? "Approved" : "Denied";
    case "review":
      return textOf(value, "decision");
    case "escalation":
      return "Resolved";
    case "input":
      return "";
  }
}

/** A text member of an answer; "" if there is none. */
export function textOf(value: Json, key: string): string {
  const text = isObject(value) ? value[key] : undefined;
  return typeof text === "string" ? text : "";
}
