/** Parts of the page that arrive after its frame, each fetched on first use or when there is time. */
import { lazy } from "react";

const parts = {
  transcript: () => import("../features/transcript"),
  requests: () => parts.transcript().then(({ fetchRequests }) => fetchRequests()),
  palette: () => import("./PaletteHost"),
  menu: () => import("../ui/MenuHost"),
  ask: () => import("../ui/AskDialog"),
};

export const Transcript = lazy(() =>
  parts.transcript().then(({ Transcript: component }) => ({ default: component })),
);
export const PaletteHost = lazy(parts.palette);
export const MenuHost = lazy(parts.menu);
export const AskDialog = lazy(parts.ask);

const REST_MS = 400;

/** Fetches all parts once the page has come to rest, so that each is there when it is wanted. */
export function fetchLater(): () => void {
  const timer = setTimeout(() => {
    for (const part of Object.values(parts)) part().catch(() => undefined);
  }, REST_MS);
  return () => clearTimeout(timer);
}
