/** What the store asks of its table: no more than it must, an end to every search, and nothing of what comes and goes meanwhile. */
import { expect, test } from "vitest";
import { storeLimits } from "../../../lambda/store/limits.ts";
import { createMemoryTable } from "../../../lambda/store/memory-table.ts";
import { createStore } from "../../../lambda/store/store.ts";
import { aboutPerson, type Item, type Query, type Table, withoutExpired } from "../../../lambda/store/table.ts";

const NOW = 1_000;

const item = (n: number, more: Partial<Item> = {}): Item => ({
  pk: "a",
  sk: String(n).padStart(5, "0"),
  at: n,
  rev: 1,
  body: "",
  ...more,
});

/** A table that counts what is asked of it. */
async function counting(items: readonly Item[]) {
  const memory = createMemoryTable();
  await memory.putAll(items);
  const queries: Query[] = [];
  const table: Table = {
    ...memory,
    async query(query) {
      queries.push(query);
      return await memory.query(query);
    },
  };
  return { table, queries };
}

test("a page of what has not expired is never longer than asked for, and a full one is asked for once", async () => {
  const expired = [1, 2].map((n) => item(n, { expires: NOW }));
  const { table, queries } = await counting([...expired, ...[3, 4, 5, 6, 7, 8].map((n) => item(n))]);
  const hiding = withoutExpired(table, () => NOW);
  const page = await hiding.query({ index: "pk", value: "a", limit: 3 });
  expect(page.map(({ at }) => at)).toEqual([3, 4, 5]);
  queries.length = 0;
  expect(await hiding.query({ index: "pk", value: "a", after: item(2), limit: 3 })).toHaveLength(3);
  expect(queries).toHaveLength(1);
});

test("an item that is gone by the time a writer looks for it is nothing to write over", async () => {
  const hiding = withoutExpired({ ...createMemoryTable(), put: async () => false }, () => NOW);
  expect(await hiding.put(item(1), "next")).toBe(false);
});

test("a later revision of what has expired is refused", async () => {
  const hiding = withoutExpired(createMemoryTable(), () => NOW);
  await hiding.put(item(1, { expires: NOW }));
  expect(await hiding.put(item(1, { rev: 3 }), "next")).toBe(false);
});

test("the newest items about a person are looked for in one page, where they fill it", async () => {
  const { table, queries } = await counting(
    Array.from({ length: 2 * storeLimits.page + 1 }, (_, n) => item(n, { person: "p1" })),
  );
  const found = await aboutPerson(table, { person: "p1", prefix: "a", limit: storeLimits.page });
  expect(found.map(({ at }) => at).slice(0, 2)).toEqual([200, 199]);
  expect(queries).toHaveLength(1);
});

test("what lies behind many newer items about a person is not looked for without end", async () => {
  const most = storeLimits.personPages * storeLimits.page;
  const newer = Array.from({ length: most }, (_, n) => item(n + 1, { person: "p1" }));
  const { table } = await counting([item(0, { pk: "wanted", person: "p1" }), ...newer]);
  const find = () => aboutPerson(table, { person: "p1", prefix: "wanted", limit: 1 });
  expect(await find()).toEqual([]);
  await table.remove(newer.slice(0, 1));
  expect(await find()).toHaveLength(1);
});

/** A store over this table, in which there are no sanctions. */
const storeIn = (table: Table) => createStore({ table, now: () => NOW, onFault: () => undefined });

test("what an index still shows when it was removed is counted once, and ends the search", async () => {
  const late = [1, 2, 3].map((n) => item(n, { person: "p1" }));
  const { table, queries } = await counting([]);
  const query = async (asked: Query) => {
    const found = await table.query(asked);
    return asked.index === "person" ? late : found;
  };
  expect(await storeIn({ ...table, query }).forget("p1")).toBe(3);
  expect(queries.filter(({ index }) => index === "person")).toHaveLength(2);
});

test("forgetting somebody ends, even when more is written about that person all the time", async () => {
  let written = 0;
  const query = async ({ index }: Query) => {
    if (index !== "person") return [];
    written += 1;
    return [item(written, { person: "p1" })];
  };
  const store = storeIn({ ...createMemoryTable(), query });
  expect(await store.forget("p1")).toBe(storeLimits.pages);
});

/** A case as its item. */
function caseItem(n: number, kind: "held" | "flagged"): Item {
  const message = { id: `m${n}:0`, sourceId: `s${n}`, timestamp: n, starred: 0 };
  const said = {
    room: "lobby",
    author: "Ann.k3v9x2m4qa",
    person: "k3v9x2m4qa",
    text: "",
    result: "",
    rules: [],
    at: n,
  };
  const body = JSON.stringify({ id: `${kind}-m${n}`, kind, state: "open", ...said, message });
  return item(n, { pk: `case#${kind}-m${n}`, sk: "case", queue: "open", body });
}

test("a list of cases of a kind that is rare ends, with what was found, newest last, and where to go on", async () => {
  const limit = 3;
  let queries = 0;
  const query = async ({ after }: Query) => {
    queries += 1;
    const last = after?.at ?? 0;
    return [1, 2, 3].map((n) => caseItem(last + n, last === 0 && n < 3 ? "held" : "flagged"));
  };
  const { cases } = storeIn({ ...createMemoryTable(), query });
  const page = await cases.list({ state: "open", kind: "held", limit });
  expect(page.cases.map(({ at }) => at)).toEqual([2, 1]);
  expect(queries).toBe(storeLimits.pages);
  expect(page.next).not.toBeNull();
  queries = 0;
  await cases.list({ state: "open", limit, before: page.next ?? "" });
  expect(queries).toBe(1);
});

/** A table with one open case, in which every later write is lost to somebody else. */
async function contended() {
  const memory = createMemoryTable();
  await memory.put(caseItem(1, "held"));
  let writes = 0;
  const put = async () => {
    writes += 1;
    return false;
  };
  return { table: { ...memory, put }, writes: () => writes };
}

test("a writer whom others always get ahead of gives up", async () => {
  const { table, writes } = await contended();
  const { cases } = storeIn(table);
  const decided = cases.decide("held-m1", { outcome: "denied", by: "Ana", reason: "" });
  await expect(decided).rejects.toThrow("unable to write a case; too many others write at the same time");
  expect(writes()).toBe(storeLimits.conflicts);
});

test("a case is marked as finished once", async () => {
  const memory = createMemoryTable();
  await memory.put(caseItem(1, "held"));
  const { cases } = storeIn(memory);
  for (let n = 0; n < 2; n += 1) await cases.finished("held-m1");
  expect(await memory.get({ pk: "case#held-m1", sk: "case" })).toMatchObject({ rev: 2, queue: "open" });
  expect(await cases.get("held-m1")).toMatchObject({ finished: true });
});

test("a report of a message whose case expired just then is told as it was", async () => {
  const { cases } = storeIn({ ...createMemoryTable(), get: async () => undefined });
  const { id: _, state: __, ...made } = JSON.parse(String(caseItem(1, "held").body));
  expect(await cases.report({ ...made, kind: "reported" }, { person: "r1", reason: "" })).toEqual({
    ...made,
    kind: "reported",
    id: "reported-m1",
    state: "open",
  });
});
