/** Menus, opened at a place and shown by `MenuHost`. */
import type { ReactNode } from "react";
import { create } from "zustand";

export interface MenuItem {
  id: string;
  label: string;
  icon?: ReactNode;
  keys?: string;
  danger?: boolean;
  /** Draws a line above. */
  separated?: boolean;
  onSelect(): void;
}

/** What the menu hangs on, in pixels of the window. */
export interface MenuAnchor {
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface OpenMenu {
  items: readonly MenuItem[];
  anchor: MenuAnchor;
  /** Gets the focus back. */
  opener: HTMLElement | null;
}

export const useMenu = create<{ menu: OpenMenu | null }>()(() => ({ menu: null }));

/** Opens a menu under an element, or where the pointer is. */
export function openMenu(items: readonly MenuItem[], at: HTMLElement | { x: number; y: number }) {
  const opener = document.activeElement instanceof HTMLElement ? document.activeElement : null;
  const anchor =
    at instanceof HTMLElement
      ? at.getBoundingClientRect()
      : { left: at.x, top: at.y, width: 0, height: 0 };
  useMenu.setState({ menu: { items, anchor, opener } });
}

export function closeMenu(): void {
  useMenu.setState({ menu: null });
}
