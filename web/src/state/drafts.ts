/**
 * What has been written into a request's form but not sent. It outlives a switch to another run and
 * a reload of this tab; another tab has its own.
 */
import { create } from "zustand";
import { isObject } from "../protocol/json";

export type Draft = Readonly<Record<string, string>>;

interface DraftsState {
  readonly drafts: Readonly<Record<string, Draft>>;
}

const storageKey = "tactus.drafts";

export const useDrafts = create<DraftsState>()(() => ({ drafts: stored() }));

/** Names the draft of a request. */
export function draftKey(runId: string, requestId: string): string {
  return `${runId}/${requestId}`;
}

export function setDraft(key: string, change: Draft): void {
  const { drafts } = useDrafts.getState();
  store({ ...drafts, [key]: { ...drafts[key], ...change } });
}

/** To be called once the request is settled, whoever answered it. */
export function dropDraft(key: string): void {
  const { [key]: dropped, ...drafts } = useDrafts.getState().drafts;
  if (dropped !== undefined) store(drafts);
}

function store(drafts: DraftsState["drafts"]): void {
  useDrafts.setState({ drafts });
  try {
    sessionStorage.setItem(storageKey, JSON.stringify(drafts));
  } catch {
    // A full or blocked storage: the draft then lives as long as the page.
  }
}

function stored(): Record<string, Draft> {
  try {
    const value: unknown = JSON.parse(sessionStorage.getItem(storageKey) ?? "{}");
    if (!isObject(value)) return {};
    return Object.fromEntries(
      Object.entries(value).map(([key, draft]) => [key, isObject(draft) ? texts(draft) : {}]),
    );
  } catch {
    return {};
  }
}

function texts(draft: object): Draft {
  const entries = Object.entries(draft).filter(([, value]) => typeof value === "string");
  return Object.fromEntries(entries);
}
