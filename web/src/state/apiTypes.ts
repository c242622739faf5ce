/** The bodies of the HTTP API, as docs/http-api.md writes them. */

export interface WorkspaceInfo {
  root: string;
  name: string;
  version: string;
  /** True when agents run on the offline demo model because no provider is configured. */
  demo: boolean;
  provider: string;
  model: string;
}

export interface TreeEntry {
  name: string;
  /** Relative to the workspace, written with `/`. */
  path: string;
  type: "directory" | "file";
  ignored: boolean;
  size?: number;
}

export interface FileBody {
  path: string;
  content: string;
  etag: string;
  size: number;
}

export interface SavedFile {
  path: string;
  etag: string;
  size: number;
}

/** One thing the validator has to say. Lines and columns count from 1; absent when unknown. */
export interface Finding {
  message: string;
  code?: string;
  /** Of a module that the checked file requires; absent: the checked file itself. */
  file?: string;
  line?: number;
  column?: number;
  end_line?: number;
  end_column?: number;
  hint?: string | null;
}

export interface Validation {
  valid: boolean;
  errors: Finding[];
  warnings: Finding[];
}

export type FieldType =
  | "string"
  | "number"
  | "integer"
  | "boolean"
  | "array"
  | "object"
  | "table"
  | "any";

export interface InputField {
  name: string;
  type: FieldType;
  required: boolean;
  default?: unknown;
  enum?: readonly unknown[] | null;
  /** Bounds of a number, inclusive. */
  minimum?: number | null;
  maximum?: number | null;
  description?: string | null;
  line?: number;
}

export interface Declared {
  name: string;
  line?: number;
}

export interface ProcedureMetadata {
  path: string;
  name: string;
  description?: string | null;
  mode: "main" | "script";
  inputs: InputField[];
  outputs: InputField[];
  agents: (Declared & {
    provider?: string | null;
    model?: string | null;
    tools?: readonly unknown[];
  })[];
  tools: (Declared & { description?: string | null })[];
  procedures: Declared[];
  stages: readonly unknown[];
  validation: Validation;
}

/** A plugin that only a program names and that nobody has allowed yet. */
export interface PluginToAllow {
  /** Relative to the workspace. */
  path: string;
  language: "lua" | "python";
  /** In bytes. */
  size: number;
  /** Of the text that would be allowed. */
  sha256: string;
}

/** Consent to texts of plugins, as a request that starts or resumes a run carries it. */
export interface PluginConsent {
  /** By their SHA-256. */
  allow_plugins?: readonly string[];
  /** For all later runs, too. */
  remember_plugins?: boolean;
}

export interface StartedRun {
  run_id: string;
  events_url: string;
  generation: number;
}

export const runStatuses = [
  "running",
  "waiting_for_human",
  "sleeping",
  "interrupted",
  "completed",
  "failed",
  "cancelled",
] as const;
export type RunStatus = (typeof runStatuses)[number];

export interface RunError {
  code: string;
  message: string;
  hint?: string;
  file?: string;
  line?: number;
}

export interface RunSummary {
  run_id: string;
  procedure_id: string;
  path: string | null;
  status: RunStatus;
  started_at: string;
  ended_at?: string | null;
  duration_ms?: number | null;
  total_tokens?: number | null;
  /** In USD; null when a price is unknown. */
  total_cost?: number | null;
  error?: RunError | null;
  generation: number;
  last_seq: number;
  /** How many requests wait for an answer. Absent: not known. */
  pending_count?: number;
}

/** What an answer to a request came to. */
export interface TakenAnswer {
  request_id: string;
  value: unknown;
  /** RFC 3339. */
  responded_at: string;
}

export interface RunPage {
  runs: RunSummary[];
  next_before: string | null;
}

export interface CancelledRun {
  run_id: string;
  requested: string;
  upstream_closed: string | null;
  settled: string | null;
}
