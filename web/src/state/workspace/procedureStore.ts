/** What each file declares, and the values typed into its form (remembered per file). */
import { create } from "zustand";
import { type ApiError, asApiError, getMetadata, type ProcedureMetadata } from "../api";
import type { FormValue, FormValues } from "./inputs";
import { asRecord, loadSetting, saveSetting } from "./persisted";
import { workspaceKey } from "./workspaceStore";

export interface ProcedureState {
  metadata: Record<string, ProcedureMetadata>;
  errors: Record<string, ApiError>;
  values: Record<string, FormValues>;
  /** Files whose form has been sent once: from then on it shows its messages. */
  attempted: Record<string, boolean>;
  /** Reads what the saved file declares. */
  load(path: string): Promise<void>;
  setValue(path: string, name: string, value: FormValue): void;
  resetValues(path: string): void;
  attempt(path: string): void;
}

function parseValues(value: unknown): FormValues | null {
  const stored = asRecord(value);
  if (!stored) return null;
  const values: Record<string, FormValue> = {};
  for (const [name, found] of Object.entries(stored)) {
    if (typeof found === "string" || typeof found === "boolean") values[name] = found;
  }
  return values;
}

const NO_VALUES: FormValues = {};

export const useProcedure = create<ProcedureState>()((set, get) => {
  const keep = (path: string, values: FormValues) => {
    set((state) => ({ values: { ...state.values, [path]: values } }));
    saveSetting(workspaceKey(`inputs:${path}`), values);
  };
  return {
    metadata: {},
    errors: {},
    values: {},
    attempted: {},
    load: async (path) => {
      if (!get().values[path]) {
        const values = loadSetting(workspaceKey(`inputs:${path}`), parseValues) ?? NO_VALUES;
        set((state) => ({ values: { ...state.values, [path]: values } }));
      }
      try {
        const metadata = await getMetadata(path);
        set((state) => {
          const { [path]: _, ...errors } = state.errors;
          return { metadata: { ...state.metadata, [path]: metadata }, errors };
        });
      } catch (thrown) {
        set((state) => ({ errors: { ...state.errors, [path]: asApiError(thrown) } }));
      }
    },
    setValue: (path, name, value) => keep(path, { ...get().values[path], [name]: value }),
    resetValues: (path) => {
      keep(path, NO_VALUES);
      set((state) => ({ attempted: { ...state.attempted, [path]: false } }));
    },
    attempt: (path) => set((state) => ({ attempted: { ...state.attempted, [path]: true } })),
  };
});
