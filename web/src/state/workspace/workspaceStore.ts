/** The workspace this page shows, and whether its server answers. */
import { create } from "zustand";
import {
  type ApiError,
  asApiError,
  getHealth,
  getWorkspace,
  onReachability,
  type Reachability,
  report,
  type WorkspaceInfo,
} from "../api";
import { tabEvents } from "../events/tabEvents";
import type { ConnectionState } from "../transport";

export interface WorkspaceState {
  info: WorkspaceInfo | null;
  /** Why the first load failed; null while loading and once loaded. */
  error: ApiError | null;
  reachability: Reachability | "connecting";
  load(): Promise<WorkspaceInfo | null>;
}

export const useWorkspace = create<WorkspaceState>()((set) => ({
  info: null,
  error: null,
  reachability: "connecting",
  load: async () => {
    try {
      const info = await getWorkspace();
      set({ info, error: null });
      return info;
    } catch (thrown) {
      set({ error: asApiError(thrown) });
      return null;
    }
  },
}));

/** What the browser's connection says about the server; null for nothing. */
function reachabilityOf(state: ConnectionState): Reachability | null {
  if (state.kind === "open") return "connected";
  if (state.kind === "retrying") return "unreachable";
  return state.kind === "failed" && state.status === 401 ? "unauthorized" : null;
}

const RETRY_MS_MIN = 1000;
const RETRY_MS_MAX = 15_000;

/**
 * Follows every request's outcome, and the connection; while the server is unreachable asks /health with a growing
 * pause, so that the page notices its return. Returns the end of watching.
 */
export function watchReachability(): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let pause_ms = RETRY_MS_MIN;
  const retry = () => {
    timer = null;
    pause_ms = Math.min(pause_ms * 2, RETRY_MS_MAX);
    getHealth().catch(() => undefined);
  };
  const stopListening = onReachability((reachability) => {
    if (useWorkspace.getState().reachability !== reachability)
      useWorkspace.setState({ reachability });
    if (reachability === "unreachable") timer ??= setTimeout(retry, pause_ms);
    else pause_ms = RETRY_MS_MIN;
  });
  const stopConnection = tabEvents().onConnection((state) => {
    const reachability = reachabilityOf(state);
    if (reachability !== null) report(reachability);
  });
  return () => {
    stopListening();
    stopConnection();
    if (timer !== null) clearTimeout(timer);
  };
}

/** The name under which settings of this workspace are stored. */
export function workspaceKey(name: string): string {
  return `${name}:${useWorkspace.getState().info?.root ?? ""}`;
}
