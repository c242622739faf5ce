// The server of ai.mjs: POST /text and POST /object; the argument is the provider's address.
import { createServer } from "node:http";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { Output, pipeUIMessageStreamToResponse, streamText } from "ai";
import { z } from "zod";

const provider = createOpenAICompatible({
  name: "bench",
  baseURL: process.argv[2],
  apiKey: "any",
  includeUsage: true,
  supportsStructuredOutputs: true,
});
const schema = z.object({ title: z.string(), text: z.string() });

async function partials(result, response) {
  response.writeHead(200, { "Content-Type": "text/event-stream" });
  for await (const partial of result.partialOutputStream)
    response.write(`data: ${JSON.stringify(partial)}\n\n`);
  response.end();
}

const server = createServer(async (request, response) => {
  request.resume();
  const left = new AbortController();
  response.on("close", () => left.abort());
  const common = { model: provider("bench"), prompt: "go", abortSignal: left.signal, onError() {} };
  try {
    if (request.url === "/object")
      await partials(streamText({ ...common, output: Output.object({ schema }) }), response);
    else
      pipeUIMessageStreamToResponse({ response, stream: streamText(common).toUIMessageStream() });
  } catch {
    response.destroy(); // The viewer has left.
  }
});
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
