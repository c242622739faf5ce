import { useState } from "react";
import type { HitlRequestEvent } from "../../../protocol/events";
import type { Json } from "../../../protocol/json";
import { sendAnswer } from "../../../state/answer";
import type { ApiError } from "../../../state/api";
import { draftKey, setDraft, useDrafts } from "../../../state/drafts";
import { useScope } from "../context";

/** `sent`: the server has taken the answer; the log has not told it yet. */
export type Sending = "idle" | "sending" | "sent";

export interface Answering {
  readonly sending: Sending;
  /** Why the last try was refused. */
  readonly refusal: ApiError | null;
  readonly send: (value: Json) => void;
}

/** Sends the answer to a request, once at a time. */
export function useAnswer(request: HitlRequestEvent): Answering {
  const { session } = useScope();
  const [sending, setSending] = useState<Sending>("idle");
  const [refusal, setRefusal] = useState<ApiError | null>(null);
  const send = (value: Json) => {
    if (sending !== "idle") return;
    setSending("sending");
    setRefusal(null);
    void sendAnswer(session.runId, request.request_id, value).then((error) => {
      setSending(error === null ? "sent" : "idle");
      setRefusal(error);
    });
  };
  return { sending, refusal, send };
}

/** A text of the form, kept as long as the request is open. */
export function useDraft(
  request: HitlRequestEvent,
  field: string,
  initial: string,
): [string, (text: string) => void] {
  const { session } = useScope();
  const key = draftKey(session.runId, request.request_id);
  const text = useDrafts((state) => state.drafts[key]?.[field]);
  return [text ?? initial, (next) => setDraft(key, { [field]: next })];
}
