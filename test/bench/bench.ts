/** What a file beside `main.ts` exports. */
import type { Progress } from "./progress.ts";
import type { Table } from "./table.ts";

export interface Bench {
  /** Measures, says what it is at, and hands over each table when it is there. */
  run(args: readonly string[], show: (table: Table) => void, progress: Progress): Promise<void>;
}

/** Tells a bench from other modules. */
export function isBench(module: unknown): module is Bench {
  return typeof module === "object" && module !== null && "run" in module && typeof module.run === "function";
}
