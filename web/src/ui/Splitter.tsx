import type { KeyboardEvent, PointerEvent } from "react";
import { cx } from "./cx";
import styles from "./Splitter.module.css";

export interface SplitterProps {
  label: string;
  /** The direction in which the bar moves. */
  axis: "x" | "y";
  value: number;
  min: number;
  max: number;
  /** The value's change for one pixel towards the right or the bottom. */
  perPixel: number;
  onChange(value: number): void;
  /** Back to the usual size, on a double click. */
  onReset(): void;
}

const KEY_STEP_PIXELS = 24;

/** A bar between two panes: drag it, or focus it and use the arrow keys. */
export function Splitter({
  label,
  axis,
  value,
  min,
  max,
  perPixel,
  onChange,
  onReset,
}: SplitterProps) {
  const drag = (down: PointerEvent<HTMLHRElement>) => {
    if (down.button !== 0) return;
    const bar = down.currentTarget;
    const at = (event: { clientX: number; clientY: number }) =>
      axis === "x" ? event.clientX : event.clientY;
    const origin = at(down);
    bar.setPointerCapture(down.pointerId);
    const move = (event: globalThis.PointerEvent) =>
      onChange(value + (at(event) - origin) * perPixel);
    const end = () => bar.removeEventListener("pointermove", move);
    bar.addEventListener("pointermove", move);
    bar.addEventListener("lostpointercapture", end, { once: true });
    down.preventDefault();
  };
  const press = (event: KeyboardEvent) => {
    const forward = axis === "x" ? "ArrowRight" : "ArrowDown";
    const back = axis === "x" ? "ArrowLeft" : "ArrowUp";
    if (event.key !== forward && event.key !== back) return;
    event.preventDefault();
    onChange(value + (event.key === forward ? 1 : -1) * KEY_STEP_PIXELS * perPixel);
  };
  const percent = Math.round(((value - min) / (max - min)) * 100);
  return (
    <hr
      className={cx(styles.splitter, axis === "x" ? styles.x : styles.y)}
      aria-label={label}
      aria-orientation={axis === "x" ? "vertical" : "horizontal"}
      aria-valuenow={percent}
      aria-valuemin={0}
      aria-valuemax={100}
      tabIndex={0}
      onPointerDown={drag}
      onDoubleClick={onReset}
      onKeyDown={press}
    />
  );
}
