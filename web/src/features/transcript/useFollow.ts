import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";

/** Closer than this to the end counts as being there, in CSS pixels. */
const atEndPx = 4;

export interface Follow {
  readonly following: boolean;
  /** Goes to the end and follows from there. */
  readonly toEnd: () => void;
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

  const follow = useCallback((value: boolean) => {
    isFollowing.current = value;
    setFollowing(value);
  }, []);

  const stick = useCallback(() => {
    const element = scroller.current;
    if (element === null || !isFollowing.current) return;
    element.scrollTop = element.scrollHeight;
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
