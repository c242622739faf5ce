import { useCallback, useSyncExternalStore } from "react";

/** Whether a media query holds now; follows changes. */
export function useMediaQuery(query: string): boolean {
  const subscribe = useCallback(
    (changed: () => void) => {
      const list = matchMedia(query);
      list.addEventListener("change", changed);
      return () => list.removeEventListener("change", changed);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => matchMedia(query).matches);
}

/** One pane at a time. */
export function useNarrow(): boolean {
  return useMediaQuery("(max-width: 899.98px)");
}
