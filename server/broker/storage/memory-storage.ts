/** A storage in memory: it outlives a broker, and not the process. */
import type { Change, Entry, Storage } from "./storage.ts";

/** Keeps what it holds when it is closed, so that a second broker can go on with it. */
export class MemoryStorage implements Storage {
  readonly name = "the data in memory";
  readonly #values = new Map<string, Buffer>();

  async *entries(): AsyncIterable<Entry> {
    const keys = [...this.#values.keys()].map((key) => Buffer.from(key)).sort(Buffer.compare);
    for (const bytes of keys) {
      const key = bytes.toString();
      const value = this.#values.get(key);
      if (value !== undefined) yield { key, value };
    }
  }

  async write(changes: readonly Change[]): Promise<void> {
    for (const { key, value } of changes) {
      if (value === undefined) this.#values.delete(key);
      else this.#values.set(key, value);
    }
  }

  async compact(): Promise<void> {}

  async close(): Promise<void> {}
}
