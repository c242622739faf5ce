/** The transcript of a run. */
export type { Place } from "./context";
export { fetchRequests } from "./Rows";
export { Transcript, type TranscriptProps } from "./Transcript";
