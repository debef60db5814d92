/** What a file beside `main.ts` exports. */
export interface Bench {
  /** Measures and prints its table; sets a failing exit code when a target is missed. */
  run(args: readonly string[]): Promise<void>;
}

/** Tells a bench from other modules. */
export function isBench(module: unknown): module is Bench {
  return typeof module === "object" && module !== null && "run" in module && typeof module.run === "function";
}
