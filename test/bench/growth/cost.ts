/** What a million chat messages cost at Ably and at AWS, from the list prices in `prices.json`. */
import { readFileSync } from "node:fs";
import * as z from "zod";
import { type Publishing, publishedAt } from "./publishes.ts";
import { type RuleQueue, seeded, USUAL } from "./rule-queue.ts";

const price = z.number().positive();
const Prices = z.object({
  seen: z.iso.date(),
  currency: z.literal("USD"),
  ably: z.object({
    source: z.url(),
    perMillionMessages: price,
    perMillionConnectionMinutes: price,
    perMillionChannelMinutes: price,
  }),
  lambda: z.object({ source: z.url(), region: z.string(), perMillionRequests: price, perGbSecondArm: price }),
  logs: z.object({ source: z.url(), region: z.string(), perGbIngested: price }),
  dynamodb: z.object({ source: z.url(), region: z.string(), perMillionWriteUnits: price, perMillionReadUnits: price }),
});

/** The list prices. */
export const prices = Prices.parse(JSON.parse(readFileSync(new URL("prices.json", import.meta.url), "utf8")));

export interface Usage {
  /** People who read each message. */
  readonly people: number;
  /** Messages that one invocation of the rule carries; with two rules, of the batch rule. */
  readonly messagesInARequest: number;
  /** The function's memory, and what an invocation takes beside its requests to Ably and the processor time of its messages. */
  readonly memoryMb: number;
  readonly overheadMs: number;
  /** Processor time of a message at most, ms of a whole processor. */
  readonly cpuMs: number;
  /** How the messages of a request go to Ably, and how often an author writes. */
  readonly publishing: Publishing & Pick<RuleQueue, "pauseSeconds">;
  /** Bytes of log for an invocation, and for a message. */
  readonly logBytes: number;
  readonly decisionBytes: number;
  /** Does a single rule bring each message first, and the batch rule all of them again? */
  readonly twoRules: boolean;
  /** Share of the messages that the audit keeps a line of: masked, blocked, held or flagged. */
  readonly auditedShare: number;
  /** Share of the messages that become a case, which a moderator decides. */
  readonly caseShare: number;
  /** Moderators who watch live. */
  readonly watching: number;
}

/** The template's memory, log lines as they are, one rule, a message in twenty audited, one in a hundred decided by a moderator, who watches. */
export const USUAL_COST: Omit<Usage, "people" | "messagesInARequest" | "cpuMs"> = {
  memoryMb: 512,
  overheadMs: USUAL.overheadMs,
  publishing: USUAL,
  logBytes: 700,
  decisionBytes: 350,
  twoRules: false,
  auditedShare: 0.05,
  caseShare: 0.01,
  watching: 1,
};

export interface Cost {
  readonly ably: number;
  readonly lambda: number;
  readonly logs: number;
  readonly store: number;
  readonly total: number;
}

const MILLION = 1_000_000;

/**
 * Units of writing, of up to 1 KB: an item counts once in the table and once in each index that has it, and an index counts
 * the old place and the new one of what moves in it.
 */
const WRITES = { audit: 2, open: 3, decide: 4, finish: 4 } as const;
/** A look at what is new in the policies and in the sanctions: a query each, of which none is below one unit. */
const READS = 2;

/** Lambda gives processor time in proportion to memory; 1,769 MB are one processor. */
const MB_OF_A_PROCESSOR = 1_769;

/** How many times longer processor time takes with so much memory. */
export const slowedBy = (memoryMb: number): number => Math.max(1, MB_OF_A_PROCESSOR / memoryMb);

/** US dollars for a million chat messages; connection and channel minutes and Ably's monthly fee come on top. */
export function costOfAMillion(usage: Usage): Cost {
  const { twoRules, messagesInARequest: size, watching } = usage;
  const rules = twoRules ? 2 : 1;
  const sizeOfFirst = twoRules ? 1 : size;
  // inbound, the webhook of each rule, the moderated copy, its place in the history, and its delivery to each reader
  const messages = 1 + rules + 1 + 1 + usage.people;
  const ably = (messages + (eventsOf(sizeOfFirst) * (1 + watching)) / sizeOfFirst) * prices.ably.perMillionMessages;
  const seconds =
    MILLION * (secondsOf(usage, sizeOfFirst) / sizeOfFirst + (twoRules ? againSecondsOf(usage) / size : 0));
  const invocations = MILLION * (1 / sizeOfFirst + (twoRules ? 1 / size : 0));
  const lambda =
    (invocations / MILLION) * prices.lambda.perMillionRequests +
    seconds * (usage.memoryMb / 1_024) * prices.lambda.perGbSecondArm;
  const bytes = invocations * usage.logBytes + MILLION * usage.decisionBytes;
  const logs = (bytes / 1e9) * prices.logs.perGbIngested;
  const { audit, open, decide, finish } = WRITES;
  const writes = usage.auditedShare * audit + usage.caseShare * (open + decide + finish + audit);
  // at most: a container that is asked more than once a second looks once a second
  const reads = (invocations / MILLION) * READS;
  const store = writes * prices.dynamodb.perMillionWriteUnits + reads * prices.dynamodb.perMillionReadUnits;
  return { ably, lambda, logs, store, total: ably + lambda + logs + store };
}

/**
 * What a request decides is shown to moderators beside what it publishes first, and the rest when all is out. A request of one
 * message has no rest; one of several has some where an author wrote twice or a message was not simply published: at most.
 */
const eventsOf = (size: number): number => (size === 1 ? 1 : 2);

/** How often the authors of a request are drawn. */
const DRAWS = 200;

/** How long an invocation takes that publishes so many messages, s: the mean over authors at random. */
function secondsOf({ overheadMs, memoryMb, cpuMs, publishing }: Usage, size: number): number {
  const random = seeded(11);
  const authors = Math.max(1, Math.round(size * publishing.pauseSeconds));
  let sum = 0;
  for (let draw = 0; draw < DRAWS; draw += 1) {
    const who = Array.from({ length: size }, () => Math.floor(random() * authors));
    sum += Math.max(...publishedAt(who, publishing));
  }
  return (overheadMs + sum / DRAWS + size * cpuMs * slowedBy(memoryMb)) / 1_000;
}

/** How long an invocation takes whose messages the other rule has brought already, s. */
const againSecondsOf = ({ overheadMs, memoryMb, cpuMs, messagesInARequest }: Usage): number =>
  (overheadMs + messagesInARequest * cpuMs * slowedBy(memoryMb)) / 1_000;
