/**
 * The fault run of policy and store: messages that meet rules of every action, moderators who decide about them, and a
 * store on which one call in twenty fails, while the function and the desk die now and then. Then the books must balance.
 */
// The store and the function load these when they first need them; no real time may pass for that while the clock runs.
import "node:zlib";
import "../../../../lambda/policy/schema.ts";
import { followStore } from "../../../../lambda/moderation-in-force.ts";
import { policyForWords } from "../../../../lambda/policy/default-policy.ts";
import type { Quarantined } from "../../../../lambda/quarantine/entry.ts";
import type { AuditEntry } from "../../../../lambda/store/audit.ts";
import type { Case } from "../../../../lambda/store/cases.ts";
import { createStore, type Store } from "../../../../lambda/store/store.ts";
import type { Table } from "../../../../lambda/store/table.ts";
import { createFakeClock } from "../../../helpers/fake-clock.ts";
import { SimulatedAbly } from "../ably.ts";
import { Lambda } from "../environment.ts";
import { Random } from "../random.ts";
import { BatchRule } from "../rule.ts";
import { type Act, Acts } from "./acts.ts";
import { Crowd, MUTED, POLICY, type Said } from "./crowd.ts";
import { countDesk, type DeskFigures } from "./desk-books.ts";
import { FailingDeskAbly } from "./failing-desk-ably.ts";
import { FailingTable } from "./failing-table.ts";
import { Moderators } from "./moderators.ts";

const START = 1_700_000_000_000;
const INSTANCES = 3;
const SPACING_MS = 180;
const FILE = { words: ["potato"], allow: [] };

export interface PolicyFaultOptions {
  readonly seed: number;
  readonly messages: number;
  /** Breaks something on purpose, to see that the figures notice. */
  readonly sabotage?: "no case is stored" | "nobody sweeps" | "the desk tells nobody" | undefined;
}

/** Everything must be 0 but what was tried. */
export interface PolicyFigures extends DeskFigures {
  /** Blocked, muted, denied, undecided or in a locked room, and published all the same; or a word that should be starred. */
  readonly published: number;
  /** Held, and neither in the store nor in quarantine. */
  readonly heldLost: number;
  /** Approved, and not out. */
  readonly approvedLost: number;
  readonly shownTwice: number;
  /** Published without need of a decision, and neither out nor kept nor told. */
  readonly lost: number;
  /** Senders who do not know what became of a message. */
  readonly untold: number;
  /** Decisions of two moderators at once that both took for their own. */
  readonly unfair: number;
  readonly tried: Readonly<
    Record<
      | "messages"
      | "held"
      | "approved"
      | "denied"
      | "quarantined"
      | "storeCalls"
      | "storeFailures"
      | "functionKills"
      | "ablyFailures"
      | "deskKills"
      | "races"
      | Act["kind"],
      number
    >
  >;
}

/** Run it all; the same seed gives the same figures. */
export async function runPolicyFaults({ seed, messages, sabotage }: PolicyFaultOptions): Promise<PolicyFigures> {
  const random = new Random(seed);
  const time = createFakeClock(START);
  const ably = new SimulatedAbly(time, random, []);
  const table = new FailingTable(time, random);
  const tells = sabotage !== "the desk tells nobody";
  const deskAbly = new FailingDeskAbly(ably, { time, random, tells });
  const plain = createStore({ table, now: time.now, onFault: () => undefined });
  table.calm = true;
  await time.run(plain.policies.save(POLICY, { by: "Ana", reason: "", ifVersion: 0 }));
  await time.run(plain.sanctions.add({ kind: "mute", person: MUTED, reason: "", by: "Ana" }));
  table.calm = false;
  let isEnding = false;
  const follow = (store: Store) =>
    followStore({
      store,
      fallback: policyForWords(FILE),
      file: FILE,
      now: time.now,
      sleep: time.sleep,
      onFault: () => undefined,
    });
  const quarantined: Quarantined[] = [];
  const lambda = new Lambda({
    time,
    publisher: ably,
    quarantine: {
      async keep(entries) {
        quarantined.push(...entries);
        return "kept";
      },
    },
    random: random.next,
    log: () => undefined,
    dies: () => !isEnding && random.chance(0.001),
    equip: (step) => {
      const stepping = steppingTable(table, step, sabotage === "no case is stored");
      const store = createStore({ table: stepping, now: time.now, onFault: () => undefined });
      return { store, moderation: follow(store) };
    },
  });
  const rules = Array.from({ length: INSTANCES }, () => {
    const post = async (event: Parameters<Lambda["invoke"]>[0]) => {
      await time.sleep(random.between(1, 20));
      const seen = await lambda.invoke(event);
      return random.chance(0.01) ? { status: 504, body: "" } : seen;
    };
    return new BatchRule({ time, random, repeats: 0.05, holds: 0.005, post });
  });
  const said: Said[] = [];
  const acts = new Acts({ random, stored: deskAbly.stored, said });
  const moderation = follow(plain);
  const moderators = new Moderators({
    time,
    random,
    table,
    ably: deskAbly,
    moderation,
    acts,
    dies: () => !isEnding && random.chance(0.002),
    sweeps: sabotage !== "nobody sweeps",
  });
  const crowd = new Crowd(random);
  const people = async () => {
    for (let count = 0; count < messages; count += 1) {
      const instance = random.between(0, INSTANCES - 1);
      const one = crowd.write(time.now(), instance);
      said.push(one);
      hear(one, deskAbly);
      rules[instance]?.offer({ at: time.now(), item: one.item });
      await time.sleep(random.between(0, 2 * SPACING_MS));
      if (random.chance(0.002)) lambda.reclaim();
    }
    isEnding = true;
    await Promise.all(rules.map((rule) => rule.finish()));
  };
  let isOver = false;
  const work = async () => {
    while (!isOver) {
      await moderators.look();
      await time.sleep(random.between(1_000, 20_000));
    }
    table.calm = true;
    ably.calm = true;
    deskAbly.calm = true;
    while ((await moderators.look(0)) > 0) await time.sleep(1_000);
    // what was still on its way arrives, and who follows the store looks again
    await time.sleep(60_000);
    await moderation.read();
    await time.sleep(1_000);
  };
  await time.run(Promise.all([people().finally(() => (isOver = true)), work()]));
  const cases = await time.run(everyCase(plain));
  const lines = await time.run(everyLine(plain));
  const told = toldIn(ably);
  const books = { acts: acts.made, said, cases, lines, stored: deskAbly.stored, told, store: plain, moderation };
  const desk = await time.run(countDesk(books));
  const kept = new Set(quarantined.flatMap(({ what }) => (what.kind === "message" ? what.sourceId : [])));
  return { ...desk, ...count({ said, ably, told, cases, acts: acts.made, kept, moderators, lambda, table, deskAbly }) };
}

/** Ably keeps what people say as it comes in. */
function hear({ item }: Said, { stored }: FailingDeskAbly): void {
  const { channelId, messages } = item.data;
  const there = stored.inbound.get(channelId) ?? [];
  stored.inbound.set(channelId, there);
  there.push(...messages);
}

type Step = <T>(work: () => Promise<T>) => Promise<T>;

function steppingTable(table: Table, step: Step, isSabotaged: boolean): Table {
  return {
    get: (key) => step(() => table.get(key)),
    put: (item, condition) =>
      step(async () => (isSabotaged && item.pk.startsWith("case#")) || (await table.put(item, condition))),
    putAll: (items) => step(() => table.putAll(items)),
    remove: (keys) => step(() => table.remove(keys)),
    query: (query) => step(() => table.query(query)),
  };
}

async function everyCase({ cases }: Store): Promise<Case[]> {
  const all: Case[] = [];
  for (const state of ["open", "unfinished", "closed"] as const) {
    for (let before: string | undefined; ; ) {
      const page = await cases.list({ state, before });
      all.push(...page.cases);
      if (page.next === null) break;
      before = page.next;
    }
  }
  return all;
}

/** The whole audit, newest first. */
async function everyLine({ audit }: Store): Promise<AuditEntry[]> {
  const lines: AuditEntry[] = [];
  for (let before: string | undefined; ; ) {
    const { entries, next } = await audit.list({ before });
    lines.push(...entries);
    // the virtual clock has parts of a millisecond, of which the keys of the audit know nothing
    if (next === null) return lines.sort((a, b) => b.at - a.at);
    before = next;
  }
}

/** The codes that each sender was told, by the sender's own id of the message. */
function toldIn(ably: SimulatedAbly): Map<string, Set<string>> {
  const told = new Map<string, Set<string>>();
  for (const { channel, message } of ably.shown) {
    if (!channel.startsWith("chat:notices:")) continue;
    for (const { source, code } of noticesIn(message.data)) told.set(source, (told.get(source) ?? new Set()).add(code));
  }
  return told;
}

interface Books {
  readonly said: readonly Said[];
  readonly ably: SimulatedAbly;
  readonly cases: readonly Case[];
  readonly told: ReadonlyMap<string, ReadonlySet<string>>;
  readonly acts: readonly Act[];
  /** In quarantine: somebody has it and can replay it. */
  readonly kept: ReadonlySet<string>;
  readonly moderators: Moderators;
  readonly lambda: Lambda;
  readonly table: FailingTable;
  readonly deskAbly: FailingDeskAbly;
}

function count(books: Books): Omit<PolicyFigures, keyof DeskFigures> {
  const { said, ably, told, cases, kept, moderators } = books;
  const out = new Map<string, string[]>();
  for (const { message } of ably.shown) {
    if (!("extras" in message)) continue;
    const source = message.extras.headers["source-id"];
    out.set(source, [...(out.get(source) ?? []), message.data]);
  }
  const held = new Map(cases.filter(({ kind }) => kind === "held").map((one) => [one.message.sourceId, one]));
  const isOut = ({ sourceId }: Said) => out.has(sourceId);
  const isTold = ({ sourceId }: Said) => told.has(sourceId);
  const outcome = ({ sourceId }: Said) => held.get(sourceId)?.outcome;
  const of = (...fates: readonly Said["fate"][]) => said.filter(({ fate }) => fates.includes(fate));
  // what a moderator lets pass after all, and as it was written
  const pardoned = new Set(
    cases.flatMap(({ kind, outcome: did, message }) =>
      kind === "appealed" && did === "approved" ? message.sourceId : [],
    ),
  );
  const isUnwanted = (one: Said) =>
    isOut(one) && (one.fate !== "hold" || outcome(one) !== "approved") && !pardoned.has(one.sourceId);
  const isBare = ({ sourceId }: Said) =>
    !pardoned.has(sourceId) && out.get(sourceId)?.some((text) => /p[o0]tat[o0]|turnip/.test(text)) === true;
  const holds = of("hold");
  const approved = holds.filter((one) => outcome(one) === "approved");
  const denied = holds.filter((one) => outcome(one) === "denied");
  const lacks = (code: string) => (one: Said) => told.get(one.sourceId)?.has(code) !== true;
  return {
    published: of("hold", "block", "muted", "locked").filter(isUnwanted).length + said.filter(isBare).length,
    heldLost: holds.filter(({ sourceId }) => !held.has(sourceId) && !kept.has(sourceId)).length,
    approvedLost: approved.filter((one) => !isOut(one)).length,
    shownTwice: [...out.values()].filter((texts) => texts.length > 1).length,
    lost: of("publish", "mask", "flag").filter((one) => !isOut(one) && !kept.has(one.sourceId)).length,
    untold:
      said.filter((one) => !isOut(one) && !isTold(one)).length +
      approved.filter(lacks("approved")).length +
      denied.filter(lacks("denied")).length,
    unfair: moderators.unfair,
    tried: triedIn(books, { held: held.size, approved: approved.length, denied: denied.length }),
  };
}

function triedIn(
  { said, acts, kept, moderators, lambda, table, deskAbly }: Books,
  decided: Pick<PolicyFigures["tried"], "held" | "approved" | "denied">,
): PolicyFigures["tried"] {
  const done = (kind: Act["kind"]) => acts.filter((act) => act.kind === kind && act.outcome === "done").length;
  return {
    messages: said.length,
    ...decided,
    quarantined: kept.size,
    storeCalls: table.calls,
    storeFailures: table.failed,
    ablyFailures: deskAbly.failed,
    functionKills: lambda.tally.kills,
    deskKills: moderators.kills,
    races: moderators.races,
    remove: done("remove"),
    mute: done("mute"),
    lift: done("lift"),
    policy: done("policy"),
    report: done("report"),
    appeal: done("appeal"),
  };
}

function noticesIn(data: string): { source: string; code: string }[] {
  const { "source-id": source, also = [], code } = JSON.parse(data);
  return [source, ...also].map((one) => ({ source: one, code }));
}
