/** Which panes are open, how large they are, and the theme. Remembered across visits. */
import { create } from "zustand";
import { asRecord, loadSetting, saveSetting } from "./persisted";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

/** The panes a narrow window shows one at a time. */
export const NARROW_PANES = ["files", "runs", "editor", "transcript", "problems"] as const;
export type NarrowPane = (typeof NARROW_PANES)[number];

export interface Sizes {
  /** Pixels. */
  left: number;
  /** Pixels. */
  right: number;
  /** Pixels. */
  bottom: number;
  /** Share of the left pane's height that Runs take, 0 to 1. */
  runsShare: number;
}

const BOUNDS: Record<keyof Sizes, readonly [min: number, max: number]> = {
  left: [180, 560],
  right: [320, 1600],
  bottom: [96, 720],
  runsShare: [0.15, 0.85],
};

interface LayoutValues {
  theme: Theme;
  sizes: Sizes;
  leftOpen: boolean;
  editorOpen: boolean;
  bottomOpen: boolean;
  /** The transcript alone fills the window. */
  transcriptAlone: boolean;
  procedureOpen: boolean;
  narrowPane: NarrowPane;
}

export interface LayoutState extends LayoutValues {
  set(change: Partial<LayoutValues>): void;
  /** Sets one size, kept within its bounds. */
  resize(name: keyof Sizes, value: number): void;
  showEditor(): void;
  showTranscript(): void;
}

const DEFAULTS: LayoutValues = {
  theme: "system",
  sizes: { left: 264, right: 560, bottom: 176, runsShare: 0.42 },
  leftOpen: true,
  editorOpen: true,
  bottomOpen: false,
  transcriptAlone: false,
  procedureOpen: true,
  narrowPane: "editor",
};

export function clampSize(name: keyof Sizes, value: number): number {
  const [min, max] = BOUNDS[name];
  return Math.min(max, Math.max(min, value));
}

function parseSizes(value: unknown): Sizes {
  const stored = asRecord(value) ?? {};
  const read = (name: keyof Sizes) => {
    const size = stored[name];
    return typeof size === "number" ? clampSize(name, size) : DEFAULTS.sizes[name];
  };
  return {
    left: read("left"),
    right: read("right"),
    bottom: read("bottom"),
    runsShare: read("runsShare"),
  };
}

/** Reads stored values one by one, so that one damaged entry does not lose the others. */
export function parseLayout(value: unknown): LayoutValues {
  const stored = asRecord(value) ?? {};
  const flag = (name: keyof LayoutValues, fallback: boolean) => {
    const found = stored[name];
    return typeof found === "boolean" ? found : fallback;
  };
  return {
    theme: THEMES.find((theme) => theme === stored["theme"]) ?? DEFAULTS.theme,
    sizes: parseSizes(stored["sizes"]),
    leftOpen: flag("leftOpen", DEFAULTS.leftOpen),
    editorOpen: flag("editorOpen", DEFAULTS.editorOpen),
    bottomOpen: flag("bottomOpen", DEFAULTS.bottomOpen),
    transcriptAlone: flag("transcriptAlone", DEFAULTS.transcriptAlone),
    procedureOpen: flag("procedureOpen", DEFAULTS.procedureOpen),
    narrowPane: NARROW_PANES.find((pane) => pane === stored["narrowPane"]) ?? DEFAULTS.narrowPane,
  };
}

export const useLayout = create<LayoutState>()((set) => ({
  ...(loadSetting("layout", parseLayout) ?? DEFAULTS),
  set: (change) => set(change),
  resize: (name, value) =>
    set(({ sizes }) => ({ sizes: { ...sizes, [name]: clampSize(name, value) } })),
  showEditor: () => set({ editorOpen: true, transcriptAlone: false, narrowPane: "editor" }),
  showTranscript: () => set({ narrowPane: "transcript" }),
}));

useLayout.subscribe((state) => saveSetting("layout", parseLayout(state)));
