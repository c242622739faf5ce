/** How a tab reaches the hub: through a port of the shared worker, or in the page itself. */
import { EventHub } from "./hub";
import { servePort } from "./hubPort";
import type { HubMessage, TabMessage } from "./messages";

export interface HubLink {
  send(message: TabMessage): void;
  /** The hub is this tab's alone: its connection is of no use to others. */
  readonly isOwn: boolean;
}

const aliveMs = 20_000;

/** Connects to the browser's hub. `receive` gets what it tells. */
export function connectToHub(receive: (message: HubMessage) => void): HubLink {
  return typeof SharedWorker === "undefined" ? ownHub(receive) : sharedHub(receive);
}

function sharedHub(receive: (message: HubMessage) => void): HubLink {
  const worker = new SharedWorker(new URL("./sharedWorker.ts", import.meta.url), {
    type: "module",
    name: "tactus-events",
  });
  const { port } = worker;
  port.onmessage = ({ data }: MessageEvent<HubMessage>) => receive(data);
  const send = (message: TabMessage) => port.postMessage(message);
  // A port does not say that its other end is gone, but a lock is free then. Where there are no
  // locks (a page that came over plain HTTP from another machine), the tab says that it is there.
  if ("locks" in navigator) void holdLock(send);
  else setInterval(() => send({ kind: "alive" }), aliveMs);
  return { send, isOwn: false };
}

async function holdLock(send: (message: TabMessage) => void): Promise<void> {
  const name = `tactus-tab-${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
  await navigator.locks.request(name, () => {
    send({ kind: "lock", name });
    return new Promise<never>(() => undefined);
  });
}

/** For browsers without shared workers, as Chrome on Android. */
function ownHub(receive: (message: HubMessage) => void): HubLink {
  const { port1, port2 } = new MessageChannel();
  servePort(new EventHub(), port2);
  port1.onmessage = ({ data }: MessageEvent<HubMessage>) => receive(data);
  return { send: (message) => port1.postMessage(message), isOwn: true };
}
