/** What the server's validator says about each open file, asked a moment after the last keystroke. */
import type { Text } from "@codemirror/state";
import { create } from "zustand";
import { type Finding, type Validation, validate } from "../api";

export type Severity = "error" | "warning";

export interface Problem extends Finding {
  path: string;
  severity: Severity;
}

export interface ValidationState {
  /** Problems by path, in order of lines. A file that was not checked yet is absent. */
  problems: Record<string, readonly Problem[]>;
  checking: boolean;
  /** Checks after a pause in typing; a newer call for the same file replaces this one. */
  schedule(path: string, doc: Text): void;
  /** Checks at once; rejects with an `ApiError` when the server cannot be asked. */
  check(path: string, content: string): Promise<readonly Problem[]>;
  forget(path: string): void;
}

export const VALIDATE_PAUSE_MS = 350;

export function toProblems(path: string, { errors, warnings }: Validation): Problem[] {
  const of = (severity: Severity, findings: Finding[]): Problem[] =>
    findings.map((finding) => ({ ...finding, path: finding.file ?? path, severity }));
  return [...of("error", errors ?? []), ...of("warning", warnings ?? [])].sort(
    (a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
  );
}

/** A file that can be run, and so validated as a whole. */
export function isProcedureFile(path: string): boolean {
  return /\.tac$/i.test(path);
}

/** A file in Lua's syntax: a procedure, or a module that one requires. */
export function isLuaFile(path: string): boolean {
  return /\.(tac|lua)$/i.test(path);
}

export const useValidation = create<ValidationState>()((set, get) => {
  const timers = new Map<string, ReturnType<typeof setTimeout>>();
  /** Counts the checks of each file, so that a slow answer never replaces a newer one. */
  const latest = new Map<string, number>();
  const cancel = (path: string) => clearTimeout(timers.get(path));
  return {
    problems: {},
    checking: false,
    schedule: (path, doc) => {
      cancel(path);
      const check = () => {
        get()
          .check(path, doc.toString())
          .catch(() => undefined); // The status line already says that the server is away.
      };
      timers.set(path, setTimeout(check, VALIDATE_PAUSE_MS));
    },
    check: async (path, content) => {
      cancel(path);
      const number = (latest.get(path) ?? 0) + 1;
      latest.set(path, number);
      set({ checking: true });
      try {
        const found = toProblems(path, await validate(content, path));
        if (latest.get(path) === number) {
          set(({ problems }) => ({ problems: { ...problems, [path]: found } }));
        }
        return found;
      } finally {
        set({ checking: false });
      }
    },
    forget: (path) => {
      cancel(path);
      latest.delete(path);
      set(({ problems: { [path]: _, ...problems } }) => ({ problems }));
    },
  };
});
