/** The table as a map, for tests and for trying things out. */
import type { Item, Key, Position, Query, Table } from "./table.ts";

/** Make an empty table that ends with the process. */
export function createMemoryTable(): Table {
  const items = new Map<string, Item>();
  const nameOf = ({ pk, sk }: Key): string => JSON.stringify([pk, sk]);
  return {
    async get(key) {
      return items.get(nameOf(key));
    },
    async put(item, condition) {
      const before = items.get(nameOf(item))?.rev ?? 0;
      if (condition === "next" && before !== item.rev - 1) return false;
      items.set(nameOf(item), item);
      return true;
    },
    async putAll(several) {
      for (const item of several) items.set(nameOf(item), item);
    },
    async remove(keys) {
      for (const key of keys) items.delete(nameOf(key));
    },
    async query({ index, value, after, newestFirst = false, limit }) {
      const order = newestFirst ? (a: Position, b: Position) => compare(index, b, a) : compare.bind(undefined, index);
      return [...items.values()]
        .filter((item) => item[index] === value && (after === undefined || order(item, after) > 0))
        .sort(order)
        .slice(0, limit);
    },
  };
}

function compare(index: Query["index"], a: Position, b: Position): number {
  const byTime = index === "pk" ? 0 : a.at - b.at;
  return byTime || inBytes(a.sk, b.sk) || inBytes(a.pk, b.pk);
}

/** DynamoDB orders by the bytes of UTF-8. */
const inBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
