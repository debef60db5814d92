/** The log of sanctions over time: what writers tidy up and when, what forgetting leaves, and what happens when a write fails. */
import { beforeEach, describe, expect, test } from "vitest";
import { storeLimits } from "../../../lambda/store/limits.ts";
import { createMemoryTable } from "../../../lambda/store/memory-table.ts";
import { createStore, type Store } from "../../../lambda/store/store.ts";
import type { Table } from "../../../lambda/store/table.ts";

const HOUR = 3_600_000;
const START = Date.parse("2026-11-21T11:00:00Z");

let now: number;
let faults: string[];
let table: Table;
let store: Store;

beforeEach(() => {
  now = START;
  faults = [];
  table = createMemoryTable();
  store = storeIn(table);
});

const storeIn = (where: Table) =>
  createStore({ table: where, now: () => now, onFault: ({ pk, sk }) => faults.push(`${pk} ${sk}`) });
/** The table, in which nothing is ever removed. */
const untidy = (): Table => ({ ...table, remove: async () => undefined });
const ban = (person: string, until?: number) =>
  store.sanctions.add({ kind: "ban", person, until, reason: "spam", by: "Ana" });
const lift = (person: string) => store.sanctions.add({ kind: "lift", person, reason: "sorry", by: "Ana" });
/** What the log holds, such as `2 lift ann`. */
const log = async () =>
  (await store.sanctions.since(0)).map(({ change, kind, person }) => `${change} ${kind} ${person}`);

describe("writers tidy up", () => {
  test("what is replaced, at once, and what has ended, a day later", async () => {
    const end = START + 12 * HOUR;
    await ban("ann", end);
    await ban("bob");
    await ban("bob", end);
    now = end + storeLimits.sanctionKeepMs;
    await ban("cas");
    expect(await log()).toEqual(["1 ban ann", "3 ban bob", "4 ban cas"]);
    now += 1;
    await ban("dan");
    expect(await log()).toEqual(["4 ban cas", "5 ban dan"]);
  });

  test("a lift a day after it, and not together with what it lifted", async () => {
    await ban("ann");
    await storeIn(untidy()).sanctions.add({ kind: "lift", person: "ann", reason: "", by: "Ana" });
    now += storeLimits.sanctionKeepMs + 1;
    // of what is removed together, some may stay
    const some = storeIn({ ...table, remove: (keys) => table.remove(keys.slice(-1)) });
    await some.sanctions.add({ kind: "ban", person: "bob", reason: "", by: "Ana" });
    expect(await store.sanctions.of("ann")).toBeUndefined();
    expect(await log()).toEqual(["2 lift ann", "3 ban bob"]);
    await ban("cas");
    expect(await log()).toEqual(["3 ban bob", "4 ban cas"]);
  });

  test("no lift as long as what it lifted waits for its line in the audit", async () => {
    const failing = storeIn({ ...table, putAll: () => Promise.reject(new Error("the table is down")) });
    await failing.sanctions.add({ kind: "ban", person: "ann", reason: "", by: "Ana" });
    await lift("ann");
    now += storeLimits.sanctionKeepMs + 1;
    await ban("bob");
    expect(await log()).toEqual(["1 ban ann", "2 lift ann", "3 ban bob"]);
    await store.completeAudit();
    await ban("cas");
    expect(await log()).toEqual(["2 lift ann", "3 ban bob", "4 ban cas"]);
  });

  test("a few changes each", async () => {
    const many = storeLimits.tidied + 5;
    const busy = storeIn(untidy());
    for (let n = 0; n < many; n += 1) {
      await busy.sanctions.add({ kind: "ban", person: "ann", reason: `${n}`, by: "Ana" });
    }
    await ban("bob");
    expect(await log()).toHaveLength(many + 1 - storeLimits.tidied);
    await ban("cas");
    expect(await log()).toEqual([`${many} ban ann`, `${many + 1} ban bob`, `${many + 2} ban cas`]);
  });

  test("and a sanction is there, when that fails", async () => {
    await ban("ann");
    const failing = storeIn({ ...table, remove: () => Promise.reject(new Error("the table is down")) });
    expect(await failing.sanctions.add({ kind: "ban", person: "ann", reason: "", by: "Bo" })).toMatchObject({
      ok: true,
    });
    expect(faults).toEqual(["sanctions tidy"]);
  });
});

describe("forgetting", () => {
  test("leaves the changes of others, and what the person is under", async () => {
    await ban("ann");
    await ban("bob", START + 1);
    await ban("ann", START + HOUR);
    now += 1;
    await store.forget("ann");
    expect(await log()).toEqual(["2 ban bob", "3 ban ann"]);
    await store.forget("bob");
    expect(await log()).toEqual(["3 ban ann"]);
  });

  test("removes what was replaced by something shorter, and would have gone on", async () => {
    const busy = storeIn(untidy());
    await busy.sanctions.add({ kind: "ban", person: "ann", reason: "", by: "Ana" });
    await busy.sanctions.add({ kind: "ban", person: "ann", until: START + 1, reason: "", by: "Ana" });
    now += 1;
    await store.forget("ann");
    expect(await log()).toEqual(["3 lift "]);
  });

  test("keeps a lift for those who have not read it, without a word of why and by whom", async () => {
    await ban("ann");
    await ban("bob");
    await lift("ann");
    await store.forget("ann");
    expect(await store.sanctions.since(2)).toEqual([
      { change: 3, kind: "lift", person: "ann", reason: "", by: "", at: START },
    ]);
  });

  test("takes no number out of the order", async () => {
    const busy = storeIn(untidy());
    for (let n = 0; n < 2; n += 1) {
      await busy.sanctions.add({ kind: "mute", person: "ann", until: START + 1, reason: "", by: "Ana" });
    }
    now += 1;
    await store.forget("ann");
    expect(await store.sanctions.since(0)).toEqual([
      { change: 3, kind: "lift", person: "", reason: "", by: "", at: START + 1 },
    ]);
    expect(await ban("bob")).toMatchObject({ ok: true, change: { change: 4 } });
  });

  test("adds nothing to the log where nothing has to be kept in order", async () => {
    await ban("ann", START + 1);
    await ban("bob");
    now += 1;
    await store.forget("ann");
    expect(await log()).toEqual(["2 ban bob"]);
  });
});

test("what cannot be read is nobody's lift to its readers", async () => {
  await table.put({ pk: "sanctions", sk: "0000000000000001", at: START, rev: 1, body: "no JSON" });
  expect(await store.sanctions.since(0)).toEqual([
    { change: 1, kind: "lift", person: "", reason: "", by: "", at: START },
  ]);
});

test("a moderator is let be, however many people are sanctioned", async () => {
  const body = (n: number) => JSON.stringify({ kind: "ban", person: `p${n}`, reason: "", by: "", at: START });
  const items = Array.from({ length: storeLimits.activeSanctions }, (_, n) => ({
    pk: "sanctions",
    sk: String(n + 1).padStart(16, "0"),
    at: START,
    rev: 1,
    body: body(n),
  }));
  await table.putAll(items);
  expect(await ban("new")).toEqual({ ok: false, code: "too-many-sanctions" });
  expect(await store.sanctions.add({ kind: "exempt", person: "ana", reason: "", by: "" })).toMatchObject({ ok: true });
});

test("the first 500 characters of a reason are kept", async () => {
  const reason = "x".repeat(storeLimits.reasonLength + 1);
  await store.sanctions.add({ kind: "mute", person: "ann", reason, by: "Ana" });
  expect(await store.sanctions.of("ann")).toMatchObject({ reason: reason.slice(1) });
});

test("a writer whom others always get ahead of gives up", async () => {
  let writes = 0;
  const put = async () => {
    writes += 1;
    return false;
  };
  const sanction = { kind: "ban", person: "ann", reason: "", by: "Ana" } as const;
  const added = storeIn({ ...table, put }).sanctions.add(sanction);
  await expect(added).rejects.toThrow("unable to write a sanction; too many others write at the same time");
  expect(writes).toBe(storeLimits.conflicts);
});
