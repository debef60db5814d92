/** A desk whose store is a map and whose Ably is a list, on a clock that stands still. */

import { Recent } from "../../../lambda/deliver/recent.ts";
import type { DeskDeps } from "../../../lambda/desk/desk.ts";
import { digest } from "../../../lambda/ids.ts";
import { moderationFor } from "../../../lambda/moderation-in-force.ts";
import type { NewCase } from "../../../lambda/store/cases.ts";
import { createMemoryTable } from "../../../lambda/store/memory-table.ts";
import { createStore } from "../../../lambda/store/store.ts";
import type { Table } from "../../../lambda/store/table.ts";
import { createFakeClock } from "../../helpers/fake-clock.ts";
import { FakeDeskAbly } from "../helpers/fake-desk-ably.ts";

export const START = 1_700_000_000_000;
export const PERSON = "x1y2z3a4b5";
export const AUTHOR = `Ada.${PERSON}`;

export interface DeskUnderTest extends DeskDeps {
  readonly ably: FakeDeskAbly;
  readonly clock: ReturnType<typeof createFakeClock>;
  readonly faults: string[];
  /** The store's; a test may put what fails in place of a method. */
  readonly table: { -readonly [Method in keyof Table]: Table[Method] };
  /** The table as it was. */
  readonly calm: Table;
}

/** `potato` is starred out. */
export function createDesk(): DeskUnderTest {
  const clock = createFakeClock(START);
  const { now, sleep } = clock;
  const faults: string[] = [];
  const onFault = (fault: string) => void faults.push(fault);
  const calm = createMemoryTable();
  const table = { ...calm };
  // each call looks for the method that is there then
  const store = createStore({ table: throughout(table), now, onFault: ({ pk }) => onFault(pk) });
  const moderation = moderationFor({ bannedWords: "potato" }, store, { now, sleep, onFault });
  const words = { words: ["potato"], allow: [] };
  const ably = new FakeDeskAbly(now);
  return {
    ...anotherProcess({ store, ably, moderation, words, now, sleep, onFault }),
    ably,
    clock,
    faults,
    table,
    calm,
  };
}

const throughout = (table: Table): Table => ({
  get: (key) => table.get(key),
  put: (item, condition) => table.put(item, condition),
  putAll: (items) => table.putAll(items),
  remove: (keys) => table.remove(keys),
  query: (query) => table.query(query),
});

/** The same desk in a process that remembers nothing. */
export const anotherProcess = (desk: Omit<DeskDeps, "recent" | "random">): DeskDeps => ({
  ...desk,
  recent: new Recent({ entries: 100, ms: 600_000, now: desk.now }),
  random: () => 0.5,
});

/** A case about the message `m1` of Ada. */
export const made = (kind: NewCase["kind"] = "held", more: Partial<NewCase> = {}): NewCase => ({
  kind,
  room: "garden",
  author: AUTHOR,
  person: PERSON,
  text: "a bargain potato",
  result: "a bargain ******",
  rules: ["sales"],
  at: START,
  message: { id: `${digest([AUTHOR, "m1"])}:0`, sourceId: "m1", timestamp: START, starred: 1 },
  ...more,
});
