/** The script of the shared worker: one hub for all tabs of the browser. */
import { EventHub } from "./hub";
import { servePort } from "./hubPort";

const hub = new EventHub();

globalThis.addEventListener("connect", (event) => {
  const [port] = event instanceof MessageEvent ? event.ports : [];
  if (port !== undefined) servePort(hub, port);
});
