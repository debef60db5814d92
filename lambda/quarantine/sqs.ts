/** The quarantine as an SQS queue. */
import * as z from "zod/mini";
import type { AwsCall } from "../aws.ts";
import { limits } from "../limits.ts";
import { entryText } from "./json.ts";
import type { Quarantine } from "./quarantine.ts";

const SendMessageBatch = z.object({ Failed: z.optional(z.array(z.unknown())) });

/** SQS takes ten messages at a time, and 256 KiB (by now more) in all. */
const MOST_IN_BATCH = 10;

/** Keep entries in the queue at `url`; every one of them or the answer is no. */
export function createSqsQuarantine(url: string, call: AwsCall): Quarantine {
  return {
    async keep(entries, timeoutMs) {
      const batches = inBatches(entries.map(entryText));
      const sent = batches.map(async (bodies) => {
        const Entries = bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody }));
        const input = { QueueUrl: url, Entries };
        const answer = await call(
          { service: "sqs", target: "AmazonSQS.SendMessageBatch", url: originOf(url), input },
          timeoutMs,
        );
        return (z.parse(SendMessageBatch, answer).Failed ?? []).length === 0;
      });
      const results = await Promise.allSettled(sent);
      return results.every((result) => result.status === "fulfilled" && result.value);
    },
  };
}

/** The queue's own host takes the calls that concern it. */
export const originOf = (url: string): string => `${new URL(url).origin}/`;

function inBatches(bodies: readonly string[]): string[][] {
  const batches: string[][] = [];
  let room = 0;
  for (const body of bodies) {
    const size = Buffer.byteLength(body);
    const batch = batches.at(-1);
    if (batch === undefined || batch.length === MOST_IN_BATCH || size > room) {
      batches.push([body]);
      room = limits.quarantineBytes - size;
    } else {
      batch.push(body);
      room -= size;
    }
  }
  return batches;
}
