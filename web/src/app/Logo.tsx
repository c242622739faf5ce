import styles from "./app.module.css";

/** The product's mark: a beat and its rest. */
export function Logo() {
  return (
    <span className={styles.logo} role="img" aria-label="Tactus">
      <svg viewBox="0 0 32 32" aria-hidden="true">
        <path d="M8 10h16M16 10v13" strokeWidth="3.4" strokeLinecap="round" fill="none" />
        <circle cx="24" cy="21.5" r="2.5" />
      </svg>
    </span>
  );
}
