// Programs that ask humans, and how their runs are looked at.
import { parse_lines } from "./events.mjs";
import { eventually, run } from "./process.mjs";

/** Asks for an approval after a step that says when it is done. */
export const asks_approval = `main = procedure("main", {}, function()
  local version = step("build", function() Log.info("building once") return "1.2" end)
  local ok = Human.approve({ message = "Deploy to production?", context = { version = version } })
  return { ok = ok }
end)
`;

/** Asks for one thing after the other. */
export const asks_everything = `main = procedure("main", {}, function()
  local name = Human.input({ message = "Who are you?", placeholder = "Ada", default = "nobody" })
  local count = Human.input({ message = "How many?", input_type = "integer", required = true })
  local review = Human.review({
    message = "Is the draft good?", artifact = "# Salt\\nIt dissolves.", artifact_type = "draft",
    options = { "Publish", { label = "Don't", type = "cancel" } },
  })
  local settled = Human.escalate({ message = "The disk is full", severity = "critical" })
  Human.notify({ message = "all was said", level = "warning" })
  return { name = name, count = count, decision = review.decision, feedback = review.feedback,
           resolution = settled.resolution }
end)
`;

/** Starts a run that nobody watches and gives what it printed when it left: exit code 3. */
export async function leave_waiting(t, cwd, file, id, options = []) {
  return run(t, ["run", file, "--run-id", id, ...options], { cwd });
}

/** The records of a workspace's runs, newest first. */
export async function records(t, cwd) {
  return parse_lines((await run(t, ["runs", "--json"], { cwd })).stdout);
}

/** Waits until the run `id` has that status, and gives its record. */
export function status_of(t, cwd, id, status) {
  return eventually(`${id} ${status}`, async () =>
    (await records(t, cwd)).find((record) => record.run_id === id && record.status === status),
  );
}
