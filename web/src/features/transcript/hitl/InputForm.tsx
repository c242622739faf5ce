import { Send } from "lucide-react";
import { useId, useState } from "react";
import type { HitlRequestEvent } from "../../../protocol/events";
import type { Json } from "../../../protocol/json";
import type { FieldType, InputField } from "../../../state/api";
import { checkInputs, displayValue } from "../../../state/workspace/inputs";
import { Button } from "../../../ui/Button";
import { cx } from "../../../ui/cx";
import { shortcut } from "../../../ui/platform";
import { AnswerForm, type FormProps } from "./forms";
import styles from "./hitl.module.css";
import { useDraft } from "./useAnswer";

const types: Readonly<Record<string, FieldType>> = {
  text: "string",
  number: "number",
  integer: "integer",
  boolean: "boolean",
  json: "any",
};

function typeOf(request: HitlRequestEvent): FieldType {
  return types[request.input_type ?? "text"] ?? "string";
}

/** The answer that a text stands for, or why it is none. An empty one that need not be given is null. */
export function readAnswer(
  request: HitlRequestEvent,
  text: string,
): { readonly value: Json } | { readonly error: string } {
  const type = typeOf(request);
  if (text.trim() === "") {
    return request.required === true ? { error: "An answer is required." } : { value: null };
  }
  const field: InputField = { name: "answer", type, required: true };
  const { inputs, errors } = checkInputs([field], { answer: text });
  const error = errors["answer"];
  return error === undefined ? { value: (inputs["answer"] ?? null) as Json } : { error };
}

const empty: Readonly<Record<string, string>> = {
  number: "A number",
  integer: "A whole number",
  any: "JSON",
};

/** A text, a number, yes or no, or JSON. */
export function InputForm({ request, answering }: FormProps) {
  const [text, setText] = useDraft(request, "text", displayValue(request.default));
  const [attempted, setAttempted] = useState(false);
  const id = useId();
  const answer = readAnswer(request, text);
  const problem = attempted && "error" in answer ? answer.error : null;
  const busy = answering.sending !== "idle";
  const submit = () => {
    setAttempted(true);
    if ("value" in answer) answering.send(answer.value);
    else document.getElementById(id)?.focus();
  };
  const common = { id, text, disabled: busy, problem, onChange: setText };
  return (
    <AnswerForm submit={submit}>
      <div className={styles.field}>
        {typeOf(request) === "boolean" ? (
          <YesNo {...common} />
        ) : (
          <TextField {...common} type={typeOf(request)} placeholder={request.placeholder} />
        )}
        <p id={`${id}-problem`} className={styles.problem} role="alert">
          {problem}
        </p>
      </div>
      <div className={styles.buttons}>
        <Button
          type="submit"
          tone="solid"
          icon={<Send size={14} />}
          disabled={busy}
          data-testid="hitl-send"
        >
          {answering.sending === "idle" ? "Send" : "Sending…"}
        </Button>
        {request.required !== true && text.trim() === "" && (
          <span className={styles.quiet}>may be left empty</span>
        )}
        <span className={cx(styles.quiet, styles.keys)}>{shortcut("Mod+Enter")}</span>
      </div>
    </AnswerForm>
  );
}

interface FieldProps {
  readonly id: string;
  readonly text: string;
  readonly disabled: boolean;
  readonly problem: string | null;
  readonly onChange: (text: string) => void;
}

interface TextFieldProps extends FieldProps {
  readonly type: FieldType;
  readonly placeholder: string | null;
}

function TextField({ id, text, disabled, problem, onChange, type, placeholder }: TextFieldProps) {
  const common = {
    id,
    value: text,
    disabled,
    placeholder: placeholder ?? empty[type] ?? "",
    "aria-label": "Your answer",
    "aria-invalid": problem !== null,
    "aria-describedby": `${id}-problem`,
    "data-testid": "hitl-input",
    autoComplete: "off",
  };
  if (type === "number" || type === "integer") {
    return (
      <input
        {...common}
        inputMode={type === "integer" ? "numeric" : "decimal"}
        onChange={(event) => onChange(event.target.value)}
      />
    );
  }
  const isJson = type === "any";
  return (
    <textarea
      {...common}
      rows={Math.min(14, Math.max(isJson ? 3 : 2, text.split("\n").length))}
      spellCheck={!isJson}
      data-code={isJson || undefined}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

function YesNo({ id, text, disabled, problem, onChange }: FieldProps) {
  return (
    <fieldset
      id={id}
      tabIndex={-1}
      className={styles.choice}
      aria-invalid={problem !== null}
      aria-describedby={`${id}-problem`}
    >
      <legend className="visually-hidden">Your answer</legend>
      {["true", "false"].map((value) => (
        <label key={value}>
          <input
            type="radio"
            name={id}
            checked={text === value}
            disabled={disabled}
            onChange={() => onChange(value)}
          />
          {value === "true" ? "Yes" : "No"}
        </label>
      ))}
    </fieldset>
  );
}
