import styles from "./app.module.css";

/** The product's mark: a beat and its rest. */
export function Logo() {
  return (
    <h1 className={styles.logo}>
      <span className="visually-hidden">Tactus</span>
      <svg viewBox="0 0 32 32" aria-hidden="true">
        <path d="M8 10h16M16 10v13" strokeWidth="3.4" strokeLinecap="round" fill="none" />
        <circle cx="24" cy="21.5" r="2.5" />
      </svg>
    </h1>
  );
}
