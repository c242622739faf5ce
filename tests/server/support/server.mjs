// A real IDE server and requests to it, byte for byte as a test wants them.
import http from "node:http";
import { patience_ms, start, within } from "./process.mjs";

/** Starts `tactus ide` on a workspace and a free port. */
export async function start_server(t, workspace, { env, args = [] } = {}) {
  const program = start(t, ["ide", workspace, "--port", "0", "--no-browser", ...args], { env });
  const [, port, token] = await program.output(/http:\/\/127\.0\.0\.1:(\d+)\/(?:\?token=(\S+))?/);
  return new Server(program, workspace, Number(port), token);
}

export class Server {
  constructor(program, workspace, port, token) {
    Object.assign(this, { program, workspace, port, token });
  }

  get own_headers() {
    return this.token ? { authorization: `Bearer ${this.token}` } : {};
  }

  /**
   * One request on a connection of its own: {status, headers, text, json}. `auth: false` leaves the
   * token out; an object as body is sent as JSON; other `headers` go as they are.
   */
  request(method, path, { headers = {}, body, auth = true } = {}) {
    const is_json = body !== undefined && typeof body === "object" && !Buffer.isBuffer(body);
    const bytes = is_json ? JSON.stringify(body) : body;
    const all = { ...(auth ? this.own_headers : {}), ...headers };
    if (is_json && !("content-type" in all)) all["content-type"] = "application/json";
    if (bytes !== undefined) all["content-length"] ??= Buffer.byteLength(bytes);
    const answer = new Promise((resolve, reject) => {
      const options = {
        host: "127.0.0.1",
        port: this.port,
        method,
        path,
        headers: all,
        agent: false,
      };
      const request = http.request(options, (response) => {
        const parts = [];
        response.on("data", (part) => parts.push(part));
        response.on("error", reject);
        response.on("end", () => resolve(new Answer(response, Buffer.concat(parts))));
      });
      request.on("error", reject);
      request.end(bytes);
    });
    return within(patience_ms, answer, `answer to ${method} ${path}`);
  }

  get(path, options) {
    return this.request("GET", path, options);
  }

  post(path, body, options) {
    return this.request("POST", path, { body, ...options });
  }

  /** Starts a run and gives its id. */
  async start_run(body) {
    const answer = await this.post("/api/runs", body);
    if (answer.status !== 201) throw new Error(`run refused: ${answer.status} ${answer.text}`);
    return answer.json.run_id;
  }
}

class Answer {
  constructor(response, bytes) {
    this.status = response.statusCode;
    this.headers = response.headers;
    this.text = bytes.toString("utf8");
  }

  get json() {
    return JSON.parse(this.text);
  }

  get error() {
    return this.json.error;
  }
}
