/**
 * The quarantine: where messages stay that could not be delivered, so that nothing vanishes. What is kept is raw,
 * unmoderated text: whoever may read the quarantine may read that.
 */
import type { Quarantined } from "./entry.ts";

/** `full`: trying again now cannot help. */
export type Kept = "kept" | "failed" | "full";

/** The function's side. */
export interface Keeper {
  /** Keep all of these entries, or say that it did not work. */
  keep(entries: readonly Quarantined[], timeoutMs: number): Promise<Kept>;
}

/** Entries that were taken out together, and the way to say which of them need not come back. */
export interface Taken {
  /** Undefined where the stored text is no entry; such a line always stays. */
  readonly entries: readonly (Quarantined | undefined)[];
  /** Called once: `settled[i]` tells whether entry `i` is done with. */
  finish(settled: readonly boolean[]): Promise<void>;
}

/** The side of `replay`. It hands out an entry once, and nothing that has been kept for too long. */
export interface Reader {
  /** The next entries, or undefined when there are no more. */
  take(): Promise<Taken | undefined>;
  /** What was not done with can be taken by others again. */
  close(): Promise<void>;
}

export interface Quarantine extends Keeper {
  /** Begin to read; `busy` while somebody else does. */
  open(): Promise<Reader | "busy">;
}
