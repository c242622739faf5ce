export { RunsPanel } from "./RunsPanel";
