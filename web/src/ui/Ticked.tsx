import { Fragment } from "react";

/** A sentence in which what stands between backticks is code. */
export function Ticked({ text }: { text: string }) {
  const pieces = text.split(/`([^`\n]+)`/).map((part, at) => ({ part, at, isCode: at % 2 === 1 }));
  return pieces.map(({ part, at, isCode }) =>
    isCode ? <code key={at}>{part}</code> : <Fragment key={at}>{part}</Fragment>,
  );
}
