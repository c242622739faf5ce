import type { ReactNode } from "react";
import { cx } from "./cx";
import styles from "./Notice.module.css";
import { Ticked } from "./Ticked";

export interface NoticeProps {
  tone: "danger" | "warning" | "info";
  title: ReactNode;
  /** A machine-readable code, shown small. */
  code?: string | undefined;
  hint?: string | null | undefined;
  children?: ReactNode;
  actions?: ReactNode;
  className?: string | undefined;
}

/** Something to know about this place: what happened, what to do about it. */
export function Notice({ tone, title, code, hint, children, actions, className }: NoticeProps) {
  return (
    <div className={cx(styles.notice, styles[tone], className)} role="alert">
      <div className={styles.text}>
        <p className={styles.title}>
          {typeof title === "string" ? <Ticked text={title} /> : title}
        </p>
        {hint && (
          <p className={styles.hint}>
            <Ticked text={hint} />
          </p>
        )}
        {children}
        {code && <code className={styles.code}>{code}</code>}
      </div>
      {actions && <div className={styles.actions}>{actions}</div>}
    </div>
  );
}
