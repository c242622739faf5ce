import { Content, Portal, Root, Trigger } from "@radix-ui/react-tooltip";
import type { ReactElement } from "react";
import { Keys } from "./Keys";
import styles from "./Tooltip.module.css";

export interface TooltipProps {
  text: string;
  keys?: string | undefined;
  children: ReactElement;
}

/** Names what the pointer rests on. Needs a `Tooltip` `Provider` above it, which the app sets up. */
export function Tooltip({ text, keys, children }: TooltipProps) {
  return (
    <Root>
      <Trigger asChild>{children}</Trigger>
      <Portal>
        <Content className={styles.tooltip} sideOffset={6} collisionPadding={8}>
          {text}
          {keys && <Keys keys={keys} />}
        </Content>
      </Portal>
    </Root>
  );
}

export { Provider as TooltipProvider } from "@radix-ui/react-tooltip";
