import {
  type KeyboardEvent,
  type ReactNode,
  useCallback,
  useEffect,
  useId,
  useMemo,
  useState,
} from "react";
import { cx } from "../../ui/cx";
import { Dialog } from "../../ui/Dialog";
import { Keys } from "../../ui/Keys";
import styles from "./palette.module.css";

export interface PaletteItem {
  id: string;
  label: string;
  /** Shown dimmed behind the label, and searched too. */
  detail?: string;
  icon?: ReactNode;
  keys?: string;
  run(): void;
}

export interface PaletteProps {
  title: string;
  placeholder: string;
  /** The items for what was typed, best first. */
  find(query: string): PaletteItem[];
  empty: string;
  /** More items are on their way; Enter then takes the best of those that arrive. */
  loading?: boolean;
  onClose(): void;
}

/** A list to search by typing; arrows choose, Enter does it. */
export function Palette(props: PaletteProps) {
  const { title, placeholder, find, empty, loading = false, onClose } = props;
  const [query, setQuery] = useState("");
  const [chosen, setChosen] = useState(0);
  const [entered, setEntered] = useState(false);
  const id = useId();
  const items = useMemo(() => find(query), [find, query]);
  const index = Math.min(chosen, items.length - 1);
  useEffect(() => {
    document.getElementById(`${id}-${index}`)?.scrollIntoView({ block: "nearest" });
  }, [id, index]);

  const perform = useCallback(
    (item: PaletteItem | undefined) => {
      if (!item) return;
      onClose();
      item.run();
    },
    [onClose],
  );
  // Who types faster than the items arrive need not press Enter again.
  useEffect(() => {
    if (loading || !entered) return;
    setEntered(false);
    perform(items[0]);
  }, [loading, entered, items, perform]);
  const press = (event: KeyboardEvent) => {
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };
    const step = steps[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setChosen((index + step + items.length) % Math.max(items.length, 1));
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (loading) setEntered(true);
      else perform(items[index]);
    }
  };

  return (
    <Dialog
      title={title}
      titleHidden
      onClose={onClose}
      className={styles.palette}
      data-testid="palette"
    >
      <input
        className={styles.query}
        role="combobox"
        aria-expanded
        aria-controls={`${id}-list`}
        aria-activedescendant={items.length > 0 ? `${id}-${index}` : undefined}
        aria-label={title}
        placeholder={placeholder}
        spellCheck={false}
        autoComplete="off"
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setChosen(0);
          setEntered(false);
        }}
        onKeyDown={press}
      />
      <div
        id={`${id}-list`}
        role="listbox"
        aria-label={title}
        className={styles.list}
        tabIndex={-1}
      >
        {items.map((item, position) => (
          // The input above keeps the focus and handles the keys, as the combobox pattern has it.
          // biome-ignore lint/a11y/useKeyWithClickEvents: see above
          <div
            key={item.id}
            id={`${id}-${position}`}
            role="option"
            tabIndex={-1}
            aria-selected={position === index}
            className={cx(styles.item, position === index && styles.chosen)}
            onPointerMove={() => setChosen(position)}
            onClick={() => perform(item)}
          >
            <span className={styles.icon}>{item.icon}</span>
            <span className={styles.label}>{item.label}</span>
            {item.detail && <span className={styles.detail}>{item.detail}</span>}
            {item.keys && <Keys keys={item.keys} />}
          </div>
        ))}
      </div>
      {items.length === 0 && <p className={styles.empty}>{empty}</p>}
    </Dialog>
  );
}

/** Items whose label or detail has every word of the query. */
export function searchItems(items: readonly PaletteItem[], query: string): PaletteItem[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return items.filter((item) => {
    const text = `${item.label} ${item.detail ?? ""}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
