import { ChevronRight } from "lucide-react";
import { type ReactNode, useState } from "react";
import { cx } from "../../ui/cx";
import styles from "./Disclosure.module.css";

export interface DisclosureProps {
  readonly summary: ReactNode;
  /** Called only while open. */
  readonly children: () => ReactNode;
  readonly startOpen?: boolean;
  readonly className?: string | undefined;
  readonly testId?: string;
}

/** A line that opens. */
export function Disclosure({ summary, children, startOpen, className, testId }: DisclosureProps) {
  const [open, setOpen] = useState(startOpen ?? false);
  return (
    <div className={cx(styles.disclosure, className)} data-testid={testId}>
      <button
        type="button"
        className={styles.summary}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <ChevronRight size={13} className={styles.chevron} aria-hidden />
        <span className={styles.label}>{summary}</span>
      </button>
      {open && <div className={styles.body}>{children()}</div>}
    </div>
  );
}
