import type { InputField } from "../../state/api";
import { displayValue, type FormValue, hasDefault } from "../../state/workspace/inputs";
import styles from "./procedure.module.css";

export interface InputControlProps {
  id: string;
  field: InputField;
  value: FormValue | undefined;
  invalid: boolean;
  describedBy: string;
  onChange(value: FormValue): void;
}

/** The control that fits a field's type. Until it is touched it shows the default. */
export function InputControl({
  id,
  field,
  value,
  invalid,
  describedBy,
  onChange,
}: InputControlProps) {
  const shown = value ?? displayValue(field.default);
  const common = {
    id,
    "aria-invalid": invalid,
    "aria-describedby": describedBy,
    "aria-required": field.required,
    "data-testid": `input-${field.name}`,
  };
  if (field.enum && field.enum.length > 0) {
    return (
      <select {...common} value={String(shown)} onChange={(event) => onChange(event.target.value)}>
        {!hasDefault(field) && <option value="">{field.required ? "Choose…" : "—"}</option>}
        {field.enum.map((member) => (
          <option key={displayValue(member)} value={displayValue(member)}>
            {displayValue(member)}
          </option>
        ))}
      </select>
    );
  }
  if (field.type === "boolean") {
    return (
      <input
        {...common}
        type="checkbox"
        role="switch"
        aria-checked={typeof value === "boolean" ? value : field.default === true}
        className={styles.switch}
        checked={typeof value === "boolean" ? value : field.default === true}
        onChange={(event) => onChange(event.target.checked)}
      />
    );
  }
  if (field.type === "number" || field.type === "integer") {
    return (
      <input
        {...common}
        inputMode={field.type === "integer" ? "numeric" : "decimal"}
        autoComplete="off"
        value={String(shown)}
        onChange={(event) => onChange(event.target.value)}
      />
    );
  }
  const isText = field.type === "string";
  const lines = String(shown).split("\n").length;
  return (
    <textarea
      {...common}
      className={isText ? undefined : styles.json}
      rows={Math.min(8, Math.max(isText ? 1 : 2, lines))}
      spellCheck={isText}
      autoComplete="off"
      value={String(shown)}
      placeholder={isText ? undefined : "JSON"}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
