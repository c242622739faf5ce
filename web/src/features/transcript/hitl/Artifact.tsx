import { RotateCcw } from "lucide-react";
import { useId, useMemo, useState } from "react";
import type { Json } from "../../../protocol/json";
import { Button } from "../../../ui/Button";
import { Facts, looksLikeCode } from "./Facts";
import styles from "./hitl.module.css";
import { changeCount, type DiffLine, diffLines } from "./lineDiff";

const rowsMax = 22;
const rowsMin = 3;
const contextLines = 3;

/** The artifact as a text that can be edited; a value that is not text is edited as JSON. */
export function artifactText(artifact: Json): string {
  return typeof artifact === "string" ? artifact : JSON.stringify(artifact, null, 2);
}

/** From the edited text back to an artifact; undefined where it should be JSON and is not. */
export function parseArtifact(original: Json, text: string): Json | undefined {
  if (typeof original === "string") return text;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export interface ArtifactProps {
  readonly artifact: Json;
  /** What the program calls it: `code`, `email`, `draft` … */
  readonly type: string | null;
  readonly text: string;
  readonly disabled: boolean;
  readonly onChange: (text: string) => void;
}

/** What is under review: read it, edit it, see what the edit changes, take it back. */
export function Artifact({ artifact, type, text, disabled, onChange }: ArtifactProps) {
  const [view, setView] = useState<"edit" | "changes">("edit");
  const id = useId();
  const original = artifactText(artifact);
  const diff = useMemo(() => diffLines(original, text), [original, text]);
  const isChanged = original !== text;
  const isProse = typeof artifact === "string" && !isCode(type, original);
  const isBroken = parseArtifact(artifact, text) === undefined;
  const shown = isChanged ? view : "edit";
  return (
    <div className={styles.artifact} data-testid="hitl-artifact">
      <div className={styles.artifactBar}>
        <label htmlFor={id}>{nameOf(type)}</label>
        <span className={styles.quiet} role="status">
          {isChanged ? changeCount(diff) : ""}
        </span>
        {isChanged && (
          <span className={styles.artifactTools}>
            <Button
              tone="quiet"
              aria-pressed={shown === "changes"}
              onClick={() => setView(shown === "changes" ? "edit" : "changes")}
            >
              {shown === "changes" ? "Edit" : "Show changes"}
            </Button>
            <Button
              tone="quiet"
              icon={<RotateCcw size={13} />}
              disabled={disabled}
              onClick={() => onChange(original)}
            >
              Reset
            </Button>
          </span>
        )}
      </div>
      {shown === "changes" ? (
        <Changes diff={diff} />
      ) : (
        <textarea
          id={id}
          className={styles.artifactText}
          data-code={!isProse || undefined}
          spellCheck={isProse}
          rows={Math.min(rowsMax, Math.max(rowsMin, text.split("\n").length))}
          value={text}
          disabled={disabled}
          aria-invalid={isBroken}
          aria-describedby={`${id}-problem`}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
      <p id={`${id}-problem`} className={styles.problem}>
        {isBroken && "This is not readable as JSON any more."}
      </p>
    </div>
  );
}

/** The lines that changed, with a few around them. */
function Changes({ diff }: { diff: readonly DiffLine[] }) {
  const isNear = (index: number) =>
    diff
      .slice(Math.max(0, index - contextLines), index + contextLines + 1)
      .some((line) => line.kind !== "same");
  const lines = diff.map((line, at) => ({ ...line, at })).filter(({ at }) => isNear(at));
  const marks = { same: " ", removed: "−", added: "+" };
  const words = { same: "", removed: "removed: ", added: "added: " };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable
    <section className={styles.diff} tabIndex={0} aria-label="Changes">
      {lines.map(({ kind, text, at }, index) => (
        <div key={at} className={styles.diffLine} data-kind={kind}>
          {index > 0 && at !== (lines[index - 1]?.at ?? 0) + 1 && <hr className={styles.gap} />}
          <span aria-hidden className={styles.mark}>
            {marks[kind]}
          </span>
          <span className="visually-hidden">{words[kind]}</span>
          <span>{text === "" ? " " : text}</span>
        </div>
      ))}
    </section>
  );
}

/** A settled review's artifact: only what was changed is worth the space. */
export function EditedArtifact({ before, after }: { before: Json; after: Json }) {
  if (typeof before !== "string" && typeof after !== "string" && before === null) {
    return <Facts value={after} />;
  }
  return <Changes diff={diffLines(artifactText(before), artifactText(after))} />;
}

const codeTypes = /code|script|json|yaml|sql|lua|python|config|diff|patch|html|css/i;

function isCode(type: string | null, text: string): boolean {
  return (type !== null && codeTypes.test(type)) || looksLikeCode(text);
}

function nameOf(type: string | null): string {
  const name = (type ?? "artifact").replaceAll("_", " ");
  return name.charAt(0).toUpperCase() + name.slice(1);
}
