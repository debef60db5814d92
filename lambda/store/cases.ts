/**
 * What waits for a moderator. A case is one item and is written only over the revision that was read, so two moderators
 * who decide at once get one outcome. A case that is decided stays in a queue of its own until what follows is done, too.
 */
import * as v from "valibot";
import { storeLimits } from "./limits.ts";
import { type OnFault, parsePosition, positionText, readRecord } from "./record.ts";
import { aboutPerson, type Item, type Table } from "./table.ts";

const CaseRecord = v.object({
  id: v.string(),
  kind: v.picklist(["held", "flagged", "reported", "appealed"]),
  state: v.picklist(["open", "closed"]),
  room: v.string(),
  /** The client id that Ably verified. */
  author: v.string(),
  person: v.string(),
  /** As it was written. */
  text: v.string(),
  /** As it was, or would be, published. */
  result: v.string(),
  rules: v.array(v.string()),
  at: v.number(),
  /** What its copy is published with: its id, the sender's own id and time stamp, how many spans are masked. */
  message: v.object({ id: v.string(), sourceId: v.string(), timestamp: v.number(), starred: v.number() }),
  /** What Ably calls the published message, where that is known. */
  serial: v.optional(v.string()),
  /** Who reported it, and why. */
  reports: v.optional(v.array(v.object({ person: v.string(), reason: v.string(), at: v.number() }))),
  outcome: v.optional(v.picklist(["approved", "denied", "dismissed", "removed"])),
  decidedBy: v.optional(v.string()),
  decidedAt: v.optional(v.number()),
  reason: v.optional(v.string()),
  /** Is everything done that follows from the decision: the message out, its sender told, the audit written? */
  finished: v.optional(v.boolean()),
});

export type Case = v.InferOutput<typeof CaseRecord>;
type CaseKind = Case["kind"];
export type Outcome = NonNullable<Case["outcome"]>;

/** What a case is opened with. */
export type NewCase = Pick<
  Case,
  "kind" | "room" | "author" | "person" | "text" | "result" | "rules" | "at" | "message" | "serial"
>;

type Decided =
  | { readonly ok: true; readonly case: Case }
  | { readonly ok: false; readonly code: "unknown-case" }
  /** `case` says by whom and how. */
  | { readonly ok: false; readonly code: "already-decided"; readonly case: Case };

export interface CaseQuery {
  /**
   * An `unfinished` case is decided, but not all that follows from it is done. Moderators have nothing to do with it.
   */
  readonly state: "open" | "closed" | "unfinished";
  readonly kind?: CaseKind | undefined;
  /** The `next` of the page after this one. */
  readonly before?: string | undefined;
  readonly limit?: number;
}

export interface CasePage {
  /** Newest last. */
  readonly cases: readonly Case[];
  /** Cursor of the page before this one; null where there is none. */
  readonly next: string | null;
}

export interface Cases {
  /** Open a case for a message; gives back the one there is when it has one of this kind. */
  open(made: NewCase): Promise<{ readonly case: Case; readonly isNew: boolean }>;
  get(id: string): Promise<Case | undefined>;
  list(query: CaseQuery): Promise<CasePage>;
  /** The last cases about a person, newest first. */
  about(person: string, limit?: number): Promise<readonly Case[]>;
  /** Close it, once. */
  decide(id: string, decision: { outcome: Outcome; by: string; reason: string }): Promise<Decided>;
  /** Everything is done that follows from the decision. */
  finished(id: string): Promise<void>;
  /** Add a report to the case of a reported message; each person counts once. */
  report(made: NewCase, by: { readonly person: string; readonly reason: string }): Promise<Case>;
}

export interface CasesOptions {
  readonly table: Table;
  readonly now: () => number;
  readonly onFault: OnFault;
  /** How long a case and its text are kept, ms. */
  readonly keepMs: number;
}

/** Open the cases that `table` holds. */
export function openCases({ table, now, onFault, keepMs }: CasesOptions): Cases {
  const find = async (id: string): Promise<Found | undefined> => {
    const item = await table.get(keyOf(id));
    if (item === undefined) return undefined;
    const record = readRecord(CaseRecord, item, onFault);
    return record && { case: record, rev: item.rev };
  };
  const put = (record: Case, rev: number) => table.put(itemOf(record, rev, keepMs), "next");

  /** Change a case; again from what it is by then, as long as others change it at the same time. */
  const change = async (id: string, next: (current: Case) => Case | undefined): Promise<Case | undefined> => {
    for (let tries = 0; tries < storeLimits.conflicts; tries += 1) {
      const found = await find(id);
      if (found === undefined) return undefined;
      const changed = next(found.case);
      if (changed === undefined) return found.case;
      if (await put(changed, found.rev + 1)) return changed;
    }
    throw new Error("unable to write a case; too many others write at the same time");
  };

  const open: Cases["open"] = async (made) => {
    const record: Case = { ...made, id: caseId(made), state: "open" };
    if (await put(record, 1)) return { case: record, isNew: true };
    const found = await find(record.id);
    if (found === undefined) throw new Error("unable to read a case that is there");
    return { case: found.case, isNew: false };
  };

  return {
    open,
    get: async (id) => (await find(id))?.case,
    list: (query) => listCases(table, query, onFault),
    async about(person, limit = storeLimits.page) {
      const items = await aboutPerson(table, { person, prefix: PREFIX, limit });
      return items.flatMap((item) => readRecord(CaseRecord, item, onFault) ?? []);
    },
    async decide(id, { outcome, by, reason }) {
      let won = false;
      const found = await change(id, (current) => {
        won = current.state === "open";
        if (!won) return undefined;
        const note = reason.slice(0, storeLimits.reasonLength);
        return { ...current, state: "closed", outcome, decidedBy: by, decidedAt: now(), reason: note };
      });
      if (found === undefined) return { ok: false, code: "unknown-case" };
      return won ? { ok: true, case: found } : { ok: false, code: "already-decided", case: found };
    },
    async finished(id) {
      await change(id, (current) => (current.finished === true ? undefined : { ...current, finished: true }));
    },
    async report(made, { person, reason }) {
      const { case: opened } = await open(made);
      const report = { person, reason: reason.slice(0, storeLimits.reasonLength), at: now() };
      return (await change(opened.id, (current) => withReport(current, report))) ?? opened;
    },
  };
}

/** The case with one more report; undefined when the person is counted already, or enough people are. */
function withReport(current: Case, report: NonNullable<Case["reports"]>[number]): Case | undefined {
  const reports = current.reports ?? [];
  const isCounted = reports.some(({ person }) => person === report.person) || reports.length >= storeLimits.reporters;
  return isCounted ? undefined : { ...current, reports: [...reports, report] };
}

interface Found {
  readonly case: Case;
  readonly rev: number;
}

async function listCases(table: Table, query: CaseQuery, onFault: OnFault): Promise<CasePage> {
  const { state, kind, before, limit = storeLimits.page } = query;
  const cases: Case[] = [];
  let after = before === undefined ? undefined : parsePosition(before);
  for (let pages = 0; pages < storeLimits.pages; pages += 1) {
    const items = await table.query({ index: "queue", value: state, after, newestFirst: true, limit });
    for (const item of items) {
      after = item;
      const record = readRecord(CaseRecord, item, onFault);
      if (record !== undefined && (kind === undefined || record.kind === kind)) cases.push(record);
      if (cases.length === limit) return { cases: cases.reverse(), next: positionText(item) };
    }
    if (items.length < limit) return { cases: cases.reverse(), next: null };
  }
  return { cases: cases.reverse(), next: after === undefined ? null : positionText(after) };
}

/** The id of a message's case of one kind; each message has one at most. */
export const caseId = ({ kind, message }: { readonly kind: CaseKind; readonly message: { readonly id: string } }) =>
  `${kind}-${message.id.replace(/:0$/, "")}`;

const PREFIX = "case#";

const keyOf = (id: string) => ({ pk: PREFIX + id, sk: "case" });

function itemOf(record: Case, rev: number, keepMs: number): Item {
  const { id, at, person } = record;
  const expires = at + keepMs;
  return { ...keyOf(id), at, rev, body: JSON.stringify(record), person, queue: queueOf(record), expires };
}

function queueOf({ state, finished }: Case): CaseQuery["state"] {
  if (state === "open") return "open";
  return finished === true ? "closed" : "unfinished";
}
