import type { ComponentProps, ReactNode } from "react";
import styles from "./Button.module.css";
import { cx } from "./cx";
import { tip } from "./tip";

export interface ButtonProps extends ComponentProps<"button"> {
  tone?: "plain" | "solid" | "danger" | "quiet";
  icon?: ReactNode;
}

export function Button({ tone = "plain", icon, className, children, ...rest }: ButtonProps) {
  return (
    <button type="button" className={cx(styles.button, styles[tone], className)} {...rest}>
      {icon}
      {children}
    </button>
  );
}

export interface IconButtonProps extends Omit<ComponentProps<"button">, "aria-label"> {
  /** Read by screen readers and shown as a tooltip. */
  label: string;
  /** A shortcut shown in the tooltip. */
  keys?: string;
  small?: boolean;
}

export function IconButton({ label, keys, small, className, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      className={cx(styles.icon, small && styles.small, className)}
      {...tip(label, keys)}
      {...rest}
    />
  );
}
