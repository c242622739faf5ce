import { useEffect } from "react";
import { THEMES, type Theme, useLayout } from "../state/workspace/layoutStore";

/** Sets the chosen theme on the page; `system` leaves the choice to the browser. */
export function useTheme(): void {
  const theme = useLayout((state) => state.theme);
  useEffect(() => {
    const { dataset } = document.documentElement;
    if (theme === "system") delete dataset["theme"];
    else dataset["theme"] = theme;
  }, [theme]);
}

export function nextTheme(theme: Theme): Theme {
  return THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? "system";
}
