import { MoreHorizontal, Play, Square, Trash2 } from "lucide-react";
import type { RunSummary } from "../../state/api";
import { stopRun } from "../../state/stopRun";
import { isActive, needsAnswer, useRuns } from "../../state/workspace/runsStore";
import { confirm } from "../../ui/ask";
import { IconButton } from "../../ui/Button";
import { cx } from "../../ui/cx";
import { formatAgo, formatCost, formatElapsed, formatTokens } from "../../ui/format";
import { type MenuItem, openMenu } from "../../ui/menu";
import { resume } from "../../ui/resume";
import { StatusIcon } from "../../ui/StatusIcon";
import { toastError } from "../../ui/toasts";
import styles from "./runs.module.css";

async function removeRun(run: RunSummary): Promise<void> {
  const body = "Its transcript and figures are removed. This cannot be undone.";
  if (!(await confirm("Delete this run?", body, "Delete"))) return;
  await useRuns.getState().remove(run.run_id).catch(toastError);
}

function menuFor(run: RunSummary): MenuItem[] {
  if (isActive(run.status)) {
    return [
      {
        id: "stop",
        label: "Stop",
        icon: <Square size={13} />,
        onSelect: () => void stopRun(run.run_id),
      },
    ];
  }
  const again: MenuItem[] =
    run.status === "completed"
      ? []
      : [
          {
            id: "resume",
            label: "Resume",
            icon: <Play size={13} />,
            onSelect: () => void resume(run.run_id),
          },
        ];
  return [
    ...again,
    {
      id: "delete",
      label: "Delete…",
      icon: <Trash2 size={14} />,
      danger: true,
      onSelect: () => void removeRun(run),
    },
  ];
}

/** What a run took, as far as it is known. A running one counts from its start. */
export function figuresOf(run: RunSummary, now_ms: number): string[] {
  const running = isActive(run.status);
  const duration_ms = running ? now_ms - Date.parse(run.started_at) : run.duration_ms;
  const figures: string[] = [];
  if (duration_ms !== null && duration_ms !== undefined && duration_ms >= 0) {
    figures.push(formatElapsed(duration_ms, running));
  }
  if (run.total_tokens) figures.push(`${formatTokens(run.total_tokens)} tokens`);
  if (run.total_tokens && typeof run.total_cost === "number") {
    figures.push(formatCost(run.total_cost));
  }
  return figures;
}

/** What a row says besides its icon; null where the icon says it all. */
export function wordsOf(run: RunSummary): string | null {
  if (needsAnswer(run)) return "needs an answer";
  if (run.status === "sleeping" || run.status === "interrupted") return run.status;
  return null;
}

export interface RunRowProps {
  run: RunSummary;
  selected: boolean;
  now_ms: number;
  onOpen(runId: string): void;
}

export function RunRow({ run, selected, now_ms, onOpen }: RunRowProps) {
  return (
    <li className={cx(styles.row, selected && styles.selected)} data-testid="run-row">
      <button
        type="button"
        className={styles.open}
        aria-current={selected}
        data-run-id={run.run_id}
        data-status={run.status}
        title={`${run.path ?? run.procedure_id} · ${new Date(run.started_at).toLocaleString()}`}
        onClick={() => onOpen(run.run_id)}
      >
        <StatusIcon status={needsAnswer(run) ? "waiting_for_human" : run.status} />
        <span className={styles.text}>
          <span className={styles.head}>
            <span className={styles.name}>{run.procedure_id}</span>
            <time className={styles.when} dateTime={run.started_at}>
              {formatAgo(run.started_at, now_ms)}
            </time>
          </span>
          <span className={styles.figures}>
            {run.status === "failed" && run.error && (
              <span className={styles.error}>{run.error.message}</span>
            )}
            {wordsOf(run) !== null && (
              <span className={needsAnswer(run) ? styles.asks : undefined}>{wordsOf(run)}</span>
            )}
            {figuresOf(run, now_ms).map((figure) => (
              <span key={figure}>{figure}</span>
            ))}
          </span>
        </span>
      </button>
      <div className={styles.more}>
        <IconButton
          small
          label="Actions on this run"
          aria-haspopup="menu"
          onClick={(event) => openMenu(menuFor(run), event.currentTarget)}
        >
          <MoreHorizontal size={15} />
        </IconButton>
      </div>
    </li>
  );
}
