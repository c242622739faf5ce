/** Short messages about what just happened, where no place on the page would show it. */
import { create } from "zustand";

export interface Toast {
  id: number;
  tone: "danger" | "info";
  title: string;
  hint?: string | undefined;
}

interface ToastState {
  toasts: readonly Toast[];
}

const TOASTS_MAX = 3;
const SHOWN_MS = 6000;
let nextId = 1;

export const useToasts = create<ToastState>()(() => ({ toasts: [] }));

export function dismissToast(id: number): void {
  useToasts.setState(({ toasts }) => ({ toasts: toasts.filter((toast) => toast.id !== id) }));
}

/** Shows a message for six seconds; the oldest leaves when there are more than three. */
export function toast(tone: Toast["tone"], title: string, hint?: string): void {
  const id = nextId++;
  useToasts.setState(({ toasts }) => ({
    toasts: [...toasts, { id, tone, title, hint }].slice(-TOASTS_MAX),
  }));
  setTimeout(() => dismissToast(id), SHOWN_MS);
}

/** Shows why something failed. */
export function toastError(thrown: unknown): void {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const hint =
    thrown instanceof Error && "hint" in thrown && typeof thrown.hint === "string"
      ? thrown.hint
      : undefined;
  toast("danger", message, hint);
}
