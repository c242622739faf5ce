import { Bot, ChevronRight, RotateCcw, Wrench } from "lucide-react";
import { type ReactNode, useEffect, useId, useMemo } from "react";
import type { Declared, ProcedureMetadata } from "../../state/api";
import { checkInputs } from "../../state/workspace/inputs";
import { useLayout } from "../../state/workspace/layoutStore";
import { useProcedure } from "../../state/workspace/procedureStore";
import { isProcedureFile } from "../../state/workspace/validationStore";
import { IconButton } from "../../ui/Button";
import { cx } from "../../ui/cx";
import { InputForm } from "./InputForm";
import styles from "./procedure.module.css";

export interface Place {
  path: string;
  line: number;
  column?: number;
}

interface PanelProps {
  path: string;
  onJump(place: Place): void;
}

interface ChipsProps extends PanelProps {
  icon: ReactNode;
  label: string;
  declared: readonly Declared[];
}

/** What the file declares of one kind; each leads to its line. */
function Chips({ path, icon, label, declared, onJump }: ChipsProps) {
  if (declared.length === 0) return null;
  return (
    <ul className={styles.chips} aria-label={label}>
      {declared.map(({ name, line }) => (
        <li key={`${name}:${line}`}>
          <button
            type="button"
            className={styles.chip}
            title={line ? `${label}, line ${line}` : label}
            onClick={() => onJump({ path, line: line ?? 1 })}
          >
            {icon}
            {name}
          </button>
        </li>
      ))}
    </ul>
  );
}

function summaryOf({ inputs, agents }: ProcedureMetadata): string {
  const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? "" : "s"}`;
  const parts = [inputs.length > 0 ? counted(inputs.length, "input") : "no inputs"];
  if (agents.length > 0) parts.push(counted(agents.length, "agent"));
  return parts.join(", ");
}

const NO_FIELDS: ProcedureMetadata["inputs"] = [];
const NO_VALUES = {};

export interface ProcedurePanelProps extends PanelProps {
  /** Stands at the right of the heading. */
  actions?: ReactNode;
  /** Shown instead while nothing is known of the file. */
  fallback: ReactNode;
}

/** What the active file declares, and the form whose values Run uses. */
export function ProcedurePanel({ path, onJump, actions, fallback }: ProcedurePanelProps) {
  const metadata = useProcedure((state) => state.metadata[path]);
  const values = useProcedure((state) => state.values[path] ?? NO_VALUES);
  const attempted = useProcedure((state) => state.attempted[path] ?? false);
  const open = useLayout((state) => state.procedureOpen);
  const bodyId = useId();
  useEffect(() => {
    if (isProcedureFile(path)) void useProcedure.getState().load(path);
  }, [path]);
  const fields = metadata?.inputs ?? NO_FIELDS;
  const { errors } = useMemo(() => checkInputs(fields, values), [fields, values]);
  if (!metadata) return fallback;
  return (
    <section className={styles.panel} aria-label="Procedure" data-testid="procedure">
      <header className={styles.header}>
        <button
          type="button"
          className={styles.toggle}
          aria-expanded={open}
          aria-controls={bodyId}
          onClick={() => useLayout.getState().set({ procedureOpen: !open })}
        >
          <ChevronRight size={14} className={cx(styles.chevron, open && styles.open)} />
          <span className={styles.title}>{metadata.name}</span>
          <span className={styles.summary}>{summaryOf(metadata)}</span>
        </button>
        {open && Object.keys(values).length > 0 && (
          <IconButton
            small
            label="Back to the defaults"
            onClick={() => useProcedure.getState().resetValues(path)}
          >
            <RotateCcw size={14} />
          </IconButton>
        )}
        {actions}
      </header>
      {open && (
        <div id={bodyId} className={styles.body} data-procedure-form>
          {metadata.description && <p className={styles.description}>{metadata.description}</p>}
          {fields.length > 0 && (
            <InputForm
              key={path}
              fields={fields}
              values={values}
              errors={errors}
              showAll={attempted}
              onChange={(name, value) => useProcedure.getState().setValue(path, name, value)}
            />
          )}
          <div className={styles.declared}>
            <Chips
              path={path}
              icon={<Bot size={13} />}
              label="Agents"
              declared={metadata.agents}
              onJump={onJump}
            />
            <Chips
              path={path}
              icon={<Wrench size={13} />}
              label="Tools"
              declared={metadata.tools}
              onJump={onJump}
            />
          </div>
        </div>
      )}
    </section>
  );
}
