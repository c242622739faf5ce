import { Content, Item, Portal, Root, Trigger } from "@radix-ui/react-dropdown-menu";
import { Keys } from "./Keys";
import styles from "./MenuHost.module.css";
import { closeMenu, type MenuItem, type OpenMenu } from "./menu";

function Row({ item }: { item: MenuItem }) {
  return (
    <Item
      className={styles.item}
      data-danger={item.danger || undefined}
      data-separated={item.separated || undefined}
      data-testid={`menu-${item.id}`}
      onSelect={item.onSelect}
    >
      <span className={styles.icon}>{item.icon}</span>
      <span className={styles.label}>{item.label}</span>
      {item.keys && <Keys keys={item.keys} />}
    </Item>
  );
}

/** The menu that is open. */
export default function MenuHost({ menu }: { menu: OpenMenu }) {
  const { left, top, width, height } = menu.anchor;
  return (
    <Root open modal={false} onOpenChange={(open) => open || closeMenu()}>
      <Trigger asChild>
        <button
          type="button"
          aria-label="Open menu"
          tabIndex={-1}
          className={styles.anchor}
          style={{ left, top, width, height }}
        />
      </Trigger>
      <Portal>
        <Content
          className={styles.menu}
          align={width === 0 ? "start" : "end"}
          sideOffset={4}
          collisionPadding={8}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            menu.opener?.focus();
          }}
        >
          {menu.items.map((item) => (
            <Row key={item.id} item={item} />
          ))}
        </Content>
      </Portal>
    </Root>
  );
}
