/** What every table does, whatever keeps its items. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Item, type Table, withoutExpired } from "../../../lambda/store/table.ts";

export interface OpenedTable {
  readonly table: Table;
  close(): Promise<void>;
}

/** Opens an empty table. */
export type OpenTable = () => Promise<OpenedTable>;

const item = (pk: string, sk: string, more: Partial<Item> = {}): Item => ({ pk, sk, at: 1, rev: 1, body: "", ...more });

/** Holds a kind of table to what the store relies on. */
export function describeTable(name: string, open: OpenTable): void {
  describe(`the table in ${name}`, () => {
    let opened: OpenedTable;
    let table: Table;
    beforeAll(async () => {
      opened = await open();
      table = opened.table;
    });
    afterAll(() => opened.close());

    test("gives back what was put, bytes and text, with every attribute", async () => {
      const whole = item("a", "1", { body: "käse 🧀", person: "p", queue: "q", expires: 9e15, at: 1_795_258_800_123 });
      expect(await table.put(whole)).toBe(true);
      expect(await table.get(whole)).toEqual(whole);
      const bytes = item("a", "2", { body: new Uint8Array([0, 255, 7]) });
      await table.put(bytes);
      expect(Buffer.from((await table.get(bytes))?.body ?? "")).toEqual(Buffer.from([0, 255, 7]));
      expect(await table.get({ pk: "a", sk: "3" })).toBeUndefined();
    });

    test("writes a revision only over the one before it", async () => {
      expect(await table.put(item("b", "1", { body: "first" }), "next")).toBe(true);
      expect(await table.put(item("b", "1", { body: "other" }), "next")).toBe(false);
      expect(await table.put(item("b", "1", { rev: 3 }), "next")).toBe(false);
      expect(await table.put(item("b", "1", { rev: 2, body: "second" }), "next")).toBe(true);
      expect(await table.get({ pk: "b", sk: "1" })).toMatchObject({ rev: 2, body: "second" });
    });

    test("lets one of ten win who write the same revision at once", async () => {
      const tries = Array.from({ length: 10 }, (_, by) => table.put(item("c", "1", { body: `by ${by}` }), "next"));
      expect((await Promise.all(tries)).filter(Boolean)).toHaveLength(1);
    });

    test("queries in order of the sort key's bytes, from both ends and after a position", async () => {
      const keys = ["A", "B", "a", "ä", "ﬀ", "😀"];
      await table.putAll([...keys].reverse().map((sk) => item("d", sk)));
      const query = async (more: object) =>
        (await table.query({ index: "pk", value: "d", limit: 10, ...more })).map(({ sk }) => sk);
      expect(await query({})).toEqual(keys);
      expect(await query({ newestFirst: true, limit: 2 })).toEqual(["😀", "ﬀ"]);
      expect(await query({ after: item("d", "B"), limit: 3 })).toEqual(["a", "ä", "ﬀ"]);
      expect(await query({ after: item("d", "C"), newestFirst: true })).toEqual(["B", "A"]);
    });

    test.each(["person", "queue"] as const)("finds items by %s in the order of time, page by page", async (index) => {
      const value = `${index}-1`;
      await table.putAll(
        [5, 3, 4, 1, 2].map((at) => item(`e${at % 2}${index}`, String(9 - at), { at, [index]: value })),
      );
      await table.put(item("e", `other ${index}`, { at: 3, [index]: `${index}-2` }));
      const query = { index, value, newestFirst: true, limit: 2 };
      const first = await table.query(query);
      const second = await table.query({ ...query, after: first.at(-1) });
      const third = await table.query({ ...query, after: second.at(-1) });
      expect([...first, ...second, ...third].map(({ at }) => at)).toEqual([5, 4, 3, 2, 1]);
    });

    test("writes over whatever is there, where no condition is named", async () => {
      for (const rev of [1, 7, 2]) expect(await table.put(item("j", "1", { rev }))).toBe(true);
      expect(await table.get({ pk: "j", sk: "1" })).toMatchObject({ rev: 2 });
    });

    test("takes an item out of an index when it is written without it", async () => {
      await table.put(item("f", "1", { queue: "waiting" }));
      await table.put(item("f", "1", { rev: 2 }));
      expect(await table.query({ index: "queue", value: "waiting", limit: 5 })).toEqual([]);
    });

    test("puts and removes more than one batch takes", async () => {
      const items = Array.from({ length: 60 }, (_, n) => item("g", String(n).padStart(3, "0")));
      await table.putAll(items);
      await table.remove(items.slice(0, 59));
      expect(await table.query({ index: "pk", value: "g", limit: 100 })).toEqual(items.slice(59));
    });

    test("holds items of 350 KB, more of them than one answer of 1 MB", async () => {
      for (let part = 0; part < 5; part += 1) {
        await table.put(item("h", String(part), { body: Buffer.alloc(350_000, part) }));
      }
      const parts = await table.query({ index: "pk", value: "h", limit: 5 });
      expect(parts.map(({ body }) => [body.length, body[0]])).toEqual([0, 1, 2, 3, 4].map((part) => [350_000, part]));
    });

    test("hides what has expired, and lets it be written anew", async () => {
      let now = 1_000;
      const hiding = withoutExpired(table, () => now);
      const items = [1, 2, 3, 4].map((n) => item("i", String(n), { expires: n < 4 ? 2_000 : 9_000, queue: "i" }));
      await hiding.putAll(items);
      expect(await hiding.query({ index: "pk", value: "i", limit: 10 })).toHaveLength(4);
      now = 2_000;
      expect(await hiding.get({ pk: "i", sk: "1" })).toBeUndefined();
      expect(await hiding.query({ index: "pk", value: "i", limit: 1 })).toEqual(items.slice(3));
      expect(await hiding.query({ index: "queue", value: "i", limit: 10 })).toEqual(items.slice(3));
      expect(await hiding.put(item("i", "1", { body: "new", expires: 5_000 }), "next")).toBe(true);
      expect(await hiding.get({ pk: "i", sk: "1" })).toMatchObject({ body: "new" });
      expect(await hiding.put(item("i", "1", { body: "newer" }), "next")).toBe(false);
    });
  });
}
