/** A quarantine in memory, that works until it is told to answer something else. */
import type { Quarantined } from "../../../lambda/quarantine/entry.ts";
import type { Keeper, Kept, Reader } from "../../../lambda/quarantine/quarantine.ts";

export class MemoryQuarantine implements Keeper {
  readonly entries: Quarantined[] = [];
  answer: Kept = "kept";

  async keep(entries: readonly Quarantined[]): Promise<Kept> {
    if (this.answer === "kept") this.entries.push(...entries);
    return this.answer;
  }
}

/** Hands these entries out together, once; `settled` tells afterwards which are done with. */
export function readerOf(...entries: (Quarantined | undefined)[]): { reader: Reader; settled: boolean[] } {
  const settled: boolean[] = [];
  let isTaken = false;
  const reader: Reader = {
    async take() {
      if (isTaken) return undefined;
      isTaken = true;
      return { entries, finish: async (done) => void settled.push(...done) };
    },
    close: async () => undefined,
  };
  return { reader, settled };
}
