import { Ban, CircleCheck, CircleX, TimerOff } from "lucide-react";
import { isObject, type Json } from "../../../protocol/json";
import {
  choicesOf,
  decisionOf,
  kindOf,
  type RequestState,
  textOf,
} from "../../../protocol/requests";
import type { HitlView } from "../../../protocol/view";
import { formatClock } from "../../../ui/format";
import { Disclosure } from "../Disclosure";
import { Value } from "../Value";
import { EditedArtifact } from "./Artifact";
import styles from "./hitl.module.css";

export interface SettledProps {
  readonly hitl: HitlView;
  readonly state: Exclude<RequestState, "open">;
  /** This tab had sent another answer, which came too late. */
  readonly beaten: boolean;
}

/** What came of a request. */
export function Settled({ hitl, state, beaten }: SettledProps) {
  const { response } = hitl;
  if (state === "closed" || response === null) {
    return (
      <p className={styles.settled} role="status">
        <Ban size={15} aria-hidden />
        <span>Not answered: the run ended first.</span>
      </p>
    );
  }
  const at = response.responded_at ?? response.timestamp;
  return (
    <div className={styles.outcome} role="status">
      <p className={styles.settled} data-tone={toneOf(hitl)}>
        <OutcomeIcon hitl={hitl} state={state} />
        <span>{wordsOf(hitl, state)}</span>
        <time className={styles.quiet} dateTime={at}>
          {formatClock(at, Date.now())}
        </time>
      </p>
      {beaten && <p className={styles.quiet}>Your own answer came second and was not taken.</p>}
      <Details hitl={hitl} />
    </div>
  );
}

function OutcomeIcon({ hitl, state }: Omit<SettledProps, "beaten">) {
  if (state === "timed-out") return <TimerOff size={15} aria-hidden />;
  return toneOf(hitl) === "bad" ? (
    <CircleX size={15} aria-hidden />
  ) : (
    <CircleCheck size={15} aria-hidden />
  );
}

/** Turned down or not. */
function toneOf({ request, response }: HitlView): "good" | "bad" {
  const value = response?.value ?? null;
  if (kindOf(request) === "approval") return value === true ? "good" : "bad";
  const decision = textOf(value, "decision");
  return choicesOf(request).some(({ label, cancels }) => cancels && label === decision)
    ? "bad"
    : "good";
}

function wordsOf({ request, response }: HitlView, state: SettledProps["state"]): string {
  const decision = decisionOf(kindOf(request), response?.value ?? null);
  if (state !== "timed-out") return decision === "" ? "Answered" : decision;
  return decision === "" ? "Nobody answered in time" : `Nobody answered in time: ${decision}`;
}

function Details({ hitl: { request, response } }: { hitl: HitlView }) {
  const value: Json = response?.value ?? null;
  switch (kindOf(request)) {
    case "approval":
      return null;
    case "input":
      return value === null ? <p className={styles.quiet}>no answer</p> : <Value value={value} />;
    case "escalation": {
      const resolution = textOf(value, "resolution");
      return resolution === "" ? null : <Value value={resolution} />;
    }
    case "review":
      return <ReviewDetails artifact={request.artifact} value={value} />;
  }
}

function ReviewDetails({ artifact, value }: { artifact: Json; value: Json }) {
  const feedback = textOf(value, "feedback");
  const edited = isObject(value) ? value["edited_artifact"] : undefined;
  const isEdited =
    edited !== undefined && edited !== null && JSON.stringify(edited) !== JSON.stringify(artifact);
  return (
    <>
      {feedback !== "" && <Value value={feedback} />}
      {isEdited && (
        <Disclosure summary="Edited before it was passed on">
          {() => <EditedArtifact before={artifact} after={edited} />}
        </Disclosure>
      )}
      {!isEdited && artifact !== null && (
        <Disclosure summary="What was reviewed">{() => <Value value={artifact} />}</Disclosure>
      )}
    </>
  );
}
