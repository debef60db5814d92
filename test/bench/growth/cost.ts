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
  /** Share of the messages that the store keeps something of: held, flagged, blocked or masked. */
  readonly storedShare: number;
}

/** The template's memory, a publish of 25 ms, log lines as they are, one rule, a message in twenty kept. */
export const USUAL_COST: Omit<Usage, "people" | "messagesInARequest"> = {
  memoryMb: 512,
  overheadMs: 10,
  messageMs: 25,
  logBytes: 700,
  decisionBytes: 350,
  rules: 1,
  storedShare: 0.05,
};

export interface Cost {
  readonly ably: number;
  readonly lambda: number;
  readonly logs: number;
  readonly store: number;
  readonly total: number;
}

const MILLION = 1_000_000;

/** US dollars for a million chat messages; connection and channel minutes and Ably's monthly fee come on top. */
export function costOfAMillion(usage: Usage): Cost {
  // inbound, the webhook of each rule, the moderated copy, and its delivery to each reader
  const counted = 1 + usage.rules + 1 + usage.people;
  const ably = counted * prices.ably.perMillionMessages;
  const invocations = (usage.rules * MILLION) / usage.messagesInARequest;
  const seconds = (invocations * usage.overheadMs + usage.rules * MILLION * usage.messageMs) / 1_000;
  const lambda =
    (invocations / MILLION) * prices.lambda.perMillionRequests +
    seconds * (usage.memoryMb / 1_024) * prices.lambda.perGbSecondArm;
  const bytes = invocations * usage.logBytes + usage.rules * MILLION * usage.decisionBytes;
  const logs = (bytes / 1e9) * prices.logs.perGbIngested;
  // a case or an audit entry of up to 1 KB each is one write unit; what is decided on a case is another
  const store = 2 * usage.storedShare * prices.dynamodb.perMillionWriteUnits;
  return { ably, lambda, logs, store, total: ably + lambda + logs + store };
}
