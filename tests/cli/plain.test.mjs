// --plain: nothing drawn or coloured, whole sentences, for who listens to the terminal.
import assert from "node:assert/strict";
import { eventually, make_workspace } from "../server/support/process.mjs";
import { esc, start_terminal, terminal_test } from "../server/support/terminal.mjs";
import {
  begin_stream,
  end_stream,
  send_text,
  start_upstream,
} from "../server/support/upstream.mjs";

const program = `agent("writer", { system_prompt = "Write.", tools = {}, retries = 0 })
main = procedure("main", {}, function() Writer.turn("go") end)
`;

terminal_test("--plain writes whole sentences and steers nothing", async (t) => {
  let reply;
  const upstream = await start_upstream(t, (_, response) => {
    reply = response;
  });
  const cwd = make_workspace({ "writer.tac": program });
  const started = start_terminal(t, ["run", "writer.tac", "--plain"], { cwd, env: upstream.env });
  await started.output(/waiting for openai\./);
  await eventually("the request", () => reply !== undefined);
  begin_stream(reply);
  for (const piece of ["It be", "gins. And th", "en it "]) send_text(reply, piece);
  await started.output(/It begins\. $/);
  send_text(reply, "goes on.");
  end_stream(reply);
  const { code, stdout } = await started.exit();
  assert.equal(code, 0, stdout);
  assert.ok(!stdout.includes(esc), JSON.stringify(stdout));
  assert.match(stdout, /It begins\. And then it goes on\.\r\n/);
  assert.doesNotMatch(stdout, /[⠋⠙⠹]/);
});
