/**
 * The fault run: people write for half an hour of virtual time while everything fails that can. At the end the
 * operator replays the quarantine once, and then the books must balance. Every figure should be 0 except those that say
 * how much was tried.
 */

import { type Replayed, replay } from "../../../lambda/commands/replay.ts";
import type { Publisher } from "../../../lambda/deliver/publisher.ts";
import type { LogEntry } from "../../../lambda/log.ts";
import { createModerator, type Moderator } from "../../../lambda/moderation/index.ts";
import { loadWords } from "../../../lambda/policy/configured-words.ts";
import { createRecentMessages } from "../../../lambda/policy/recent-messages.ts";
import type { Quarantined } from "../../../lambda/quarantine/entry.ts";
import { readInbound } from "../../../lambda/quarantine/inbound.ts";
import type { Keeper } from "../../../lambda/quarantine/quarantine.ts";
import { createFakeClock } from "../../helpers/fake-clock.ts";
import { readerOf } from "../../lambda/helpers/memory-quarantine.ts";
import { inForceBy } from "../../lambda/helpers/moderation.ts";
import { makeTroubles, SimulatedAbly } from "./ably.ts";
import { BothRules } from "./both-rules.ts";
import { Lambda } from "./environment.ts";
import { BANNED, People, type Written } from "./people.ts";
import { Random } from "./random.ts";
import { BatchRule, type Rule } from "./rule.ts";
import { SingleRule } from "./single-rule.ts";

const START = 1_700_000_000_000;
const INSTANCES = 3;

/** `single` keeps no order, so none is counted; `both` keeps the order in which pages show what they have. */
export type FaultMode = "batch" | "single" | "both";

export interface FaultOptions {
  readonly seed: number;
  readonly messages: number;
  /** How the rules call. */
  readonly mode?: FaultMode;
  /** Breaks one of the function's means on purpose, to see that the figures notice. */
  readonly sabotage?: "history is empty" | "quarantine keeps nothing" | "moderator finds nothing" | undefined;
}

export interface Figures {
  readonly leaks: number;
  readonly lost: number;
  readonly shownTwice: number;
  readonly outOfOrder: number;
  readonly withoutStatus: number;
  readonly late: number;
  /** Neither shown nor told: the sender would wait for ever. */
  readonly untold: number;
  /** Poison that was published. */
  readonly poisonShown: number;
  readonly tried: {
    readonly messages: number;
    readonly requests: number;
    readonly repeated: number;
    readonly kills: number;
    readonly timeouts: number;
    readonly quarantined: number;
    readonly replayed: number;
    /** Given up by Ably after five minutes, and found again in the inbound history. */
    readonly recovered: number;
    readonly lookUps: number;
    readonly slowestMs: number;
    readonly virtualMinutes: number;
  };
}

/** Run it all; the same seed gives the same figures. */
export async function runFaults({ seed, messages, mode = "batch", sabotage }: FaultOptions): Promise<Figures> {
  const random = new Random(seed);
  const time = createFakeClock(START);
  const spacing = 180;
  const lasts = messages * spacing;
  const ably = new SimulatedAbly(time, random, makeTroubles(random, START, START + lasts));
  const words = loadWords({});
  const quarantined: Quarantined[] = [];
  const logged: LogEntry[] = [];
  let isEnding = false;
  const quarantine: Keeper = {
    async keep(entries, timeoutMs) {
      if (random.chance(0.1)) {
        await time.sleep(random.chance(0.5) ? 5 : timeoutMs);
        return "failed";
      }
      await time.sleep(random.between(5, 50));
      if (sabotage !== "quarantine keeps nothing") quarantined.push(...entries);
      return "kept";
    },
  };
  const lambda = new Lambda({
    time,
    publisher: sabotage === "history is empty" ? forgetful(ably) : ably,
    quarantine,
    moderator: sabotage === "moderator finds nothing" ? blind : createModerator(words),
    random: random.next,
    log: (entry) => logged.push(entry),
    dies: () => !isEnding && random.chance(0.001),
    batchFollows: mode === "both",
  });
  // over its concurrency, or unable to start; a single rule takes 429 for final, so there it must not come
  const refusals: [number, ...number[]] = mode === "single" ? [502, 503] : [429, 502, 503];
  const RuleOfMode = { batch: BatchRule, single: SingleRule, both: BothRules }[mode];
  const rules: Rule[] = Array.from(
    { length: INSTANCES },
    () =>
      new RuleOfMode({
        time,
        random,
        repeats: 0.05,
        holds: 0.01,
        post: async (event) => {
          await time.sleep(random.between(1, 20));
          if (!isEnding && random.chance(0.01)) return { status: random.pick(refusals), body: "" };
          const seen = await lambda.invoke(event);
          // the answer gets lost on its way
          return random.chance(0.01) ? { status: 504, body: "" } : seen;
        },
      }),
  );

  const people = new People(random);
  const written: Written[] = [];
  const everything = async () => {
    for (let count = 0; count < messages; count += 1) {
      const instance = random.between(0, INSTANCES - 1);
      const one = people.write(time.now(), instance);
      written.push(one);
      rules[instance]?.offer({ at: time.now(), item: one.item });
      await time.sleep(random.between(0, 2 * spacing));
      if (random.chance(0.002)) lambda.reclaim();
    }
    isEnding = true;
    await Promise.all(rules.map((rule) => rule.finish()));
  };
  await time.run(everything());
  const shownLive = ably.shown.length;

  ably.calm = true;
  const replaying = {
    publisher: ably,
    inForce: inForceBy(createModerator(words)),
    recentMessages: createRecentMessages(),
    textLength: 2_000,
    now: time.now,
    sleep: time.sleep,
    random: random.next,
  };
  const replayed = await time.run(replay(readerOf(...quarantined).reader, replaying));
  const rooms = [...new Set(written.map(({ room }) => room))];
  const inbound = readInbound(rooms, async (room) => given(written, room), time.now());
  const recovered = sabotage === undefined ? (await time.run(replay(inbound, replaying))).published : 0;

  return count({
    written,
    ably,
    rules,
    lambda,
    mode,
    quarantined,
    replayed,
    recovered,
    shownLive,
    logged,
    now: time.now(),
  });
}

/** The inbound history of a room. */
const given = (written: readonly Written[], room: string): unknown[] =>
  written.filter((one) => one.room === room).map(({ message }) => message);

const blind: Moderator = { moderate: (text) => ({ text, matches: [] }) };

const forgetful = (ably: SimulatedAbly): Publisher => ({
  publish: (channel, message, timeoutMs) => ably.publish(channel, message, timeoutMs),
  idsSince: async () => ({ ok: true, ids: new Set() }),
});

interface Books {
  readonly written: readonly Written[];
  readonly ably: SimulatedAbly;
  readonly rules: readonly Rule[];
  readonly mode: FaultMode;
  readonly lambda: Lambda;
  readonly quarantined: readonly Quarantined[];
  readonly replayed: Replayed;
  readonly recovered: number;
  readonly shownLive: number;
  readonly logged: readonly LogEntry[];
  readonly now: number;
}

function count(books: Books): Figures {
  const { written, ably, lambda, quarantined } = books;
  const chat = ably.shown.filter(({ channel }) => channel.startsWith("chat:to-clients"));
  const times = new Map<string, number>();
  for (const { message } of chat) times.set(sourceOf(message), (times.get(sourceOf(message)) ?? 0) + 1);
  const told = new Set(
    ably.shown.flatMap(({ channel, message }) =>
      channel.startsWith("chat:notices:") ? noticeSource(message.data) : [],
    ),
  );
  const kept = new Set(quarantined.flatMap(({ what }) => (what.kind === "message" ? what.sourceId : [])));
  const good = written.filter(({ isPoison }) => !isPoison);
  const poison = written.filter(({ isPoison }) => isPoison);
  const answers = books.rules.flatMap((rule) => rule.answers);
  const requests = books.rules.reduce((sum, rule) => sum + rule.requests, 0);
  return {
    leaks: [...chat, ...books.logged, ...answers].filter(leaks).length,
    lost: good.filter(({ sourceId }) => !times.has(sourceId) && !kept.has(sourceId)).length,
    shownTwice: [...times.values()].filter((shown) => shown > 1).length,
    outOfOrder: books.mode === "single" ? 0 : inversions(written, seenOf(books), kept),
    withoutStatus: lambda.tally.withoutStatus,
    late: lambda.tally.late + lambda.tally.timeouts,
    untold: written.filter(({ sourceId }) => !times.has(sourceId) && !told.has(sourceId)).length,
    poisonShown: poison.filter(({ sourceId }) => times.has(sourceId)).length,
    tried: {
      messages: written.length,
      requests,
      repeated: requests - lambda.tally.answers,
      kills: lambda.tally.kills,
      timeouts: lambda.tally.timeouts,
      quarantined: quarantined.length,
      replayed: books.replayed.published,
      recovered: books.recovered,
      lookUps: ably.lookUps,
      slowestMs: lambda.tally.slowestMs,
      virtualMinutes: Math.round((books.now - START) / 60_000),
    },
  };
}

/** What people saw, in the order in which it came; or, where two rules hand messages over, in that of the page. */
function seenOf({ mode, ably, shownLive }: Books): SimulatedAbly["shown"] {
  const live = ably.shown.slice(0, shownLive);
  if (mode === "batch") return live;
  const place = ({ message }: SimulatedAbly["shown"][number]) =>
    "extras" in message
      ? `${message.extras.headers["source-timestamp"].padStart(16, "0")} ${message.extras.headers["source-id"]}`
      : "";
  return live.toSorted((a, b) => (place(a) < place(b) ? -1 : 1));
}

const leaks = (seen: unknown): boolean => {
  const text = JSON.stringify(seen).toLowerCase();
  return BANNED.some((word) => text.includes(word));
};

const sourceOf = (message: SimulatedAbly["shown"][number]["message"]): string =>
  "extras" in message ? message.extras.headers["source-id"] : "";

function noticeSource(data: string): string[] {
  const notice: unknown = JSON.parse(data);
  const source =
    typeof notice === "object" && notice !== null && "source-id" in notice ? notice["source-id"] : undefined;
  return typeof source === "string" ? [source] : [];
}

/**
 * How often something was shown after a later message of the same author in the same room. What was in quarantine in
 * the meantime is not counted: it left a hole, and fills it late.
 */
function inversions(written: readonly Written[], shown: SimulatedAbly["shown"], kept: ReadonlySet<string>): number {
  const known = new Map(written.map((one) => [one.sourceId, one]));
  const latest = new Map<string, number>();
  let count = 0;
  for (const { message } of shown) {
    const one = known.get(sourceOf(message));
    if (one === undefined || kept.has(one.sourceId)) continue;
    const key = `${one.author}\n${one.room}`;
    const before = latest.get(key) ?? 0;
    if (one.order < before) count += 1;
    latest.set(key, Math.max(before, one.order));
  }
  return count;
}
