/**
 * Lines that the audit is owed. A change is written together with its place in a queue, as one item, and leaves the queue once
 * its line is in the audit. So a write that fails, or a process that ends in between, delays a line and does not lose it.
 */
import type { AuditEntry, AuditTrail } from "./audit.ts";
import { storeLimits } from "./limits.ts";
import type { Item, Table } from "./table.ts";

/** The queue of changes whose line is not written yet. */
export const OWED = "audit";

export interface OwedLines {
  /** Write the line of a change that was just made. Where that fails, a later `payAll` does it. */
  pay(change: Item): Promise<void>;
  /** Write every line that is owed; gives back how many those were. Done twice, or by two at once, it writes each once. */
  payAll(): Promise<number>;
}

export interface OwedLinesOptions {
  readonly table: Table;
  readonly audit: AuditTrail;
  /** What the audit says of a change; undefined for what cannot be read. */
  readonly lineOf: (change: Item) => AuditEntry | undefined;
}

/** Open the queue that `table` holds. */
export function openOwedLines({ table, audit, lineOf }: OwedLinesOptions): OwedLines {
  const pay = async (change: Item): Promise<void> => {
    const line = lineOf(change);
    if (line !== undefined) await audit.add([line]);
    const { queue: _, ...paid } = change;
    // over what was read alone: who was forgotten meanwhile does not come back
    await table.put({ ...paid, rev: change.rev + 1 }, "next");
  };
  return {
    pay: (change) => pay(change).catch(() => undefined),
    async payAll() {
      const owed = await table.query({ index: "queue", value: OWED, limit: storeLimits.page });
      for (const change of owed) await pay(change);
      return owed.length;
    },
  };
}
