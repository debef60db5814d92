/**
 * The table under the store, as small as the store's needs: items under two keys, conditional writes by revision, queries
 * in order. One implementation speaks to DynamoDB, the other is a map; a conformance suite holds them to each other.
 */
import { storeLimits } from "./limits.ts";

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** Where in an ordering an item stands; a query goes on after one. */
export interface Position extends Key {
  readonly at: number;
}

export interface Item extends Position {
  /** 1 when it is new, and one more with each change. */
  readonly rev: number;
  readonly body: string | Uint8Array;
  /** Whom it is about: the index `person` finds it by this. */
  readonly person?: string | undefined;
  /** What it waits for: the index `queue` finds it by this. */
  readonly queue?: string | undefined;
  /** From then on (ms) it is as if it were not there. */
  readonly expires?: number | undefined;
}

/** Items with this `pk` in the order of `sk`, or with this `person` or `queue` in the order of `at`. */
export interface Query {
  readonly index: "pk" | "person" | "queue";
  readonly value: string;
  /** Exclusive. */
  readonly after?: Position | undefined;
  readonly newestFirst?: boolean;
  readonly limit: number;
}

/** Everything rejects with an error when the table cannot be reached or does not answer in time. */
export interface Table {
  get(key: Key): Promise<Item | undefined>;
  /** Write an item as revision `item.rev`; with a condition only over the revision before it. False when that is not there. */
  put(item: Item, condition?: "next"): Promise<boolean>;
  /** Write items over whatever is there. */
  putAll(items: readonly Item[]): Promise<void>;
  remove(keys: readonly Key[]): Promise<void>;
  /** Reads of `pk` see every write that was answered before; those of the other two may be a moment late. */
  query(query: Query): Promise<Item[]>;
}

/**
 * A table in which nothing expired is seen: DynamoDB deletes expired items within days, and its stand-in never. Writing
 * "new" over an item that has expired works.
 */
export function withoutExpired(table: Table, now: () => number): Table {
  const lives = ({ expires }: Item): boolean => expires === undefined || expires > now();
  return {
    ...table,
    async get(key) {
      const item = await table.get(key);
      return item !== undefined && lives(item) ? item : undefined;
    },
    async put(item, condition) {
      if (await table.put(item, condition)) return true;
      if (item.rev !== 1) return false;
      const there = await table.get(item);
      return there !== undefined && !lives(there) && (await table.put({ ...item, rev: there.rev + 1 }, condition));
    },
    async query(query) {
      const found: Item[] = [];
      for (let after = query.after; ; ) {
        const items = await table.query({ ...query, after });
        found.push(...items.filter(lives));
        after = items.at(-1);
        if (found.length >= query.limit || items.length < query.limit) return found.slice(0, query.limit);
      }
    },
  };
}

interface PersonQuery {
  readonly person: string;
  /** What the `pk` of the items begins with. */
  readonly prefix: string;
  readonly limit: number;
}

/** The newest items of one sort about a person, newest first; what lies between them is passed over, a few pages of it. */
export async function aboutPerson(table: Table, { person, prefix, limit }: PersonQuery): Promise<Item[]> {
  const found: Item[] = [];
  let after: Position | undefined;
  for (let pages = 0; pages < storeLimits.personPages && found.length < limit; pages += 1) {
    const items = await table.query({
      index: "person",
      value: person,
      newestFirst: true,
      after,
      limit: storeLimits.page,
    });
    found.push(...items.filter(({ pk }) => pk.startsWith(prefix)));
    after = items.at(-1);
    if (items.length < storeLimits.page) break;
  }
  return found.slice(0, limit);
}
