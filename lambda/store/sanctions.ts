/**
 * Who is muted or banned, as a log of numbered changes. A writer appends the number after the last one, if nobody has yet,
 * so numbers have no gaps and "everything since number n" misses nothing. What says nothing any more (ended, replaced,
 * lifted long ago) is tidied up by later writers, but never the newest change, because the next number follows from it.
 */
import * as v from "valibot";
import { isActive, isInForce, type Sanction, type SanctionChange } from "../sanction.ts";
import type { AuditEntry } from "./audit.ts";
import { storeLimits } from "./limits.ts";
import { OWED, type OwedLines } from "./owed-lines.ts";
import { type OnFault, padded, readRecord } from "./record.ts";
import type { Item, Position, Table } from "./table.ts";

const LOG = "sanctions";

const ChangeRecord = v.object({
  kind: v.picklist(["mute", "ban", "exempt", "lift"]),
  person: v.string(),
  until: v.optional(v.number()),
  reason: v.string(),
  by: v.string(),
  at: v.number(),
});

interface NewSanction {
  readonly kind: SanctionChange["kind"];
  readonly person: string;
  readonly until?: number | undefined;
  readonly reason: string;
  readonly by: string;
}

export type Sanctioned =
  | { readonly ok: true; readonly change: SanctionChange }
  | { readonly ok: false; readonly code: "too-many-sanctions" | "not-sanctioned" };

export interface SanctionLog {
  /** Every change after number `change`, in order. */
  since(change: number): Promise<SanctionChange[]>;
  /** What a person is under now. */
  of(person: string): Promise<Sanction | undefined>;
  /** Everybody who is muted or banned now, the newest first. */
  active(): Promise<readonly Sanction[]>;
  /** Append a change; it replaces what the person was under. */
  add(sanction: NewSanction): Promise<Sanctioned>;
  /** Remove what the log says of a person who is under no sanction, or of any with `all`. */
  forget(person: string, all: boolean): Promise<void>;
}

/** The newest change of each person: the one that counts. */
function newestOf(changes: readonly SanctionChange[]): Map<string, SanctionChange> {
  return new Map(changes.map((change) => [change.person, change]));
}

export interface SanctionLogOptions {
  readonly table: Table;
  readonly now: () => number;
  readonly onFault: OnFault;
  /** Writes the line of each change into the audit. */
  readonly lines: Pick<OwedLines, "pay">;
}

/** Open the log that `table` holds. */
export function openSanctionLog({ table, now, onFault, lines }: SanctionLogOptions): SanctionLog {
  const items = async (change: number): Promise<Item[]> => {
    const after: Position = { pk: LOG, sk: padded(change), at: 0 };
    return await table.query({ index: "pk", value: LOG, after, limit: storeLimits.sanctionChanges });
  };
  const read = async (change: number): Promise<SanctionChange[]> =>
    (await items(change)).map((item) => changeIn(item, onFault));

  const append = async (made: (all: SanctionChange[]) => NewSanction | Refused): Promise<Sanctioned> => {
    for (let tries = 0; tries < storeLimits.conflicts; tries += 1) {
      const there = await items(0);
      const all = there.map((item) => changeIn(item, onFault));
      const sanction = made(all);
      if ("code" in sanction) return sanction;
      const change = { ...recordOf(sanction, now()), change: (all.at(-1)?.change ?? 0) + 1 };
      const item = isAudited(change) ? { ...itemOf(change), queue: OWED } : itemOf(change);
      if (!(await table.put(item, "next"))) continue;
      if (item.queue === OWED) await lines.pay(item);
      // what is not tidied up does no harm
      const owed = new Set(there.flatMap(({ queue, sk }) => (queue === OWED ? Number(sk) : [])));
      await tidy(table, { all: [...all, change], owed, now: now() }).catch(() => onFault({ pk: LOG, sk: "tidy" }));
      return { ok: true, change };
    }
    throw new Error("unable to write a sanction; too many others write at the same time");
  };

  return {
    since: read,
    async of(person) {
      const change = newestOf(await read(0)).get(person);
      return isActive(change, now()) ? change : undefined;
    },
    async active() {
      const newest = [...newestOf(await read(0)).values()];
      return newest.filter((change) => isActive(change, now())).sort((a, b) => b.change - a.change);
    },
    add: (sanction) => append((all) => refusalOf(sanction, all, now()) ?? sanction),
    async forget(person, all) {
      if (all) await append((changes) => refusalOf(liftOf(person), changes, now()) ?? liftOf(person));
      const changes = await read(0);
      const current = newestOf(changes).get(person);
      const theirs = changes.filter((change) => change.person === person);
      const ended = theirs.filter(
        (change) => change.kind !== "lift" && !(change === current && isActive(change, now())),
      );
      if (ended.some((change) => change === changes.at(-1))) await append(() => liftOf(""));
      // a lift is kept, without its reason, for those who have not read it; later writers tidy it up
      const lifts = theirs.filter(({ kind }) => kind === "lift").map((lift) => ({ ...lift, reason: "", by: "" }));
      await table.putAll(lifts.map(itemOf));
      await table.remove(ended.map(keyOf));
    },
  };
}

type Refused = Extract<Sanctioned, { ok: false }>;

function refusalOf({ kind, person }: NewSanction, all: readonly SanctionChange[], now: number): Refused | undefined {
  const newest = newestOf(all);
  if (kind === "lift") {
    const current = newest.get(person);
    return current !== undefined && isInForce(current, now) ? undefined : { ok: false, code: "not-sanctioned" };
  }
  if (kind === "exempt") return undefined;
  const others = [...newest.values()].filter((change) => change.person !== person && isActive(change, now));
  return others.length >= storeLimits.activeSanctions ? { ok: false, code: "too-many-sanctions" } : undefined;
}

function recordOf({ kind, person, until, reason, by }: NewSanction, at: number): v.InferOutput<typeof ChangeRecord> {
  const short = reason.slice(0, storeLimits.reasonLength);
  return { kind, person, reason: short, by, at, until };
}

function itemOf({ change, ...record }: SanctionChange): Item {
  return { pk: LOG, sk: padded(change), at: record.at, rev: 1, body: JSON.stringify(record) };
}

/** Does the audit tell of it? Of what nobody in particular did, to keep the log in order, it does not. */
const isAudited = ({ kind, by }: SanctionChange): boolean => kind !== "exempt" && by !== "";

/** What the audit says of an item of this log; undefined for any other. */
export function lineOfSanction(item: Item, onFault: OnFault): AuditEntry | undefined {
  const record = item.pk === LOG ? readRecord(ChangeRecord, item, onFault) : undefined;
  if (record === undefined) return undefined;
  const { at, by, kind: did, person, reason, until } = record;
  const end = until === undefined ? "" : `until ${new Date(until).toISOString().slice(0, 16).replace("T", " ")} UTC`;
  return { at, by, did, subject: person, reason: [reason, end].filter(Boolean).join(", "), person };
}

const keyOf = ({ change }: SanctionChange) => ({ pk: LOG, sk: padded(change) });

/** A change that cannot be read keeps its number, so that no writer takes that one again. */
function changeIn(item: Item, onFault: OnFault): SanctionChange {
  const record = readRecord(ChangeRecord, item, onFault);
  return { ...(record ?? recordOf(liftOf(""), item.at)), change: Number(item.sk) };
}

const liftOf = (person: string): NewSanction => ({ kind: "lift", person, reason: "", by: "" });

interface Tidied {
  readonly all: readonly SanctionChange[];
  /** The numbers of those that the audit does not tell of yet: these stay. */
  readonly owed: ReadonlySet<number>;
  readonly now: number;
}

/**
 * Remove the oldest changes that nobody needs any more; those that this misses are the next writer's. A lift goes only
 * when nothing is left of what it lifted, which would be in force again without it.
 */
async function tidy(table: Table, { all, owed, now }: Tidied): Promise<void> {
  const newest = newestOf(all);
  const first = new Map([...all].reverse().map((change) => [change.person, change]));
  const isDone = (change: SanctionChange): boolean => {
    if (owed.has(change.change)) return false;
    if (newest.get(change.person) !== change) return true;
    const endedAt = Math.max(change.at, change.until ?? 0);
    return first.get(change.person) === change && !isInForce(change, now) && now - endedAt > storeLimits.sanctionKeepMs;
  };
  await table.remove(all.filter(isDone).slice(0, storeLimits.tidied).map(keyOf));
}
