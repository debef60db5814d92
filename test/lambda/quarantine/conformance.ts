/** What every quarantine does, whatever it is made of. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Quarantined } from "../../../lambda/quarantine/entry.ts";
import type { Quarantine, Reader } from "../../../lambda/quarantine/quarantine.ts";
import { deep, entry, trace } from "../helpers/quarantined.ts";

interface Place {
  readonly quarantine: Quarantine;
  /** A quarantine of the same kind that cannot be reached. */
  readonly away: Quarantine;
  /** Put a line there that is no entry. */
  readonly scribble: (line: string) => Promise<void> | void;
  readonly close: () => Promise<void> | void;
}

const WAIT_MS = 2_000;

/** A reader, where nobody else reads. */
export async function opened(quarantine: Quarantine): Promise<Reader> {
  const reader = await quarantine.open();
  if (reader === "busy") throw new Error("somebody else reads");
  return reader;
}

/** Holds a kind of quarantine to what `replay` and the function rely on. */
export function describeQuarantine(name: string, start: () => Promise<Place> | Place): void {
  describe(`a quarantine in ${name}`, () => {
    let place: Place;
    beforeEach(async () => {
      place = await start();
    });
    afterEach(() => place.close());

    /** Everything, in the order in which it is handed out; `isDone` says what need not come back. */
    async function readAll(isDone: (entry: Quarantined | undefined) => boolean) {
      const reader = await opened(place.quarantine);
      const all: (Quarantined | undefined)[] = [];
      for (let taken = await reader.take(); taken !== undefined; taken = await reader.take()) {
        all.push(...taken.entries);
        await taken.finish(taken.entries.map(isDone));
      }
      await reader.close();
      return all;
    }

    test("hands out once what was kept, and is empty when all of it is done", async () => {
      const entries = [entry("a"), entry("b"), entry("c")];
      expect(await place.quarantine.keep(entries.slice(0, 2), WAIT_MS)).toBe("kept");
      expect(await place.quarantine.keep(entries.slice(2), WAIT_MS)).toBe("kept");
      expect(await readAll(() => true)).toEqual(entries);
      expect(await readAll(() => true)).toEqual([]);
    });

    test("has nothing to hand out where nothing was kept", async () => {
      expect(await readAll(() => true)).toEqual([]);
    });

    test("keeps what is not done, for the next time", async () => {
      await place.quarantine.keep([entry("goes"), entry("stays")], WAIT_MS);
      await readAll((one) => one?.what.kind === "message" && one.what.sourceId === "goes");
      expect(await readAll(() => true)).toEqual([entry("stays")]);
    });

    test("takes more while it is read", async () => {
      await place.quarantine.keep([entry("a")], WAIT_MS);
      const reader = await opened(place.quarantine);
      const taken = await reader.take();
      await place.quarantine.keep([entry("b")], WAIT_MS);
      await taken?.finish([true]);
      await reader.close();
      expect(await readAll(() => true)).toEqual([entry("b")]);
    });

    test("is read by one at a time, and by the next once that one is done", async () => {
      await place.quarantine.keep([entry("a")], WAIT_MS);
      const reader = await opened(place.quarantine);
      const taken = await reader.take();
      expect(await place.quarantine.open()).toBe("busy");
      await taken?.finish([false]);
      await reader.close();
      expect(await readAll(() => true)).toEqual([entry("a")]);
    });

    test("leaves a trace of what has no JSON, and its neighbours as they are", async () => {
      expect(await place.quarantine.keep([deep(), entry("b")], WAIT_MS)).toBe("kept");
      expect(await readAll(() => true)).toEqual([trace, entry("b")]);
    });

    test("hands out a line that is no entry as such", async () => {
      await place.quarantine.keep([entry("a")], WAIT_MS);
      await place.scribble("not an entry");
      expect(await readAll((one) => one !== undefined)).toEqual([entry("a"), undefined]);
      expect(await readAll(() => false)).toEqual([undefined]);
    });

    test("says so when it cannot keep", async () => {
      expect(await place.away.keep([entry("a")], WAIT_MS)).toBe("failed");
    });
  });
}
