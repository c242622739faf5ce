import { create } from "zustand";

/** Where the cursor of the shown editor stands, from 1. */
export const useCursor = create<{ line: number; column: number }>()(() => ({ line: 1, column: 1 }));
