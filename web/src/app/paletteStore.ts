import { create } from "zustand";

export type PaletteKind = "commands" | "files";

export const usePalette = create<{ open: PaletteKind | null }>()(() => ({ open: null }));

export function showPalette(kind: PaletteKind): void {
  usePalette.setState({ open: kind });
}

export function hidePalette(): void {
  usePalette.setState({ open: null });
}
