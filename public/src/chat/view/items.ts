/** What stands in the log, row by row: a pure function of the entries. */
import { dayKey } from "../../common/language/language.ts";
import type { Entry, Gap } from "../entries.ts";
import { GROUP_MS } from "../limits.ts";
import type { Message } from "../message.ts";

export type Item =
  | { readonly kind: "day"; readonly key: string; readonly time: number }
  | Gap
  /** `follows`: the same author goes on, and needs no new heading. */
  | { readonly kind: "message"; readonly key: string; readonly message: Message; readonly follows: boolean };

/** Rows for these entries, with a line for each new day. */
export function itemsOf(entries: readonly Entry[]): Item[] {
  const items: Item[] = [];
  let before: Entry | undefined;
  let endOfDay = 0;
  for (const entry of entries) {
    if (before === undefined || entry.time >= endOfDay) {
      endOfDay = new Date(entry.time).setHours(24, 0, 0, 0);
      items.push({ kind: "day", key: `day ${dayKey(entry.time)}`, time: entry.time });
      before = undefined;
    }
    if (entry.kind === "gap") items.push(entry);
    else items.push({ kind: "message", key: entry.key, message: entry, follows: follows(before, entry) });
    before = entry;
  }
  return items;
}

function follows(before: Entry | undefined, message: Message): boolean {
  if (before?.kind !== "message" || before.author.id !== message.author.id) return false;
  return message.time - before.time < GROUP_MS;
}
