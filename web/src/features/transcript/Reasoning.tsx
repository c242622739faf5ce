import { useEffect, useRef, useState } from "react";
import type { MessageItem } from "../../protocol/view";
import { useScope } from "./context";
import { Disclosure } from "./Disclosure";
import styles from "./Reasoning.module.css";
import { useMessageView } from "./useMessageView";

const periodMs = 250;

/** What the model thought: apart from the answer, collapsed, and seen to grow. */
export function Reasoning({ item, streaming }: { item: MessageItem; streaming: boolean }) {
  const words = useWordCount(item.key, streaming);
  return (
    <Disclosure
      className={styles.reasoning}
      testId="reasoning"
      summary={
        <>
          {streaming ? <span className={styles.thinking}>Thinking</span> : "Thoughts"}
          <span className={styles.count}>{words} words</span>
        </>
      }
    >
      {() => <ReasoningText item={item} streaming={streaming} />}
    </Disclosure>
  );
}

function ReasoningText({ item, streaming }: { item: MessageItem; streaming: boolean }) {
  const element = useRef<HTMLDivElement>(null);
  useMessageView(element, item.key, "rendered", streaming);
  return <div ref={element} className={styles.text} />;
}

/** Renewed a few times a second while the text grows, not with every token. */
function useWordCount(key: string, streaming: boolean): number {
  const { session } = useScope();
  const [words, setWords] = useState(() => countWords(session.text(key)));
  useEffect(() => {
    const update = () => setWords(countWords(session.text(key)));
    update();
    if (!streaming) return;
    const timer = setInterval(update, periodMs);
    return () => clearInterval(timer);
  }, [key, streaming, session]);
  return words;
}

function countWords(text: string): number {
  return text.match(/\S+/g)?.length ?? 0;
}
