export { ProblemsPanel } from "./ProblemsPanel";
export { jumpToNextProblem, jumpToProblem, useProblems } from "./problems";
