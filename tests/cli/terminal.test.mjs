// On a terminal: a spinner until the first word, the text as it arrives, then the metrics line.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse_lines } from "../server/support/events.mjs";
import { make_workspace, run } from "../server/support/process.mjs";
import { one_turn, syntax_error } from "../server/support/programs.mjs";
import { colours, esc, plain, start_terminal, terminal_test } from "../server/support/terminal.mjs";
import {
  begin_stream,
  end_stream,
  send_text,
  start_mock,
  start_upstream,
} from "../server/support/upstream.mjs";

const spinner = /[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] waiting for /;
const metrics =
  /(\$[\d.]+|cost unknown) · \d+ in \/ \d+ out tokens( \(estimated\))? · [\d.]+ m?s · first token [\d.]+ m?s/;

async function show(t, args, options) {
  const { code, stdout } = await start_terminal(t, args, options).exit();
  return { code, shown: stdout.replaceAll("\r\n", "\n") };
}

terminal_test("spinner, text and metrics line appear, in this order and in colour", async (t) => {
  const cwd = make_workspace({}, { examples: true });
  const { code, shown } = await show(t, ["run", "streaming-test.tac"], {
    cwd,
  });
  assert.equal(code, 0, shown);
  const [record] = parse_lines((await run(t, ["runs", "--json"], { cwd })).stdout);
  assert.equal(record.status, "completed");
  assert.match(shown, colours);
  const text = plain(shown);
  const places = [
    /storyteller offline demo model/,
    spinner,
    /Written by Tactus/,
    metrics,
    /result \{/,
  ].map((pattern) => text.search(pattern));
  assert.ok(
    places.every((place) => place >= 0),
    `${places} in ${text}`,
  );
  assert.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
  );
  assert.match(text, /→ done/);
});

terminal_test("the spinner turns while nothing comes, and goes with the first word", async (t) => {
  let reply;
  const upstream = await start_upstream(t, (_, response) => {
    reply = response;
  });
  const cwd = make_workspace({ "writer.tac": one_turn });
  const program = start_terminal(t, ["run", "writer.tac"], {
    cwd,
    env: upstream.env,
  });
  await program.output(/⠙ waiting for openai[\s\S]*⠸ waiting for openai/);
  begin_stream(reply);
  send_text(reply, "First words");
  await program.output(/First words/);
  const after_text = program.stdout.length;
  send_text(reply, " and the last.");
  end_stream(reply);
  const { code } = await program.exit();
  assert.equal(code, 0);
  assert.doesNotMatch(program.stdout.slice(after_text), spinner);
  assert.match(
    program.stdout.replaceAll(colours, ""),
    new RegExp(`\r${esc}\\[KFirst words and the last\\.\r\n`),
  );
});

terminal_test("NO_COLOR means no colour; the spinner still turns", async (t) => {
  const cwd = make_workspace({}, { examples: true });
  const env = { NO_COLOR: "1" };
  const { code, shown } = await show(t, ["run", "streaming-test.tac"], {
    cwd,
    env,
  });
  assert.equal(code, 0);
  assert.doesNotMatch(shown, new RegExp(`${esc}\\[[0-9;]*m`));
  assert.match(shown, spinner);
  assert.match(shown, metrics);
  const broken = make_workspace({ "bad.tac": syntax_error });
  const refused = await show(t, ["run", "bad.tac"], { cwd: broken, env });
  assert.equal(refused.code, 1);
  assert.ok(!refused.shown.includes(esc), refused.shown);
  const coloured = await show(t, ["run", "bad.tac"], { cwd: broken });
  assert.ok(coloured.shown.includes(`${esc}[31merror:`), coloured.shown);
});

terminal_test("a terminal that can nothing gets plain lines", async (t) => {
  const cwd = make_workspace({}, { examples: true });
  const env = { TERM: "dumb" };
  const { code, shown } = await show(t, ["run", "streaming-test.tac"], {
    cwd,
    env,
  });
  assert.equal(code, 0);
  assert.ok(!shown.includes(esc));
  assert.doesNotMatch(shown, spinner);
  assert.match(shown, /Written by Tactus/);
});

terminal_test("--quiet prints only the result on a terminal, too", async (t) => {
  const cwd = make_workspace({}, { examples: true });
  const { shown } = await show(t, ["run", "streaming-test.tac", "--quiet"], {
    cwd,
  });
  assert.equal(JSON.parse(shown).finished, true);
});

terminal_test("Ctrl-C keeps the partial text on the screen and exits with 130", async (t) => {
  const cwd = make_workspace({}, { examples: true });
  const env = { TACTUS_DEMO_RATE: "25" };
  const program = start_terminal(t, ["run", "streaming-test.tac"], {
    cwd,
    env,
  });
  await program.output(/Lighthouse Keeper/);
  program.child.stdin.write("\u0003");
  const { code, stdout } = await program.exit();
  assert.equal(code, 130, stdout);
  const text = plain(stdout);
  assert.match(text, /Lighthouse Keeper[\s\S]*stopped; upstream closed after [\d.]+ ms/);
  assert.match(text, metrics);
  const [record] = parse_lines((await run(t, ["runs", "--json"], { cwd })).stdout);
  assert.equal(record.status, "cancelled");
});

terminal_test("what a model writes cannot steer the terminal", async (t) => {
  const text = "a\u001b[2Jb\u001b]0;title\u0007c\u009b31md\u0090e\u0008f\rg\u007fh é 世界\n";
  const cwd = make_workspace({ "writer.tac": one_turn });
  writeFileSync(join(cwd, "script.json"), JSON.stringify([{ chunks: [...text] }]));
  const { env } = await start_mock(t, ["--script", join(cwd, "script.json")]);
  const { code, shown } = await show(t, ["run", "writer.tac"], {
    cwd,
    env: { ...env, NO_COLOR: "1" },
  });
  assert.equal(code, 0, shown);
  const line = plain(shown)
    .split("\n")
    .find((candidate) => candidate.startsWith("a["));
  assert.equal(line, "a[2Jb]0;titlec31mdefgh é 世界");
  const left = plain(shown);
  for (const character of ["\u001b", "\u0007", "\u009b", "\u0090", "\u0008", "\u007f"]) {
    assert.ok(!left.includes(character), `U+${character.codePointAt(0).toString(16)} reached it`);
  }
});

terminal_test("a failed turn is shown once with its code and hint", async (t) => {
  const cwd = make_workspace({ "writer.tac": one_turn });
  const { code, shown } = await show(t, ["run", "writer.tac", "--provider", "openai"], { cwd });
  assert.equal(code, 1);
  const text = plain(shown);
  assert.match(
    text,
    /error: writer\.tac:1: no API key for provider 'openai' \[TAC-PROVIDER-AUTH\]\nhint: .*OPENAI_API_KEY/,
  );
});
