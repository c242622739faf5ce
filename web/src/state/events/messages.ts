/** What a tab and the hub, which has the browser's connection, tell each other. */
import type { SseEvent } from "../../protocol/sse";
import type { RunSummary } from "../apiTypes";
import type { ConnectionState } from "../transport";

/** A change that a list of runs shows. */
export type Activity =
  | { readonly stage: "changed"; readonly run: RunSummary }
  | { readonly stage: "removed"; readonly runId: string }
  /** What was told before may have holes: the list is to be read anew. */
  | { readonly stage: "reset" };

/** From a tab. `watch` is a number of the tab's own, never used twice. */
export type TabMessage =
  | { readonly kind: "hello" }
  /** The tab holds this lock as long as it lives. */
  | { readonly kind: "lock"; readonly name: string }
  | {
      readonly kind: "watch";
      readonly watch: number;
      readonly runId: string;
      /** "<generation>-<seq>" of the last entry that was seen; "" for the start. */
      readonly position: string;
    }
  | { readonly kind: "unwatch"; readonly watch: number }
  /** The tab is looked at again: a connection that waits to try again need not. */
  | { readonly kind: "shown" }
  | { readonly kind: "alive" }
  | { readonly kind: "bye" };

/** To a tab. The ids of events are positions as above. */
export type HubMessage =
  | { readonly kind: "events"; readonly watch: number; readonly events: readonly SseEvent[] }
  | { readonly kind: "state"; readonly watch: number; readonly state: ConnectionState }
  | { readonly kind: "activity"; readonly activities: readonly Activity[] }
  | { readonly kind: "connection"; readonly state: ConnectionState };
