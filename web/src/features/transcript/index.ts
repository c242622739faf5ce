/** The transcript of a run. */
export type { Place } from "./context";
export { Transcript, type TranscriptProps } from "./Transcript";
