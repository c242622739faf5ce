import { Command, Monitor, Moon, PanelBottom, PanelLeft, ShieldCheck, Sun } from "lucide-react";
import { Fragment } from "react";
import { foldersAbove } from "../state/workspace/filesStore";
import { useLayout } from "../state/workspace/layoutStore";
import { useTabs } from "../state/workspace/tabsStore";
import { isProcedureFile } from "../state/workspace/validationStore";
import { useWorkspace } from "../state/workspace/workspaceStore";
import { Button, IconButton } from "../ui/Button";
import { toggleBottom, toggleLeft, validateActive } from "./actions";
import styles from "./app.module.css";
import { Logo } from "./Logo";
import { showPalette } from "./paletteStore";
import { RunButton } from "./RunButton";
import { nextTheme } from "./useTheme";

const THEME_ICONS = { system: Monitor, light: Sun, dark: Moon } as const;

function ThemeButton() {
  const theme = useLayout((state) => state.theme);
  const Icon = THEME_ICONS[theme];
  return (
    <IconButton
      label={`Theme: ${theme}`}
      data-testid="theme-toggle"
      onClick={() => useLayout.getState().set({ theme: nextTheme(theme) })}
    >
      <Icon size={16} />
    </IconButton>
  );
}

function Breadcrumb({ narrow }: { narrow: boolean }) {
  const name = useWorkspace((state) => state.info?.name);
  const active = useTabs((state) => state.active);
  const file = active?.replace(/^.*\//, "");
  const folders = active === null ? [] : foldersAbove(active);
  const above = narrow ? [] : ["", ...folders];
  return (
    <nav className={styles.breadcrumb} aria-label="Place">
      {above.map((folder) => (
        <Fragment key={folder}>
          <span className={styles.folder}>{folder.replace(/^.*\//, "") || name}</span>
          {file && <span className={styles.slash}>/</span>}
        </Fragment>
      ))}
      <span className={styles.file} title={active ?? undefined}>
        {file ?? (narrow ? name : null)}
      </span>
    </nav>
  );
}

function ViewButtons() {
  const leftOpen = useLayout((state) => state.leftOpen && !state.transcriptAlone);
  const bottomOpen = useLayout((state) => state.bottomOpen && !state.transcriptAlone);
  return (
    <>
      <IconButton label="Files and runs" keys="Mod+B" aria-pressed={leftOpen} onClick={toggleLeft}>
        <PanelLeft size={16} />
      </IconButton>
      <IconButton label="Problems" keys="Mod+J" aria-pressed={bottomOpen} onClick={toggleBottom}>
        <PanelBottom size={16} />
      </IconButton>
    </>
  );
}

/** The frame's top: where one is, and what can be done. */
export function TopBar({ narrow }: { narrow: boolean }) {
  const runnable = useTabs((state) => state.active !== null && isProcedureFile(state.active));
  return (
    <header className={styles.top}>
      <Logo />
      <Breadcrumb narrow={narrow} />
      <div className={styles.tools}>
        {!narrow && <ViewButtons />}
        <ThemeButton />
        <IconButton label="Commands" keys="Mod+K" onClick={() => showPalette("commands")}>
          <Command size={16} />
        </IconButton>
        {narrow ? (
          <IconButton
            label="Validate"
            disabled={!runnable}
            data-testid="validate"
            onClick={validateActive}
          >
            <ShieldCheck size={17} />
          </IconButton>
        ) : (
          <Button
            icon={<ShieldCheck size={15} />}
            disabled={!runnable}
            data-testid="validate"
            onClick={validateActive}
          >
            Validate
          </Button>
        )}
        <RunButton />
      </div>
    </header>
  );
}
