// Requests to humans on a terminal: prompts, what may be typed, answers that come from elsewhere.
import assert from "node:assert/strict";
import {
  asks_approval,
  asks_everything,
  records,
  status_of,
} from "../server/support/human_programs.mjs";
import { make_workspace, run } from "../server/support/process.mjs";
import { colours, esc, plain, start_terminal, terminal_test } from "../server/support/terminal.mjs";

const workspace = () => make_workspace({ "ask.tac": asks_approval, "all.tac": asks_everything });

const shown = (program) => plain(program.stdout).replaceAll("\r\n", "\n");

/** Types a line once the prompt with `pattern` is there, after what was shown before. */
async function type(program, pattern, text) {
  await program.output(pattern);
  program.child.stdin.write(text);
}

terminal_test("an approval is shown with its context and answered with y", async (t) => {
  const cwd = workspace();
  const program = start_terminal(t, ["run", "ask.tac"], { cwd });
  await type(program, /approve\? \(y\/n\)/, "y\n");
  const { code } = await program.exit();
  const text = shown(program);
  assert.equal(code, 0, text);
  assert.match(program.stdout, colours);
  assert.match(text, /\? Approval h1\n {2}Deploy to production\?\n {4}version: 1\.2\napprove\?/);
  assert.match(text, /h1 answered: true/);
  assert.match(text, /result \{"ok":true\}/);
});

terminal_test("what is typed wrong is asked again, with the reason", async (t) => {
  const cwd = workspace();
  const program = start_terminal(t, ["run", "ask.tac"], {
    cwd,
    env: { NO_COLOR: "1" },
  });
  await type(program, /approve\? \(y\/n\)/, "perhaps\n");
  await type(program, /true or false[\s\S]*approve\? \(y\/n\)/, "no\n");
  const { code } = await program.exit();
  assert.equal(code, 0, shown(program));
  assert.ok(!program.stdout.includes(`${esc}[3`), "NO_COLOR");
  assert.match(shown(program), /result \{"ok":false\}/);
});

terminal_test(
  "inputs, a review with feedback and an escalation, one after the other",
  async (t) => {
    const cwd = workspace();
    const program = start_terminal(t, ["run", "all.tac"], {
      cwd,
      env: { NO_COLOR: "1" },
    });
    await type(program, /answer, e\.g\. Ada \[nobody\]> /, "\n");
    await type(program, /answer \(integer\)> /, "many\n");
    await type(program, /must be of type integer[\s\S]*answer \(integer\)> /, "3\n");
    await type(program, /choose \(1-2 or a label\)> /, "9\n");
    await type(program, /Publish, Don't[\s\S]*label\)> /, "2\n");
    await type(program, /feedback \(Enter for none\)> /, "too short\n");
    await type(program, /what was done/, "bought a bigger one\n");
    const { code } = await program.exit();
    const text = shown(program);
    assert.equal(code, 0, text);
    assert.match(text, /draft:\n {4}# Salt\n {4}It dissolves\.\n {2}1\) Publish\n {2}2\) Don't\n/);
    assert.match(text, /\? Escalation h3, severity critical\n {2}The disk is full\n/);
    assert.match(text, /\[warning\] all was said/);
    const result = JSON.parse(/^result (.*)$/m.exec(text)[1]);
    assert.deepEqual(result, {
      name: "nobody",
      count: 3,
      decision: "Don't",
      feedback: "too short",
      resolution: "bought a bigger one",
    });
  },
);

terminal_test("Ctrl-D leaves the run waiting; resume asks again", async (t) => {
  const cwd = workspace();
  const first = start_terminal(t, ["run", "ask.tac", "--run-id", "r1"], {
    cwd,
  });
  await type(first, /approve\? \(y\/n\)/, "\u0004");
  assert.equal((await first.exit()).code, 3, shown(first));
  assert.match(shown(first), /tactus answer r1 h1 yes[\s\S]*tactus resume r1/);
  assert.equal((await records(t, cwd))[0].status, "waiting_for_human");
  const second = start_terminal(t, ["resume", "r1"], { cwd });
  await type(second, /approve\? \(y\/n\)/, "Y\n");
  assert.equal((await second.exit()).code, 0, shown(second));
  assert.doesNotMatch(shown(second), /building once/);
});

terminal_test("Ctrl-C stops the run while it asks", async (t) => {
  const cwd = workspace();
  const program = start_terminal(t, ["run", "ask.tac"], { cwd });
  await type(program, /approve\? \(y\/n\)/, "\u0003");
  assert.equal((await program.exit()).code, 130, shown(program));
  assert.equal((await records(t, cwd))[0].status, "cancelled");
});

terminal_test("a prompt goes when the answer comes from elsewhere", async (t) => {
  const cwd = workspace();
  const program = start_terminal(t, ["run", "ask.tac", "--run-id", "r1"], {
    cwd,
  });
  await program.output(/approve\? \(y\/n\)/);
  await status_of(t, cwd, "r1", "waiting_for_human");
  assert.equal((await run(t, ["answer", "r1", "h1", "yes"], { cwd })).code, 0);
  const { code } = await program.exit();
  const text = shown(program);
  assert.equal(code, 0, text);
  assert.match(text, /approve\?[^\n]*\nno longer asked here\n[\s\S]*h1 answered: true/);
  assert.match(text, /result \{"ok":true\}/);
});

terminal_test("what other tasks say waits until the line is typed", async (t) => {
  const source = `talker = procedure("talker", {}, function()
  for i = 1, 5 do Log.info("tick " .. i) Sleep(0.1) end
end)
main = procedure("main", {}, function()
  local task = Procedure.spawn("talker")
  local ok = Human.approve({ message = "Now?" })
  Procedure.wait(task)
  return ok
end)
`;
  const cwd = make_workspace({ "two.tac": source });
  const program = start_terminal(t, ["run", "two.tac"], {
    cwd,
    env: { NO_COLOR: "1" },
  });
  await program.output(/approve\? \(y\/n\)/);
  await new Promise((done) => setTimeout(done, 1_200));
  const before = shown(program);
  assert.match(before, /approve\? \(y\/n\)> $/, "nothing comes between");
  program.child.stdin.write("y\n");
  const { code } = await program.exit();
  const text = shown(program);
  assert.equal(code, 0, text);
  for (let i = 1; i <= 5; ++i) assert.match(text, new RegExp(`tick ${i}\\n`));
});

terminal_test("what people are asked cannot steer the terminal", async (t) => {
  const source = `main = procedure("main", {}, function()
  return Human.input({ message = "a\\27[2Jb", options = { "x\\27]0;t\\7y", "plain" } })
end)
`;
  const cwd = make_workspace({ "evil.tac": source });
  const program = start_terminal(t, ["run", "evil.tac"], {
    cwd,
    env: { NO_COLOR: "1" },
  });
  await type(program, /choose/, "PLAIN\n");
  assert.equal((await program.exit()).code, 0, shown(program));
  assert.match(shown(program), /a\[2Jb\n {2}1\) x\]0;ty\n/);
  assert.ok(!plain(program.stdout).includes(esc));
  assert.match(shown(program), /result plain/);
});
