import { type RefObject, useLayoutEffect, useRef } from "react";
import { useScope } from "./context";
import { MessageView, type TextMode } from "./messageView";

/** Keeps `element` showing the message `key` while it grows. */
export function useMessageView(
  element: RefObject<HTMLElement | null>,
  key: string,
  mode: TextMode,
  streaming: boolean,
): void {
  const { session } = useScope();
  const view = useRef<MessageView | null>(null);

  useLayoutEffect(() => {
    if (element.current === null) return;
    const created = new MessageView(element.current, mode);
    view.current = created;
    created.show(session.text(key));
    const unsubscribe = session.subscribeText(key, (text) => created.show(text));
    return () => {
      unsubscribe();
      created.dispose();
      view.current = null;
    };
  }, [element, key, mode, session]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new view must be finished, too
  useLayoutEffect(() => {
    if (streaming) return;
    view.current?.show(session.text(key));
    view.current?.finish();
  }, [streaming, key, mode, session]);
}
