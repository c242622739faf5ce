import { FilePlus2, FolderOpen, Search, X } from "lucide-react";
import { type KeyboardEvent, useEffect, useState } from "react";
import { concernsServer } from "../../state/api";
import { parentOf, useFiles } from "../../state/workspace/filesStore";
import { useTabs } from "../../state/workspace/tabsStore";
import { Button, IconButton } from "../../ui/Button";
import { EmptyState } from "../../ui/EmptyState";
import { Notice } from "../../ui/Notice";
import { PanelHeader } from "../../ui/PanelHeader";
import { FileTree, type FileTreeProps } from "./FileTree";
import { FilterResults } from "./FilterResults";
import { createFile } from "./fileActions";
import styles from "./files.module.css";

const REFRESH_MS = 4000;

/** Reads the tree now, every few seconds while the page is seen, and when it is seen again. */
function useFreshTree(): void {
  useEffect(() => {
    const refresh = () => {
      if (!document.hidden) void useFiles.getState().refresh();
    };
    refresh();
    const timer = setInterval(refresh, REFRESH_MS);
    document.addEventListener("visibilitychange", refresh);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", refresh);
    };
  }, []);
}

export function FilesPanel({ onOpen }: FileTreeProps) {
  const [query, setQuery] = useState("");
  const error = useFiles((state) => state.error);
  const empty = useFiles((state) => state.folders[""]?.length === 0);
  useFreshTree();
  const create = () => {
    const active = useTabs.getState().active;
    void createFile(active === null ? "" : parentOf(active));
  };
  const clear = (event: KeyboardEvent) => {
    if (event.key === "Escape") setQuery("");
  };
  return (
    <section className={styles.panel} aria-label="Files">
      <PanelHeader title="Files">
        <IconButton small label="New file" onClick={create} data-testid="new-file">
          <FilePlus2 size={15} />
        </IconButton>
      </PanelHeader>
      <div className={styles.filter}>
        <Search size={14} />
        <input
          type="text"
          aria-label="Filter files"
          placeholder="Filter files"
          value={query}
          spellCheck={false}
          data-testid="file-filter"
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={clear}
        />
        {query !== "" && (
          <IconButton small label="Clear the filter" onClick={() => setQuery("")}>
            <X size={13} />
          </IconButton>
        )}
      </div>
      <div className={styles.scroll}>
        {error && !concernsServer(error) && (
          <Notice tone="danger" title={error.message} hint={error.hint} />
        )}
        {query.trim() !== "" ? (
          <FilterResults query={query} onOpen={onOpen} />
        ) : empty ? (
          <EmptyState icon={<FolderOpen size={20} />} title="An empty workspace">
            <p>Begin with a procedure: a .tac file.</p>
            <Button tone="solid" onClick={create} style={{ marginTop: "0.75rem" }}>
              New file
            </Button>
          </EmptyState>
        ) : (
          <FileTree onOpen={onOpen} />
        )}
      </div>
    </section>
  );
}
