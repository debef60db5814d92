/**
 * Messages that a moderator removes. Each is written down before Ably is asked, and taken out again once everything is done
 * that follows: so a process that ends in between leaves no message half removed, and nobody untold.
 */
import * as v from "valibot";
import { storeLimits } from "./limits.ts";
import { type OnFault, readRecord } from "./record.ts";
import type { Item, Table } from "./table.ts";

const QUEUE = "removals";

const RemovalRecord = v.object({
  room: v.string(),
  channel: v.string(),
  serial: v.string(),
  /** The client id that Ably verified. */
  author: v.string(),
  person: v.string(),
  message: v.object({ id: v.string(), sourceId: v.string() }),
  /** Which moderator, when and why. */
  by: v.string(),
  at: v.number(),
  reason: v.string(),
});

export type Removal = v.InferOutput<typeof RemovalRecord>;

export interface Removals {
  /**
   * Write down that a message is being removed. Gives back the removal that goes on: of two moderators' at once the first
   * one's; undefined when that is over by now.
   */
  begin(removal: Removal): Promise<Removal | undefined>;
  /** What is not over yet, oldest first. */
  list(): Promise<readonly Removal[]>;
  /** Everything is done that follows. */
  end(removal: Removal): Promise<void>;
}

export interface RemovalsOptions {
  readonly table: Table;
  readonly onFault: OnFault;
  /** How long one is tried, ms. */
  readonly keepMs: number;
}

/** Open the removals that `table` holds. */
export function openRemovals({ table, onFault, keepMs }: RemovalsOptions): Removals {
  const read = (item: Item) => readRecord(RemovalRecord, item, onFault);
  return {
    async begin(removal) {
      const { at, person } = removal;
      const record = { ...removal, reason: removal.reason.slice(0, storeLimits.reasonLength) };
      const item = { ...keyOf(removal), at, rev: 1, body: JSON.stringify(record), person, queue: QUEUE };
      if (await table.put({ ...item, expires: at + keepMs }, "next")) return record;
      const there = await table.get(item);
      return there === undefined ? undefined : read(there);
    },
    async list() {
      const items = await table.query({ index: "queue", value: QUEUE, limit: storeLimits.page });
      return items.flatMap((item) => read(item) ?? []);
    },
    end: (removal) => table.remove([keyOf(removal)]),
  };
}

const keyOf = ({ message }: Removal) => ({ pk: `removal#${message.id}`, sk: "removal" });
