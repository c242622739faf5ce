import { BadgeCheck, ClipboardCheck, Siren, TextCursorInput } from "lucide-react";
import { useEffect, useLayoutEffect, useRef } from "react";
import type { HitlRequestEvent } from "../../../protocol/events";
import { kindOf, type RequestKind, type RequestState, stateOf } from "../../../protocol/requests";
import { type HitlView, isEnded } from "../../../protocol/view";
import type { ApiError } from "../../../state/api";
import { draftKey, dropDraft } from "../../../state/drafts";
import { useRunView } from "../../../state/runStore";
import { Notice } from "../../../ui/Notice";
import { useScope } from "../context";
import { Countdown } from "./Countdown";
import { Facts } from "./Facts";
import { ApprovalForm, EscalationForm, type FormProps, ReviewForm } from "./forms";
import styles from "./hitl.module.css";
import { InputForm } from "./InputForm";
import { cardId } from "./PendingBar";
import { Settled } from "./Settled";
import { type Answering, useAnswer } from "./useAnswer";

const names: Readonly<Record<RequestKind, string>> = {
  approval: "Approval",
  input: "Input",
  review: "Review",
  escalation: "Escalation",
};

const icons = {
  approval: BadgeCheck,
  input: TextCursorInput,
  review: ClipboardCheck,
  escalation: Siren,
};

/** A question to a human, as a form until it is settled, and then what came of it. */
export function RequestCard({ hitl }: { hitl: HitlView }) {
  const { session } = useScope();
  const { request } = hitl;
  const ended = useRunView(session.runId, (view) => isEnded(view.status));
  const state = stateOf(hitl, ended);
  const answering = useAnswer(request);
  const key = draftKey(session.runId, request.request_id);
  useEffect(() => {
    if (state === "answered" || state === "timed-out") dropDraft(key);
  }, [state, key]);
  const card = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    // The form has gone with the button that was pressed: the reader stays where they were.
    const isLost = document.activeElement === document.body;
    if (state !== "open" && answering.sending === "sent" && isLost) card.current?.focus();
  }, [state, answering.sending]);
  return (
    <section
      ref={card}
      tabIndex={-1}
      id={cardId(request.request_id)}
      className={styles.card}
      data-testid="hitl"
      data-state={state}
      data-kind={kindOf(request)}
      data-request-id={request.request_id}
      aria-label={`${names[kindOf(request)]}: ${request.message}`}
    >
      <Header request={request} state={state} />
      <p className={styles.message}>{request.message}</p>
      <Facts value={request.context} />
      {state === "open" ? (
        <>
          <Form request={request} answering={answering} />
          {answering.refusal !== null && <Refusal error={answering.refusal} />}
        </>
      ) : (
        <Settled hitl={hitl} state={state} beaten={isBeaten(answering)} />
      )}
    </section>
  );
}

function Header({ request, state }: { request: HitlRequestEvent; state: RequestState }) {
  const kind = kindOf(request);
  const Icon = icons[kind];
  return (
    <header className={styles.header}>
      <Icon size={15} aria-hidden />
      <span>{names[kind]}</span>
      {kind === "escalation" && request.severity !== null && (
        <span className={styles.severity} data-level={request.severity}>
          {request.severity}
        </span>
      )}
      {state === "open" && (
        <span className={styles.headerEnd}>
          {request.expires_at === null ? (
            <span className={styles.waits}>waits for you</span>
          ) : (
            <Countdown expiresAt={request.expires_at} />
          )}
        </span>
      )}
    </header>
  );
}

function Form(props: FormProps) {
  switch (kindOf(props.request)) {
    case "approval":
      return <ApprovalForm {...props} />;
    case "review":
      return <ReviewForm {...props} />;
    case "escalation":
      return <EscalationForm {...props} />;
    case "input":
      return <InputForm {...props} />;
  }
}

/** True if this tab's answer came second. */
function isBeaten({ refusal }: Answering): boolean {
  return refusal?.code === "TAC-HITL-ANSWERED";
}

function Refusal({ error }: { error: ApiError }) {
  if (error.code === "TAC-HITL-ANSWERED") {
    return (
      <Notice tone="info" title="Somebody answered first.">
        <p>Their answer counts; it will appear here in a moment.</p>
      </Notice>
    );
  }
  return <Notice tone="danger" title={error.message} hint={error.hint} code={error.code} />;
}
