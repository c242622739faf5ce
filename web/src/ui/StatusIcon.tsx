import {
  CircleCheck,
  CircleDashed,
  CircleSlash,
  CircleUser,
  CircleX,
  LoaderCircle,
  Moon,
} from "lucide-react";
import { cx } from "./cx";
import styles from "./StatusIcon.module.css";

const ICONS = {
  running: LoaderCircle,
  waiting_for_human: CircleUser,
  sleeping: Moon,
  pending: LoaderCircle,
  completed: CircleCheck,
  failed: CircleX,
  cancelled: CircleSlash,
  interrupted: CircleDashed,
} as const;

export type StatusName = keyof typeof ICONS;

/** How a run stands, as an icon with its name for screen readers. */
export function StatusIcon({ status, size = 15 }: { status: StatusName; size?: number }) {
  const Icon = ICONS[status];
  return (
    <Icon
      size={size}
      role="img"
      aria-label={status.replaceAll("_", " ")}
      className={cx(styles.status, styles[status])}
    />
  );
}
