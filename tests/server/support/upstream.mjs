// What stands in for a model provider: the program's own mock provider as a process, or a server of
// the test's own, which sees the very bytes and moments of what is asked.
import http from "node:http";
import { start } from "./process.mjs";

export const fake_key = "sk-fake-0123456789abcdefTHISISNOTAKEY";

/** Starts `tactus mock-provider` and gives the environment that leads to it. */
export async function start_mock(t, args = []) {
  const program = start(t, ["mock-provider", "--port", "0", ...args]);
  const [, url] = await program.output(/mock provider at (\S+)/);
  return { program, env: provider_environment(url) };
}

function provider_environment(url) {
  return { OPENAI_BASE_URL: url, OPENAI_API_KEY: fake_key };
}

const chunk = (delta, finish_reason = null) =>
  `data: ${JSON.stringify({ id: "c1", object: "chat.completion.chunk", model: "gpt-4o", choices: [{ index: 0, delta, finish_reason }] })}\n\n`;

/** Begins a streamed reply. */
export function begin_stream(response) {
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.write(chunk({ role: "assistant", content: "" }));
}

export const send_text = (response, text) => response.write(chunk({ content: text }));

/** Sends a whole call of a tool. */
export function send_call(response, id, name, args) {
  const called = { name, arguments: JSON.stringify(args) };
  response.write(chunk({ tool_calls: [{ index: 0, id, type: "function", function: called }] }));
}

/** Ends a reply as a provider does, with finish reason, usage and the end mark. */
export function end_stream(response, finish_reason = "stop") {
  response.write(chunk({}, finish_reason));
  const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
  response.write(`data: ${JSON.stringify({ id: "c1", model: "gpt-4o", choices: [], usage })}\n\n`);
  response.end("data: [DONE]\n\n");
}

/**
 * Serves `answer(request, response, body)` for every request. `closed` holds the times
 * (performance.now) at which clients closed a connection before the reply was finished.
 */
export async function start_upstream(t, answer) {
  const upstream = { requests: [], closed: [] };
  const server = http.createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text) => {
      body += text;
    });
    response.on("close", () => {
      if (!response.writableFinished) upstream.closed.push(performance.now());
    });
    request.on("end", () => {
      upstream.requests.push({ headers: request.headers, body });
      answer(request, response, body);
    });
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  t.after(() => {
    server.closeAllConnections();
    return new Promise((closed) => server.close(closed));
  });
  upstream.env = provider_environment(`http://127.0.0.1:${server.address().port}/v1`);
  return upstream;
}
