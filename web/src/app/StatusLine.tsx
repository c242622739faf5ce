import { CircleAlert, CircleCheck, FlaskConical, TriangleAlert } from "lucide-react";
import { useCursor } from "../features/editor";
import { useProblems } from "../features/problems";
import { useRuns } from "../state/workspace/runsStore";
import { useTabs } from "../state/workspace/tabsStore";
import { useWorkspace } from "../state/workspace/workspaceStore";
import { formatCost, formatTokens } from "../ui/format";
import { tip } from "../ui/tip";
import { toggleBottom } from "./actions";
import styles from "./app.module.css";
import { useRunFigures } from "./useSelectedRun";

const CONNECTION = {
  connecting: "Connecting…",
  connected: "Connected",
  unreachable: "Server away, trying again",
  unauthorized: "Session ended",
} as const;

function Connection({ narrow }: { narrow: boolean }) {
  const reachability = useWorkspace((state) => state.reachability);
  return (
    <span className={styles.connection} data-state={reachability} role="status">
      <span className={narrow && reachability === "connected" ? "visually-hidden" : undefined}>
        {CONNECTION[reachability]}
      </span>
    </span>
  );
}

function Model() {
  const info = useWorkspace((state) => state.info);
  if (!info) return null;
  if (!info.demo) {
    return (
      <span className={styles.model}>
        {info.provider} · {info.model}
      </span>
    );
  }
  const why = "No provider is configured, so agents answer from the offline demo model.";
  return (
    <span className={styles.demo} data-testid="demo-badge" {...tip(why)}>
      <FlaskConical size={12} />
      Offline demo model
      <span className="visually-hidden">. {why}</span>
    </span>
  );
}

function Figures({ runId }: { runId: string }) {
  const { tokens, cost } = useRunFigures(runId);
  if (tokens === null && cost === null) return null;
  return (
    <span className={styles.figures} title="The run on screen so far" data-testid="run-figures">
      {tokens !== null && <span>{formatTokens(tokens)} tokens</span>}
      {cost !== null && <span>{formatCost(cost)}</span>}
    </span>
  );
}

function ProblemCount() {
  const problems = useProblems();
  const errors = problems.filter((problem) => problem.severity === "error").length;
  const warnings = problems.length - errors;
  return (
    <button type="button" className={styles.count} onClick={toggleBottom}>
      {problems.length === 0 && (
        <CircleCheck size={13} className={styles.fine} aria-label="No problems" role="img" />
      )}
      {errors > 0 && (
        <span className={styles.errors}>
          <CircleAlert size={13} role="img" aria-label="Errors:" /> {errors}
        </span>
      )}
      {warnings > 0 && (
        <span className={styles.warnings}>
          <TriangleAlert size={13} role="img" aria-label="Warnings:" /> {warnings}
        </span>
      )}
    </button>
  );
}

function Cursor() {
  const { line, column } = useCursor();
  const active = useTabs((state) => state.active);
  if (active === null) return null;
  return (
    <span className={styles.cursor}>
      Ln {line}, Col {column}
    </span>
  );
}

/** The quiet line at the bottom: the server, the model, problems, and what the run costs. */
export function StatusLine({ narrow }: { narrow: boolean }) {
  const runId = useRuns((state) => state.selected);
  return (
    <footer className={styles.status}>
      <Connection narrow={narrow} />
      <Model />
      <span className={styles.spacer} />
      {runId !== null && <Figures key={runId} runId={runId} />}
      {!narrow && <ProblemCount />}
      {!narrow && <Cursor />}
    </footer>
  );
}
