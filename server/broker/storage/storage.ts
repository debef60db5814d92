/** A storage: what outlives the broker, as entries in the order of their keys. */

/** One entry that is written, or that goes. */
export interface Change {
  readonly key: string;
  /** Absent when the entry goes. */
  readonly value?: Buffer;
}

export interface Entry {
  readonly key: string;
  readonly value: Buffer;
}

/** One process uses it at a time. `memory-storage.ts` and `level-storage.ts` are the two that there are. */
export interface Storage {
  /** What it is called in a sentence for people. */
  readonly name: string;
  /** Every entry, in the order of the keys as UTF-8. */
  entries(): AsyncIterable<Entry>;
  /**
   * Writes all of the changes or none. What it has written, no end of the process takes back. When it rejects it may be
   * asked again; until then nothing is known of the keys that it was given.
   */
  write(changes: readonly Change[]): Promise<void>;
  /** Gives back the room of entries that have gone. */
  compact(): Promise<void>;
  /** Lets go of it; another process may use it then. Safe to call twice. */
  close(): Promise<void>;
}

/** Why a storage cannot be used, as a sentence that says what to do. */
export class StorageError extends Error {}

/** The sentence for data that cannot be understood. */
export const damaged = (name: string, reason: string): string =>
  `unable to use ${name}; its files are damaged or some are gone (${reason}); bring back a copy of the folder, or move it away to begin from nothing`;
