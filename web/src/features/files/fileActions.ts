/** Creating, renaming and deleting files: the questions first, then the change. */
import { useFiles } from "../../state/workspace/filesStore";
import { useTabs } from "../../state/workspace/tabsStore";
import { ask, confirm } from "../../ui/ask";
import { toastError } from "../../ui/toasts";

/** Why a path cannot be used, or null. The server has the last word. */
export function pathProblem(path: string): string | null {
  const trimmed = path.trim();
  if (trimmed === "") return "Give the file a name.";
  if (trimmed.startsWith("/") || trimmed.split("/").includes("..")) {
    return "The path stays inside the workspace.";
  }
  if (trimmed.endsWith("/")) return "A file's name follows the last slash.";
  if (trimmed.includes("\\")) return "Folders are separated by “/”.";
  return null;
}

const NEW_PROCEDURE = `-- What this procedure does, in one line.

local writer = agent("writer", {
  system_prompt = "You are a helpful writer.",
  initial_message = "Write about {topic}.",
})

main = procedure("main", {
  input = { topic = { type = "string", default = "the sea" } },
}, function(input)
  local result = writer.turn()
  return result.text
end)
`;

export async function createFile(folder: string): Promise<void> {
  const answer = await ask({
    title: "New file",
    input: {
      label: "Path in the workspace",
      value: `${folder === "" ? "" : `${folder}/`}untitled.tac`,
      check: pathProblem,
    },
    choices: [{ id: "create", label: "Create" }],
  });
  if (!answer) return;
  const path = answer.text.trim();
  try {
    await useFiles.getState().create(path, path.endsWith(".tac") ? NEW_PROCEDURE : "");
    await useTabs.getState().open(path);
  } catch (thrown) {
    toastError(thrown);
  }
}

export async function renamePath(path: string): Promise<void> {
  const answer = await ask({
    title: "Rename",
    input: { label: "New path", value: path, check: pathProblem },
    choices: [{ id: "rename", label: "Rename" }],
  });
  const to = answer?.text.trim();
  if (!to || to === path) return;
  try {
    await useFiles.getState().rename(path, to);
    useTabs.getState().renamed(path, to);
  } catch (thrown) {
    toastError(thrown);
  }
}

export async function removeFile(path: string): Promise<void> {
  const body = `${path} is removed from disk. This cannot be undone.`;
  if (!(await confirm("Delete this file?", body, "Delete"))) return;
  try {
    await useFiles.getState().remove(path);
    useTabs.getState().close(path);
  } catch (thrown) {
    toastError(thrown);
  }
}
