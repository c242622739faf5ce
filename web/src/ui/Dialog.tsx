import { Content, Description, Overlay, Portal, Root, Title } from "@radix-ui/react-dialog";
import type { ReactNode } from "react";
import { cx } from "./cx";
import styles from "./Dialog.module.css";

export interface DialogProps {
  title: string;
  /** Shown only to screen readers, where the content speaks for itself. */
  titleHidden?: boolean;
  description?: ReactNode;
  onClose(): void;
  className?: string | undefined;
  children: ReactNode;
  "data-testid"?: string;
}

/** A modal dialog that is open while it is rendered. */
export function Dialog({
  title,
  titleHidden,
  description,
  onClose,
  className,
  children,
  ...rest
}: DialogProps) {
  return (
    <Root open onOpenChange={(open) => open || onClose()}>
      <Portal>
        <Overlay className={styles.overlay} />
        <Content
          className={cx(styles.dialog, className)}
          {...(description ? {} : { "aria-describedby": undefined })}
          {...rest}
        >
          <Title className={titleHidden ? "visually-hidden" : styles.title}>{title}</Title>
          {description && <Description className={styles.description}>{description}</Description>}
          {children}
        </Content>
      </Portal>
    </Root>
  );
}
