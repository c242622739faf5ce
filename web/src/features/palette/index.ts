export { Palette, type PaletteItem, searchItems } from "./Palette";
