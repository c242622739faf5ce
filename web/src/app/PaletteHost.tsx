import { useCallback, useEffect } from "react";
import { FileIcon, filterFiles } from "../features/files";
import { Palette, type PaletteItem, searchItems } from "../features/palette";
import { useFiles } from "../state/workspace/filesStore";
import { openFile } from "./actions";
import { COMMANDS } from "./commands";
import { hidePalette, type PaletteKind } from "./paletteStore";

const FILES_MAX = 60;

function CommandPalette() {
  const find = useCallback((query: string) => searchItems(COMMANDS, query), []);
  return (
    <Palette
      title="Commands"
      placeholder="What would you like to do?"
      empty="No command has these words."
      find={find}
      onClose={hidePalette}
    />
  );
}

function FilePalette() {
  const files = useFiles((state) => state.allFiles);
  useEffect(() => {
    void useFiles.getState().walk();
  }, []);
  const find = useCallback(
    (query: string): PaletteItem[] =>
      filterFiles(files ?? [], query)
        .slice(0, FILES_MAX)
        .map((entry) => ({
          id: entry.path,
          label: entry.name,
          detail: entry.path,
          icon: <FileIcon entry={entry} />,
          run: () => openFile(entry.path),
        })),
    [files],
  );
  return (
    <Palette
      title="Go to file"
      placeholder="Part of a name or path"
      empty={files ? "No file matches." : "Reading the workspace…"}
      loading={files === null}
      find={find}
      onClose={hidePalette}
    />
  );
}

/** The palette that is open. */
export default function PaletteHost({ kind }: { kind: PaletteKind }) {
  return kind === "commands" ? <CommandPalette /> : <FilePalette />;
}
