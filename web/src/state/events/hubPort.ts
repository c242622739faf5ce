/** The hub's end of a tab's port: messages in, messages out, and noticing that the tab is gone. */
import type { EventHub, HubTab } from "./hub";
import type { TabMessage } from "./messages";

/** A tab without a lock that says nothing for so long is gone. Hidden ones say something a minute. */
export const silenceMsMax = 200_000;

/** What of a `MessagePort` is used. */
export interface Port {
  postMessage(message: unknown): void;
  onmessage: ((event: MessageEvent<TabMessage>) => void) | null;
}

/** Resolves once whoever held the lock is gone. */
export type WaitForLock = (name: string) => Promise<void>;

export const waitForLock: WaitForLock = (name) =>
  navigator.locks.request(name, { mode: "shared" }, () => undefined);

/** Serves a tab until it is gone, and again when it speaks again. */
export function servePort(hub: EventHub, port: Port, wait: WaitForLock = waitForLock): void {
  let tab: HubTab | null = null;
  let silence: ReturnType<typeof setTimeout> | null = null;
  let isLocked = false;
  const close = () => {
    if (silence !== null) clearTimeout(silence);
    silence = null;
    tab?.close();
    tab = null;
  };
  const listen = () => {
    if (silence !== null) clearTimeout(silence);
    silence = isLocked ? null : setTimeout(close, silenceMsMax);
  };
  port.onmessage = ({ data }) => {
    if (data.kind === "bye") return close();
    if (data.kind === "lock") {
      isLocked = true;
      wait(data.name).then(close, () => undefined);
    }
    tab ??= hub.join((message) => port.postMessage(message));
    listen();
    if (data.kind === "watch") tab.watch(data.watch, data.runId, data.position);
    else if (data.kind === "unwatch") tab.unwatch(data.watch);
    else if (data.kind === "shown") tab.shown();
  };
}
