/** The HTTP API of the server that served this page. Every failure is an `ApiError`. */
import type { Json } from "../protocol/json";
import type {
  CancelledRun,
  FileBody,
  PluginConsent,
  PluginToAllow,
  ProcedureMetadata,
  RunPage,
  RunSummary,
  SavedFile,
  StartedRun,
  TakenAnswer,
  TreeEntry,
  Validation,
  WorkspaceInfo,
} from "./apiTypes";

export type * from "./apiTypes";
export { runStatuses } from "./apiTypes";

export interface ApiErrorInit {
  /** HTTP status, or 0 when no answer came. */
  status: number;
  /** A code of docs/http-api.md or of the language, or `unreachable` / `bad_response`. */
  code: string;
  message: string;
  hint?: string | undefined;
  line?: number | undefined;
  column?: number | undefined;
  /** With `conflict` on a save: the etag of what is on disk now. */
  currentEtag?: string | undefined;
  /** With `TAC-SOURCE-CHANGED`: what is not as it was. */
  files?: readonly string[] | undefined;
  /** With `plugins_not_allowed`: what somebody has to allow first. */
  plugins?: readonly PluginToAllow[] | undefined;
}

export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly hint: string | undefined;
  readonly line: number | undefined;
  readonly column: number | undefined;
  readonly currentEtag: string | undefined;
  readonly files: readonly string[];
  readonly plugins: readonly PluginToAllow[];

  constructor(init: ApiErrorInit) {
    super(init.message);
    this.name = "ApiError";
    this.status = init.status;
    this.code = init.code;
    this.hint = init.hint;
    this.line = init.line;
    this.column = init.column;
    this.currentEtag = init.currentEtag;
    this.files = init.files ?? [];
    this.plugins = init.plugins ?? [];
  }
}

/** Gives any thrown value as an `ApiError`, so that views have one shape to show. */
export function asApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new ApiError({ status: 0, code: "internal", message });
}

export type Reachability = "connected" | "unreachable" | "unauthorized";

type ReachabilityListener = (reachability: Reachability) => void;
const listeners = new Set<ReachabilityListener>();

/** Calls `listener` after each request with what it says about the server. Returns its removal. */
export function onReachability(listener: ReachabilityListener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Tells all listeners what a request or a stream has found out. */
export function report(reachability: Reachability): void {
  for (const listener of listeners) listener(reachability);
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function count(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function plugins(value: unknown): PluginToAllow[] {
  if (!Array.isArray(value)) return [];
  return value.map(record).flatMap((item) => {
    const path = text(item["path"]);
    const sha256 = text(item["sha256"]);
    if (path === undefined || sha256 === undefined) return [];
    const language = item["language"] === "lua" ? "lua" : "python";
    return [{ path, sha256, language, size: count(item["size"]) ?? 0 }];
  });
}

/** Reads an error body; whatever is missing or not JSON still gives a message that can be shown. */
export function readError(status: number, body: string): ApiError {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    parsed = null;
  }
  const error = record(record(parsed)["error"]);
  return new ApiError({
    status,
    code: text(error["code"]) ?? "bad_response",
    message: text(error["message"]) ?? `The server answered with status ${status}.`,
    hint: text(error["hint"]),
    line: count(error["line"]),
    column: count(error["column"]),
    currentEtag: text(error["current_etag"]),
    files: texts(error["files"]),
    plugins: plugins(error["plugins"]),
  });
}

async function request<T>(method: string, url: string, body?: unknown): Promise<T> {
  const init: RequestInit = { method, credentials: "same-origin" };
  if (body !== undefined) {
    init.headers = { "Content-Type": "application/json" };
    init.body = JSON.stringify(body);
  }
  let response: Response;
  let answer: string;
  try {
    response = await fetch(url, init);
    answer = await response.text();
  } catch {
    report("unreachable");
    throw new ApiError({
      status: 0,
      code: "unreachable",
      message: "The Tactus server does not answer.",
      hint: "Check that `tactus ide` is still running in its terminal.",
    });
  }
  report(response.status === 401 ? "unauthorized" : "connected");
  if (!response.ok) throw readError(response.status, answer);
  try {
    return JSON.parse(answer) as T;
  } catch {
    const message = `The answer to ${method} ${url} is not JSON.`;
    throw new ApiError({ status: response.status, code: "bad_response", message });
  }
}

function query(values: Record<string, string | number | undefined>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) search.set(name, String(value));
  }
  return search.toString();
}

export function getHealth(): Promise<{ status: string }> {
  return request("GET", "/health");
}

export function getWorkspace(): Promise<WorkspaceInfo> {
  return request("GET", "/api/workspace");
}

/** The entries of one folder; `path` empty is the workspace itself. */
export async function getTree(path: string): Promise<TreeEntry[]> {
  const answer = await request<{ entries: TreeEntry[] }>("GET", `/api/tree?${query({ path })}`);
  return answer.entries;
}

export function getFile(path: string): Promise<FileBody> {
  return request("GET", `/api/file?${query({ path })}`);
}

/** Writes a file. Without `etag` the file must not exist; with one, it must still be that version. */
export function saveFile(path: string, content: string, etag?: string): Promise<SavedFile> {
  const body = etag === undefined ? { path, content } : { path, content, etag };
  return request("POST", "/api/file", body);
}

export function deleteFile(path: string): Promise<{ path: string }> {
  return request("DELETE", `/api/file?${query({ path })}`);
}

export function renameFile(from: string, to: string): Promise<{ path: string }> {
  return request("POST", "/api/file/rename", { from, to });
}

export function getMetadata(path: string): Promise<ProcedureMetadata> {
  return request("GET", `/api/procedure/metadata?${query({ path })}`);
}

export function validate(content: string, path?: string): Promise<Validation> {
  return request("POST", "/api/validate", path === undefined ? { content } : { content, path });
}

export interface StartOptions extends PluginConsent {
  path: string;
  inputs: Record<string, unknown>;
}

export function startRun(options: StartOptions): Promise<StartedRun> {
  return request("POST", "/api/runs", options);
}

export interface RunQuery {
  procedure?: string;
  status?: string;
  before?: string;
  limit?: number;
}

export function listRuns(filter: RunQuery = {}): Promise<RunPage> {
  return request("GET", `/api/runs?${query({ ...filter })}`);
}

export function getRun(runId: string): Promise<RunSummary & { inputs?: unknown }> {
  return request("GET", `/api/runs/${encodeURIComponent(runId)}`);
}

export function cancelRun(runId: string): Promise<CancelledRun> {
  return request("POST", `/api/runs/${encodeURIComponent(runId)}/cancel`, {});
}

export interface ResumeOptions extends PluginConsent {
  /** Without it the run's files must be as they were. */
  allow_changed_source?: boolean;
}

/** Takes a run up where it ended. */
export function resumeRun(runId: string, options: ResumeOptions = {}): Promise<StartedRun> {
  return request("POST", `/api/runs/${encodeURIComponent(runId)}/resume`, options);
}

/** Answers a request of a run. The first answer wins: a different one is refused with 409. */
export function answerRequest(runId: string, requestId: string, value: Json): Promise<TakenAnswer> {
  const url = `/api/runs/${encodeURIComponent(runId)}/requests/${encodeURIComponent(requestId)}`;
  return request("POST", url, { value });
}

export function deleteRun(runId: string): Promise<{ run_id: string }> {
  return request("DELETE", `/api/runs/${encodeURIComponent(runId)}`);
}

/** True for a failure that concerns the server as a whole, which the page's frame already tells. */
export function concernsServer(error: ApiError): boolean {
  return error.status === 0 || error.status === 401;
}
