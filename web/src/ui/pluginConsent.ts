/** Asks whether a program may use the plugins that only it names. */
import type { PluginConsent, PluginToAllow } from "../state/api";
import { useLayout } from "../state/workspace/layoutStore";
import { useTabs } from "../state/workspace/tabsStore";
import { ask } from "./ask";

const effects: Record<PluginToAllow["language"], string> = {
  python: "Python; runs as you, outside of the sandbox",
  lua: "Lua; runs in the sandbox of the program",
};

function showFiles(plugins: readonly PluginToAllow[]): void {
  useLayout.getState().showEditor();
  for (const { path } of plugins.toReversed()) void useTabs.getState().open(path);
}

/**
 * What was agreed to, `before` and now; null when the run shall not go on, also because the files
 * are looked at.
 */
export async function askForPlugins(
  plugins: readonly PluginToAllow[],
  before: PluginConsent = {},
): Promise<PluginConsent | null> {
  const one = plugins.length === 1;
  const answer = await ask({
    title: one ? "Allow this plugin?" : "Allow these plugins?",
    body: `The program names ${one ? "a file" : "files"} of tools that nobody has allowed yet. Consent is to the text as it is now: when it changes, you are asked again.`,
    details: plugins.map(({ path, language }) => ({ name: path, note: effects[language] })),
    choices: [
      { id: "look", label: "View", tone: "plain" },
      { id: "once", label: "Allow once", tone: "solid" },
      { id: "always", label: "Always allow" },
    ],
  });
  if (answer?.choice === "look") showFiles(plugins);
  if (answer?.choice !== "once" && answer?.choice !== "always") return null;
  const agreed = plugins.map(({ sha256 }) => sha256);
  const allow_plugins = [...(before.allow_plugins ?? []), ...agreed];
  return answer.choice === "always" ? { allow_plugins, remember_plugins: true } : { allow_plugins };
}
