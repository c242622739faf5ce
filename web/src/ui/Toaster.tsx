import { X } from "lucide-react";
import { IconButton } from "./Button";
import { Ticked } from "./Ticked";
import styles from "./Toaster.module.css";
import { dismissToast, useToasts } from "./toasts";

/** Shows the messages that stand. Rendered once, by the app. */
export function Toaster() {
  const toasts = useToasts((state) => state.toasts);
  return (
    <div className={styles.toaster} role="status">
      {toasts.map((toast) => (
        <div key={toast.id} className={styles.toast} data-tone={toast.tone}>
          <div className={styles.text}>
            <p className={styles.title}>
              <Ticked text={toast.title} />
            </p>
            {toast.hint && (
              <p className={styles.hint}>
                <Ticked text={toast.hint} />
              </p>
            )}
          </div>
          <IconButton small label="Dismiss" onClick={() => dismissToast(toast.id)}>
            <X size={14} />
          </IconButton>
        </div>
      ))}
    </div>
  );
}
