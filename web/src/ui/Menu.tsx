import * as Context from "@radix-ui/react-context-menu";
import * as Dropdown from "@radix-ui/react-dropdown-menu";
import { Check } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import { Keys } from "./Keys";
import styles from "./Menu.module.css";

export interface MenuItem {
  id: string;
  label: string;
  icon?: ReactNode;
  keys?: string;
  danger?: boolean;
  disabled?: boolean;
  /** Shows a check mark: the one of several that holds. */
  checked?: boolean;
  /** Draws a line above. */
  separated?: boolean;
  onSelect(): void;
}

interface ItemBodyProps {
  item: MenuItem;
}

function ItemBody({ item }: ItemBodyProps) {
  return (
    <>
      <span className={styles.icon}>{item.icon}</span>
      <span className={styles.label}>{item.label}</span>
      {item.checked && <Check size={14} aria-label="selected" />}
      {item.keys && <Keys keys={item.keys} />}
    </>
  );
}

export interface MenuProps {
  items: readonly MenuItem[];
  /** The button that opens the menu. */
  children: ReactElement;
  align?: "start" | "end";
}

/** A menu under a button. */
export function Menu({ items, children, align = "end" }: MenuProps) {
  return (
    <Dropdown.Root>
      <Dropdown.Trigger asChild>{children}</Dropdown.Trigger>
      <Dropdown.Portal>
        <Dropdown.Content className={styles.menu} align={align} sideOffset={6} collisionPadding={8}>
          {items.map((item) => (
            <Dropdown.Item
              key={item.id}
              className={styles.item}
              data-danger={item.danger || undefined}
              data-separated={item.separated || undefined}
              disabled={item.disabled ?? false}
              onSelect={item.onSelect}
            >
              <ItemBody item={item} />
            </Dropdown.Item>
          ))}
        </Dropdown.Content>
      </Dropdown.Portal>
    </Dropdown.Root>
  );
}

/** The menu of the right mouse button, and of a long touch. */
export function ContextMenu({ items, children }: Omit<MenuProps, "align">) {
  return (
    <Context.Root>
      <Context.Trigger asChild>{children}</Context.Trigger>
      <Context.Portal>
        <Context.Content className={styles.menu} collisionPadding={8}>
          {items.map((item) => (
            <Context.Item
              key={item.id}
              className={styles.item}
              data-danger={item.danger || undefined}
              data-separated={item.separated || undefined}
              disabled={item.disabled ?? false}
              onSelect={item.onSelect}
            >
              <ItemBody item={item} />
            </Context.Item>
          ))}
        </Context.Content>
      </Context.Portal>
    </Context.Root>
  );
}
