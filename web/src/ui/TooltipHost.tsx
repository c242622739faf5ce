import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { Keys } from "./Keys";
import styles from "./TooltipHost.module.css";

interface Shown {
  element: HTMLElement;
  text: string;
  keys: string | undefined;
}

const DELAY_MS = 450;
const MARGIN_PX = 8;
const GAP_PX = 6;

function tipOf(target: EventTarget | null): Shown | null {
  const element = target instanceof Element ? target.closest<HTMLElement>("[data-tip]") : null;
  const text = element?.dataset["tip"];
  return element && text ? { element, text, keys: element.dataset["tipKeys"] } : null;
}

/** Follows the pointer and the keyboard focus; gives the tooltip that should be seen. */
function useShownTip(): Shown | null {
  const [shown, setShown] = useState<Shown | null>(null);
  useEffect(() => {
    if (matchMedia("(hover: none)").matches) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    // What takes a pressed button's place under the resting pointer is not pointed at.
    let pressedAt = "";
    const placeOf = (event: PointerEvent) => `${event.clientX},${event.clientY}`;
    const hide = () => {
      clearTimeout(timer);
      setShown(null);
    };
    const point = (event: PointerEvent) => {
      if (event.pointerType !== "mouse") return;
      const next = tipOf(event.target);
      hide();
      if (next && placeOf(event) !== pressedAt) timer = setTimeout(() => setShown(next), DELAY_MS);
    };
    const pressPointer = (event: PointerEvent) => {
      pressedAt = placeOf(event);
      hide();
    };
    const focus = (event: FocusEvent) => {
      const next = tipOf(event.target);
      if (next?.element.matches(":focus-visible")) setShown(next);
    };
    const press = (event: KeyboardEvent) => event.key === "Escape" && hide();
    document.addEventListener("pointerover", point);
    document.addEventListener("pointerdown", pressPointer);
    document.addEventListener("focusin", focus);
    document.addEventListener("focusout", hide);
    document.addEventListener("keydown", press);
    return () => {
      hide();
      document.removeEventListener("pointerover", point);
      document.removeEventListener("pointerdown", pressPointer);
      document.removeEventListener("focusin", focus);
      document.removeEventListener("focusout", hide);
      document.removeEventListener("keydown", press);
    };
  }, []);
  return shown;
}

/** Shows the tooltip of whatever the pointer rests on. Rendered once, by the app. */
export function TooltipHost() {
  const shown = useShownTip();
  const bubble = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (!shown || !bubble.current) return;
    const anchor = shown.element.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = bubble.current;
    const below = anchor.bottom + GAP_PX;
    const fits = below + height + MARGIN_PX < innerHeight;
    const left = anchor.left + anchor.width / 2 - width / 2;
    bubble.current.style.top = `${fits ? below : anchor.top - GAP_PX - height}px`;
    bubble.current.style.left = `${Math.max(MARGIN_PX, Math.min(left, innerWidth - width - MARGIN_PX))}px`;
  }, [shown]);
  if (!shown?.element.isConnected) return null;
  return (
    <div ref={bubble} className={styles.tooltip} role="tooltip">
      {shown.text}
      {shown.keys && <Keys keys={shown.keys} />}
    </div>
  );
}
