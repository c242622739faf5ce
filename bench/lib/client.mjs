// The viewer: the same code reads every server that is compared.
import { Agent, request } from "node:http";

// A connection for each request, as browsers' event streams have it.
const agent = new Agent({ keepAlive: false, maxSockets: Number.POSITIVE_INFINITY });

/**
 * Sends a request. `onChunk(buffer, ns)` gets each piece of the body with the clock at its arrival;
 * without it the body is collected in `text`. Resolves at the end with {status, text, bytes}: bytes
 * are those on the connection. `sent` is called with the request, which `destroy()` ends.
 */
export function exchange(url, { method = "GET", headers = {}, body, onChunk, sent } = {}) {
  return new Promise((resolve, reject) => {
    const length =
      body === undefined
        ? {}
        : { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) };
    const made = request(url, { method, headers: { ...headers, ...length }, agent }, (response) => {
      let text = "";
      const { socket } = response;
      response.on("data", (chunk) => {
        if (onChunk && response.statusCode < 300) onChunk(chunk, process.hrtime.bigint());
        else text += chunk;
      });
      response.on("end", () =>
        resolve({ status: response.statusCode, text, bytes: socket.bytesRead }),
      );
      response.on("error", reject);
    });
    made.on("error", reject);
    made.end(body);
    sent?.(made);
  });
}

/** As `exchange`, but an answer that is no success is an error. */
export async function fetched(url, options) {
  const answer = await exchange(url, options);
  if (answer.status >= 300) throw new Error(`${url}: ${answer.status} ${answer.text}`);
  return answer;
}

/**
 * Reads the texts of a stream's events: the values of the JSON member `field`. `onText(text, ns)`
 * gets each; events may be cut anywhere.
 */
export function textReader(field, onText) {
  let rest = "";
  const pattern = new RegExp(`"${field}":"((?:[^"\\\\]|\\\\.)*)"`, "g");
  return (chunk, now) => {
    rest += chunk.toString("utf8");
    const end = rest.lastIndexOf("\n\n");
    if (end < 0) return;
    for (const [, text] of rest.slice(0, end).matchAll(pattern)) onText(text, now);
    rest = rest.slice(end);
  };
}

/** Hands over the latency in ms of each token, which is the clock of its sending. */
export function stampReader(field, onToken) {
  return textReader(field, (text, now) => {
    for (const stamp of text.trim().split(" ")) {
      if (stamp !== "") onToken(Number(now - BigInt(stamp)) / 1e6);
    }
  });
}
