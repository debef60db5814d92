/** Who did what to whom, when and why. Entries are written once; one with the same id is the same one again. */
import * as v from "valibot";
import { storeLimits } from "./limits.ts";
import { type OnFault, padded, parsePosition, positionText, readRecord } from "./record.ts";
import { aboutPerson, type Item, type Position, type Table } from "./table.ts";

const AuditRecord = v.object({
  at: v.number(),
  /** A moderator, or `policy` for what a rule did. */
  by: v.string(),
  /** Such as `mute`, `approve`, `save-policy`, or the action of a rule. */
  did: v.string(),
  /** What it was done to: a message's id, a person, a policy's version. */
  subject: v.string(),
  reason: v.string(),
  person: v.optional(v.string()),
  room: v.optional(v.string()),
  author: v.optional(v.string()),
  rules: v.optional(v.array(v.string())),
});

export type AuditEntry = v.InferOutput<typeof AuditRecord>;

interface AuditPage {
  /** Newest first. */
  readonly entries: readonly AuditEntry[];
  /** Cursor of the next, older page; null at the end. */
  readonly next: string | null;
}

interface AuditQuery {
  readonly before?: string | undefined;
  readonly limit?: number;
}

export interface AuditTrail {
  add(entries: readonly AuditEntry[]): Promise<void>;
  list(query?: AuditQuery): Promise<AuditPage>;
  /** The last entries about a person, newest first. */
  about(person: string, limit?: number): Promise<readonly AuditEntry[]>;
}

export interface AuditOptions {
  readonly table: Table;
  readonly now: () => number;
  readonly onFault: OnFault;
  /** How long an entry is kept, ms. */
  readonly keepMs: number;
}

/** Open the audit that `table` holds. */
export function openAudit({ table, now, onFault, keepMs }: AuditOptions): AuditTrail {
  return {
    async add(entries) {
      // a batch that holds two items with one key is refused as a whole
      const items = new Map(entries.map((entry) => [skOf(entry), itemOf(entry, keepMs)]));
      await table.putAll([...items.values()]);
    },
    async list({ before, limit = storeLimits.page } = {}) {
      const entries: AuditEntry[] = [];
      let after = before === undefined ? undefined : parsePosition(before);
      for (const pk of monthsBack(after?.at ?? now() + DAY_MS, now() - keepMs)) {
        const start: Position | undefined = after?.pk === pk ? after : undefined;
        const items = await table.query({ index: "pk", value: pk, after: start, newestFirst: true, limit });
        for (const item of items) {
          after = item;
          const record = readRecord(AuditRecord, item, onFault);
          if (record !== undefined) entries.push(record);
          if (entries.length === limit) return { entries, next: positionText(item) };
        }
      }
      return { entries, next: null };
    },
    async about(person, limit = storeLimits.page) {
      const items = await aboutPerson(table, { person, prefix: PREFIX, limit });
      return items.flatMap((item) => readRecord(AuditRecord, item, onFault) ?? []);
    },
  };
}

const PREFIX = "audit#";
const DAY_MS = 86_400_000;

/** One key for each month: a year is thirteen queries, and none of them grows for ever. */
const monthOf = (at: number): string => PREFIX + new Date(at).toISOString().slice(0, 7);

function monthsBack(from: number, to: number): string[] {
  const months: string[] = [];
  const day = new Date(from);
  for (let month = monthOf(from); month >= monthOf(to); month = monthOf(day.getTime())) {
    months.push(month);
    day.setUTCDate(0); // the last day of the month before
  }
  return months;
}

const skOf = ({ at, did, subject }: AuditEntry): string => `${padded(at)}#${did}#${subject}`;

function itemOf(entry: AuditEntry, keepMs: number): Item {
  const { at, person } = entry;
  const record = { ...entry, reason: entry.reason.slice(0, storeLimits.reasonLength) };
  return { pk: monthOf(at), sk: skOf(entry), at, rev: 1, body: JSON.stringify(record), person, expires: at + keepMs };
}
