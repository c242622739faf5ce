import type { ReactNode } from "react";
import styles from "./PanelHeader.module.css";

export interface PanelHeaderProps {
  title: string;
  children?: ReactNode;
}

/** The heading of a pane, with its actions at the right. */
export function PanelHeader({ title, children }: PanelHeaderProps) {
  return (
    <header className={styles.header}>
      <h2 className={styles.title}>{title}</h2>
      {children}
    </header>
  );
}
