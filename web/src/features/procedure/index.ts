export { type Place, ProcedurePanel } from "./ProcedurePanel";
export { runProcedure } from "./runProcedure";
export { StartFailureNotice } from "./StartFailureNotice";
