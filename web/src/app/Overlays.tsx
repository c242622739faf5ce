import { Suspense, useEffect } from "react";
import { useAsk } from "../ui/ask";
import { useMenu } from "../ui/menu";
import { AskDialog, fetchLater, MenuHost, PaletteHost } from "./later";
import { usePalette } from "./paletteStore";

/** What may lie over the page: the palette, a menu, a question. */
export function Overlays() {
  const palette = usePalette((state) => state.open);
  const menu = useMenu((state) => state.menu);
  const { question, settle } = useAsk();
  useEffect(fetchLater, []);
  return (
    <Suspense fallback={null}>
      {palette && <PaletteHost key={palette} kind={palette} />}
      {menu && <MenuHost menu={menu} />}
      {question && settle && <AskDialog question={question} settle={settle} />}
    </Suspense>
  );
}
