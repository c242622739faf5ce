import { type FormEvent, useId, useState } from "react";
import styles from "./AskDialog.module.css";
import type { Answer, Question } from "./ask";
import { Button } from "./Button";
import { Dialog } from "./Dialog";

interface QuestionFormProps {
  question: Question;
  settle(answer: Answer): void;
}

function QuestionForm({ question, settle }: QuestionFormProps) {
  const { input, choices, details } = question;
  const [text, setText] = useState(input?.value ?? "");
  const id = useId();
  const problem = input?.check(text) ?? null;
  const touched = text !== (input?.value ?? "");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const [first] = choices;
    if (first && problem === null) settle({ choice: first.id, text });
  };
  return (
    <form onSubmit={submit}>
      {details && (
        <ul className={styles.details}>
          {details.map(({ name, note }) => (
            <li key={name}>
              <code>{name}</code>
              <span>{note}</span>
            </li>
          ))}
        </ul>
      )}
      {input && (
        <div className={styles.field}>
          <label htmlFor={id}>{input.label}</label>
          <input
            id={id}
            value={text}
            spellCheck={false}
            autoComplete="off"
            aria-invalid={touched && problem !== null}
            aria-describedby={`${id}-problem`}
            onChange={(event) => setText(event.target.value)}
          />
          <p id={`${id}-problem`} className={styles.problem} role="status">
            {touched ? problem : null}
          </p>
        </div>
      )}
      <div className={styles.actions}>
        {choices.map((choice, index) => (
          <Button
            key={choice.id}
            type={index === 0 ? "submit" : "button"}
            tone={choice.tone ?? (index === 0 ? "solid" : "plain")}
            disabled={index === 0 && problem !== null}
            data-testid={`answer-${choice.id}`}
            onClick={index === 0 ? undefined : () => settle({ choice: choice.id, text })}
          >
            {choice.label}
          </Button>
        ))}
        <Button tone="quiet" className={styles.cancel} onClick={() => settle(null)}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

/** The question that stands. */
export default function AskDialog({ question, settle }: QuestionFormProps) {
  return (
    <Dialog
      title={question.title}
      description={question.body}
      onClose={() => settle(null)}
      data-testid="ask"
    >
      <QuestionForm question={question} settle={settle} />
    </Dialog>
  );
}
