/** The forms in which a request is answered, one for each kind. */
import { Check, X } from "lucide-react";
import { type FormEvent, type KeyboardEvent, type ReactNode, useId } from "react";
import type { HitlRequestEvent } from "../../../protocol/events";
import type { Json } from "../../../protocol/json";
import { choicesOf } from "../../../protocol/requests";
import { Button } from "../../../ui/Button";
import { cx } from "../../../ui/cx";
import { shortcut } from "../../../ui/platform";
import { Artifact, artifactText, parseArtifact } from "./Artifact";
import styles from "./hitl.module.css";
import { type Answering, useDraft } from "./useAnswer";

export interface FormProps {
  readonly request: HitlRequestEvent;
  readonly answering: Answering;
}

/** A form that Ctrl+Enter sends from anywhere in it, where it has one thing to send. */
export function AnswerForm({ submit, children }: { submit?: () => void; children: ReactNode }) {
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    submit?.();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || submit === undefined) return;
    event.preventDefault();
    submit();
  };
  return (
    <form className={styles.form} data-answer-form onSubmit={onSubmit} onKeyDown={onKeyDown}>
      {children}
    </form>
  );
}

/** What a press of a button has come to. */
function label(text: string, { sending }: Answering): string {
  return sending === "idle" ? text : sending === "sending" ? "Sending…" : "Sent";
}

export function ApprovalForm({ answering }: FormProps) {
  const busy = answering.sending !== "idle";
  return (
    <AnswerForm>
      <div className={styles.buttons}>
        <Button
          tone="solid"
          icon={<Check size={15} />}
          disabled={busy}
          data-testid="hitl-approve"
          onClick={() => answering.send(true)}
        >
          Approve
        </Button>
        <Button
          icon={<X size={15} />}
          disabled={busy}
          data-testid="hitl-deny"
          onClick={() => answering.send(false)}
        >
          Deny
        </Button>
        {busy && <span className={styles.quiet}>{label("", answering)}</span>}
      </div>
    </AnswerForm>
  );
}

interface TextBoxProps {
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  readonly disabled: boolean;
  readonly onChange: (text: string) => void;
}

function TextBox({ label: name, hint, value, disabled, onChange }: TextBoxProps) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id}>
        {name} {hint !== undefined && <span className={styles.quiet}>{hint}</span>}
      </label>
      <textarea
        id={id}
        rows={Math.min(10, Math.max(2, value.split("\n").length))}
        value={value}
        disabled={disabled}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}

export function ReviewForm({ request, answering }: FormProps) {
  const { artifact } = request;
  const [feedback, setFeedback] = useDraft(request, "feedback", "");
  const original = artifactText(artifact);
  const [text, setText] = useDraft(request, "artifact", original);
  const edited = parseArtifact(artifact, text);
  const busy = answering.sending !== "idle";
  const choices = choicesOf(request);
  const decide = (decision: string) => {
    const answer: Record<string, Json> = { decision };
    if (feedback.trim() !== "") answer["feedback"] = feedback;
    if (text !== original && edited !== undefined) answer["edited_artifact"] = edited;
    answering.send(answer);
  };
  const first = choices.find((choice) => !choice.cancels);
  return (
    <AnswerForm>
      {artifact !== null && (
        <Artifact
          artifact={artifact}
          type={request.artifact_type}
          text={text}
          disabled={busy}
          onChange={setText}
        />
      )}
      <TextBox
        label="Feedback"
        hint="optional"
        value={feedback}
        disabled={busy}
        onChange={setFeedback}
      />
      <div className={styles.buttons}>
        {choices.map((choice) => (
          <Button
            key={choice.label}
            tone={choice === first ? "solid" : "plain"}
            className={choice.cancels ? styles.cancels : undefined}
            disabled={busy || edited === undefined}
            data-testid="hitl-choice"
            onClick={() => decide(choice.label)}
          >
            {choice.label}
          </Button>
        ))}
        {busy && <span className={styles.quiet}>{label("", answering)}</span>}
      </div>
    </AnswerForm>
  );
}

export function EscalationForm({ request, answering }: FormProps) {
  const [resolution, setResolution] = useDraft(request, "resolution", "");
  const busy = answering.sending !== "idle";
  const submit = () =>
    answering.send(resolution.trim() === "" ? {} : { resolution: resolution.trim() });
  return (
    <AnswerForm submit={submit}>
      <TextBox
        label="Resolution"
        hint="what was done, optional"
        value={resolution}
        disabled={busy}
        onChange={setResolution}
      />
      <div className={styles.buttons}>
        <Button
          type="submit"
          tone="solid"
          icon={<Check size={15} />}
          disabled={busy}
          data-testid="hitl-resolve"
        >
          {label("Mark as resolved", answering)}
        </Button>
        <span className={cx(styles.quiet, styles.keys)}>{shortcut("Mod+Enter")}</span>
      </div>
    </AnswerForm>
  );
}
