export { RunsPanel, useFreshRuns } from "./RunsPanel";
