import {
  Columns2,
  CornerDownRight,
  FileSearch,
  FileX2,
  Maximize2,
  MessageCircleQuestionMark,
  Moon,
  PanelBottom,
  PanelLeft,
  Play,
  RotateCw,
  Save,
  ShieldCheck,
  Square,
} from "lucide-react";
import type { PaletteItem } from "../features/palette";
import { THEMES, useLayout } from "../state/workspace/layoutStore";
import * as actions from "./actions";
import { showPalette } from "./paletteStore";

/** Everything that can be done by name. `keys` are bound by `useShortcuts`. */
export const COMMANDS: readonly PaletteItem[] = [
  {
    id: "run",
    label: "Run this file",
    icon: <Play size={15} />,
    keys: "Mod+Enter",
    run: actions.runActive,
  },
  {
    id: "stop",
    label: "Stop the run",
    icon: <Square size={14} />,
    keys: "Mod+.",
    run: actions.stopSelected,
  },
  {
    id: "answer",
    label: "Answer what the run asks",
    icon: <MessageCircleQuestionMark size={15} />,
    run: actions.answerFirst,
  },
  {
    id: "resume",
    label: "Resume the run",
    icon: <RotateCw size={14} />,
    run: actions.resumeSelected,
  },
  {
    id: "validate",
    label: "Validate this file",
    icon: <ShieldCheck size={15} />,
    run: actions.validateActive,
  },
  { id: "save", label: "Save", icon: <Save size={15} />, keys: "Mod+S", run: actions.saveActive },
  {
    id: "open",
    label: "Go to file…",
    icon: <FileSearch size={15} />,
    keys: "Mod+P",
    run: () => showPalette("files"),
  },
  {
    id: "close",
    label: "Close this file",
    icon: <FileX2 size={15} />,
    run: actions.closeActive,
  },
  {
    id: "next-problem",
    label: "Next problem",
    icon: <CornerDownRight size={15} />,
    keys: "F8",
    run: actions.nextProblem,
  },
  {
    id: "left",
    label: "Show or hide files and runs",
    icon: <PanelLeft size={15} />,
    keys: "Mod+B",
    run: actions.toggleLeft,
  },
  {
    id: "bottom",
    label: "Show or hide problems",
    icon: <PanelBottom size={15} />,
    keys: "Mod+J",
    run: actions.toggleBottom,
  },
  {
    id: "editor",
    label: "Show or hide the editor",
    icon: <Columns2 size={15} />,
    run: actions.toggleEditor,
  },
  {
    id: "alone",
    label: "Transcript alone, or with the rest",
    icon: <Maximize2 size={15} />,
    run: actions.toggleTranscriptAlone,
  },
  ...THEMES.map((theme) => ({
    id: `theme-${theme}`,
    label: `Theme: ${theme}`,
    icon: <Moon size={15} />,
    run: () => useLayout.getState().set({ theme }),
  })),
];
