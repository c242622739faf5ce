import styles from "./Keys.module.css";
import { shortcut } from "./platform";

/** A keyboard shortcut, written as this machine writes it. */
export function Keys({ keys }: { keys: string }) {
  return <kbd className={styles.keys}>{shortcut(keys)}</kbd>;
}
