// Plugins that only a program names: who is asked, what is remembered, what happens otherwise.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { make_workspace, run, temporary_folder } from "../server/support/process.mjs";
import { plain, start_terminal, terminal_test } from "../server/support/terminal.mjs";

const plugin = (factor) =>
  `return { { name = "twice", parameters = { n = "number" }, handler = function(args) return args.n * ${factor} end } }\n`;

const workspace = () =>
  make_workspace({
    "tools/twice.lua": plugin(2),
    "use.tac": `toolset("own", { type = "plugin", paths = { "tools" } })
main = procedure("main", {}, function() return Tools.twice{ n = 4 } end)
`,
  });

const shown = (program) => plain(program.stdout).replaceAll("\r\n", "\n");

test("where nobody can be asked, it fails unless an option allows it", async (t) => {
  const cwd = workspace();
  const env = { XDG_CONFIG_HOME: temporary_folder() };
  const refused = await run(t, ["run", "use.tac"], { cwd, env });
  assert.deepEqual([refused.code, refused.stdout], [1, ""], refused.stderr);
  assert.match(refused.stderr, /'tools\/twice\.lua' is named by the program alone.*TAC-TOOL-PLUGIN/);
  assert.match(refused.stderr, /hint: .*--allow-plugins/);
  const allowed = await run(t, ["run", "use.tac", "--allow-plugins"], { cwd, env });
  assert.deepEqual([allowed.code, allowed.stdout], [0, "8\n"], allowed.stderr);
});

terminal_test("a person is asked once for each text, after a look at it", async (t) => {
  const cwd = workspace();
  const env = { XDG_CONFIG_HOME: temporary_folder(), NO_COLOR: "1" };
  const asked = start_terminal(t, ["run", "use.tac"], { cwd, env });
  await asked.output(/uses the plugin tools\/twice\.lua: Lua code[\s\S]*\[v\]iew /);
  asked.child.stdin.write("v\n");
  await asked.output(/args\.n \* 2[\s\S]*\[v\]iew /);
  asked.child.stdin.write("y\n");
  assert.equal((await asked.exit()).code, 0, shown(asked));
  assert.match(shown(asked), /result 8/);

  const again = await run(t, ["run", "use.tac"], { cwd, env });
  assert.deepEqual([again.code, again.stdout], [0, "8\n"], again.stderr);

  writeFileSync(join(cwd, "tools/twice.lua"), plugin(3));
  const changed = start_terminal(t, ["run", "use.tac"], { cwd, env });
  await changed.output(/uses the plugin tools\/twice\.lua[\s\S]*\[v\]iew /);
  changed.child.stdin.write("n\n");
  assert.equal((await changed.exit()).code, 1, shown(changed));
  assert.match(shown(changed), /TAC-TOOL-PLUGIN/);
});
