import { useId } from "react";
import type { InputField } from "../../state/api";
import type { FormValue, FormValues } from "../../state/workspace/inputs";
import { cx } from "../../ui/cx";
import { InputControl } from "./InputControl";
import styles from "./procedure.module.css";

interface FieldProps {
  field: InputField;
  value: FormValue | undefined;
  /** Why the value cannot be sent, where that should be said. */
  error: string | undefined;
  onChange(value: FormValue): void;
}

function Field({ field, value, error, onChange }: FieldProps) {
  const id = useId();
  return (
    <div className={cx(styles.field, field.type === "boolean" && styles.inline)}>
      <label htmlFor={id} className={styles.label}>
        <span className={styles.name}>{field.name}</span>
        {field.required ? (
          <span className={styles.required}>required</span>
        ) : (
          <span className={styles.type}>{field.type}</span>
        )}
      </label>
      <InputControl
        id={id}
        field={field}
        value={value}
        invalid={error !== undefined}
        describedBy={`${id}-help`}
        onChange={onChange}
      />
      <p id={`${id}-help`} className={error ? styles.error : styles.help}>
        {error ?? field.description}
      </p>
    </div>
  );
}

export interface InputFormProps {
  fields: readonly InputField[];
  values: FormValues;
  errors: Readonly<Record<string, string>>;
  /** Also say what is missing in fields that were not touched. */
  showAll: boolean;
  onChange(name: string, value: FormValue): void;
}

/** The inputs that a procedure declares, as a form. */
export function InputForm({ fields, values, errors, showAll, onChange }: InputFormProps) {
  return (
    <form className={styles.form} onSubmit={(event) => event.preventDefault()}>
      {fields.map((field) => (
        <Field
          key={field.name}
          field={field}
          value={values[field.name]}
          error={showAll || values[field.name] !== undefined ? errors[field.name] : undefined}
          onChange={(value) => onChange(field.name, value)}
        />
      ))}
    </form>
  );
}
