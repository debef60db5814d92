/** What a million chat messages cost at Ably and at AWS, from the list prices in `prices.json`. */
import { readFileSync } from "node:fs";
import * as z from "zod";

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
  /** Messages that one invocation carries. */
  readonly messagesInARequest: number;
  /** The function's memory, and what an invocation takes before and for each message. */
  readonly memoryMb: number;
  readonly overheadMs: number;
  readonly messageMs: number;
  /** Bytes of log for an invocation, and for a message. */
  readonly logBytes: number;
  readonly decisionBytes: number;
  /** Rules that hand each message to the function: two where a single and a batch rule stand side by side. */
  readonly rules: number;
  /** Share of the messages that the audit keeps a line of: masked, blocked, held or flagged. */
  readonly auditedShare: number;
  /** Share of the messages that become a case, which a moderator decides. */
  readonly caseShare: number;
  /** Moderators who watch live. */
  readonly watching: number;
}

/** The template's memory, a publish of 25 ms, log lines as they are, one rule, a message in twenty audited, one in a hundred decided by a moderator, who watches. */
export const USUAL_COST: Omit<Usage, "people" | "messagesInARequest"> = {
  memoryMb: 512,
  overheadMs: 10,
  messageMs: 25,
  logBytes: 700,
  decisionBytes: 350,
  rules: 1,
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

/** US dollars for a million chat messages; connection and channel minutes and Ably's monthly fee come on top. */
export function costOfAMillion(usage: Usage): Cost {
  // inbound, the webhook of each rule, the moderated copy, and its delivery to each reader
  const messages = 1 + usage.rules + 1 + usage.people;
  // what is decided is shown to moderators once for each request of the rule that comes first
  const counted = messages + (1 + usage.watching) / usage.messagesInARequest;
  const ably = counted * prices.ably.perMillionMessages;
  const invocations = (usage.rules * MILLION) / usage.messagesInARequest;
  const seconds = (invocations * usage.overheadMs + usage.rules * MILLION * usage.messageMs) / 1_000;
  const lambda =
    (invocations / MILLION) * prices.lambda.perMillionRequests +
    seconds * (usage.memoryMb / 1_024) * prices.lambda.perGbSecondArm;
  const bytes = invocations * usage.logBytes + usage.rules * MILLION * usage.decisionBytes;
  const logs = (bytes / 1e9) * prices.logs.perGbIngested;
  const { audit, open, decide, finish } = WRITES;
  const writes = usage.auditedShare * audit + usage.caseShare * (open + decide + finish + audit);
  // at most: a container that is asked more than once a second looks once a second
  const reads = (invocations / MILLION) * READS;
  const store = writes * prices.dynamodb.perMillionWriteUnits + reads * prices.dynamodb.perMillionReadUnits;
  return { ably, lambda, logs, store, total: ably + lambda + logs + store };
}
