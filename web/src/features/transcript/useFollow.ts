import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";

/** Closer than this to the end counts as being there, in CSS pixels. */
const atEndPx = 4;

export interface Follow {
  readonly following: boolean;
  /** Goes to the end and follows from there. */
  readonly toEnd: () => void;
}

/** True while the reader writes an answer: what grows is under their hands. */
function isAnswering(scroller: HTMLElement): boolean {
  const focused = document.activeElement;
  return scroller.contains(focused) && focused?.closest("[data-answer-form]") != null;
}

/** The open request at the very end, if it is too tall to be seen whole: it is read from its top. */
function tallCardAtEnd(scroller: HTMLElement): Element | null {
  const cards = scroller.querySelectorAll('[data-testid="hitl"][data-state="open"]');
  const card = cards[cards.length - 1] ?? null;
  if (card === null || card.getBoundingClientRect().height < scroller.clientHeight) return null;
  return card.closest("[data-kind=hitl]")?.nextElementSibling === null ? card : null;
}

const marginPx = 12;

/** How far the top of `card` is below the top of what is seen. */
function offsetOf(card: Element, scroller: HTMLElement): number {
  return card.getBoundingClientRect().top - scroller.getBoundingClientRect().top - marginPx;
}

/**
 * Keeps `scroller` at its end while the reader is there. Scrolling up ends that at once; only the
 * reader's own return to the end, or `toEnd`, begins it again. `startAtEnd` is where a new `key`
 * begins.
 */
export function useFollow(
  scroller: RefObject<HTMLElement | null>,
  content: RefObject<HTMLElement | null>,
  key: string,
  startAtEnd: boolean,
): Follow {
  const [following, setFollowing] = useState(startAtEnd);
  const isFollowing = useRef(startAtEnd);
  const lastTop = useRef(0);
  /** The request that the end is held at. */
  const held = useRef<Element | null>(null);

  const follow = useCallback((value: boolean) => {
    isFollowing.current = value;
    setFollowing(value);
  }, []);

  const stick = useCallback(() => {
    const element = scroller.current;
    if (element === null || !isFollowing.current || isAnswering(element)) return;
    const card = tallCardAtEnd(element);
    // Once it is in place, the reader moves about in it as they like.
    if (card !== null && card === held.current && element.scrollTop !== lastTop.current) return;
    held.current = card;
    element.scrollTop =
      card === null ? element.scrollHeight : element.scrollTop + offsetOf(card, element);
    lastTop.current = element.scrollTop;
  }, [scroller]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another run begins anew
  useLayoutEffect(() => {
    lastTop.current = 0;
    follow(startAtEnd);
    stick();
  }, [key, startAtEnd, follow, stick]);

  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const onScroll = () => {
      const isUp = element.scrollTop < lastTop.current - 1;
      const toEndPx = element.scrollHeight - element.clientHeight - element.scrollTop;
      lastTop.current = element.scrollTop;
      if (toEndPx <= atEndPx) follow(true);
      else if (isUp) follow(false);
    };
    element.addEventListener("scroll", onScroll, { passive: true });
    return () => element.removeEventListener("scroll", onScroll);
  }, [scroller, follow]);

  useEffect(() => {
    if (content.current === null || scroller.current === null) return;
    const observer = new ResizeObserver(stick);
    observer.observe(content.current);
    observer.observe(scroller.current);
    return () => observer.disconnect();
  }, [scroller, content, stick]);

  const toEnd = useCallback(() => {
    follow(true);
    stick();
  }, [follow, stick]);
  return { following, toEnd };
}
