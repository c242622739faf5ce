import { Code, Text } from "lucide-react";
import { useRef, useState } from "react";
import type { MessageItem } from "../../protocol/view";
import { CopyButton } from "./CopyButton";
import { useScope } from "./context";
import styles from "./Message.module.css";
import type { TextMode } from "./messageView";
import { useMessageView } from "./useMessageView";

export interface MessageProps {
  readonly item: MessageItem;
  /** More text may come. */
  readonly streaming: boolean;
}

/** A message of the answer. Its text never passes through React. */
export function Message({ item, streaming }: MessageProps) {
  const [mode, setMode] = useState<TextMode>("rendered");
  const { session } = useScope();
  const raw = mode === "raw";
  return (
    <div className={styles.message}>
      <MessageText key={mode} item={item} mode={mode} streaming={streaming} />
      <div className={styles.tools}>
        <button
          type="button"
          className={styles.tool}
          aria-pressed={raw}
          aria-label="Show as written"
          title={raw ? "Show rendered" : "Show as written"}
          onClick={() => setMode(raw ? "rendered" : "raw")}
        >
          {raw ? <Text size={14} /> : <Code size={14} />}
        </button>
        <CopyButton label="Copy message" text={() => session.text(item.key)} />
      </div>
    </div>
  );
}

function MessageText({ item, mode, streaming }: MessageProps & { readonly mode: TextMode }) {
  const element = useRef<HTMLDivElement>(null);
  useMessageView(element, item.key, mode, streaming);
  return (
    <div
      ref={element}
      className={mode === "raw" ? styles.raw : styles.text}
      data-testid="message-text"
      data-streaming={streaming ? "" : undefined}
    />
  );
}
