import { useEffect, useMemo } from "react";
import { parentOf, useFiles } from "../../state/workspace/filesStore";
import { EmptyState } from "../../ui/EmptyState";
import { FileIcon } from "./FileRow";
import styles from "./files.module.css";
import { filterFiles } from "./tree";

const SHOWN_MAX = 200;

export interface FilterResultsProps {
  query: string;
  onOpen(path: string): void;
}

/** Files of the whole workspace that match, without their folders. */
export function FilterResults({ query, onOpen }: FilterResultsProps) {
  const files = useFiles((state) => state.allFiles);
  useEffect(() => {
    void useFiles.getState().walk();
  }, []);
  const found = useMemo(() => filterFiles(files ?? [], query).slice(0, SHOWN_MAX), [files, query]);
  if (files && found.length === 0) {
    return <EmptyState title="No file matches">Try fewer letters.</EmptyState>;
  }
  return (
    <ul className={styles.results} data-testid="file-results">
      {found.map((entry) => (
        <li key={entry.path}>
          <button type="button" className={styles.row} onClick={() => onOpen(entry.path)}>
            <FileIcon entry={entry} />
            <span className={styles.name}>{entry.name}</span>
            <span className={styles.folder}>{parentOf(entry.path)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
