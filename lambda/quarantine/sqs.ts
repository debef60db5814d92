/** The quarantine as an SQS queue. */
import * as v from "valibot";
import type { AwsCall } from "../aws.ts";
import { limits } from "../limits.ts";
import { entryText, readEntry } from "./entry.ts";
import type { Quarantine, Reader } from "./quarantine.ts";

const Sent = v.object({ Failed: v.optional(v.array(v.unknown())) });

const Received = v.object({
  Messages: v.optional(v.array(v.object({ MessageId: v.string(), ReceiptHandle: v.string(), Body: v.string() }))),
});

const Counted = v.object({ Attributes: v.object({ ApproximateNumberOfMessagesNotVisible: v.string() }) });

/** SQS takes ten messages at a time, and 256 KiB (by now more) in all. */
const MOST_IN_BATCH = 10;

/** One call of a reader. */
const CALL_MS = 10_000;

/** Long enough to publish what was received; what a broken run has left is visible again after this. */
const HIDDEN_SECONDS = 300;

type Ask = (action: string, input: object, timeoutMs: number) => Promise<unknown>;

/** The queue at `url`. It throws away what is older than its own retention, which the template sets. */
export function createSqsQuarantine(url: string, call: AwsCall): Quarantine {
  // the queue's own host takes the calls that concern it
  const origin = `${new URL(url).origin}/`;
  const ask: Ask = (action, input, timeoutMs) =>
    call({ service: "sqs", target: `AmazonSQS.${action}`, url: origin, input: { QueueUrl: url, ...input } }, timeoutMs);
  return {
    async keep(entries, timeoutMs) {
      const sent = inBatches(entries.map(entryText)).map(async (bodies) => {
        const Entries = bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody }));
        const { Failed = [] } = v.parse(Sent, await ask("SendMessageBatch", { Entries }, timeoutMs));
        return Failed.length === 0;
      });
      const results = await Promise.allSettled(sent);
      return results.every((result) => result.status === "fulfilled" && result.value) ? "kept" : "failed";
    },
    open: () => openQueue(ask),
  };
}

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

/**
 * What somebody has received is hidden from others for a while; so whoever finds hidden messages is not alone. A pass that
 * takes longer than that would meet them again for ever, so each message is handed out once, and the pass ends at a batch
 * with nothing new in it.
 */
async function openQueue(ask: Ask): Promise<Reader | "busy"> {
  const attributes = { AttributeNames: ["ApproximateNumberOfMessagesNotVisible"] };
  const { Attributes } = v.parse(Counted, await ask("GetQueueAttributes", attributes, CALL_MS));
  if (Number(Attributes.ApproximateNumberOfMessagesNotVisible) > 0) return "busy";
  const seen = new Set<string>();
  const staying: string[] = [];
  return {
    async take() {
      const input = { MaxNumberOfMessages: MOST_IN_BATCH, VisibilityTimeout: HIDDEN_SECONDS, WaitTimeSeconds: 1 };
      const { Messages = [] } = v.parse(Received, await ask("ReceiveMessage", input, CALL_MS));
      const fresh = Messages.filter(({ MessageId }) => !seen.has(MessageId));
      if (fresh.length === 0) return undefined;
      for (const { MessageId } of fresh) seen.add(MessageId);
      return {
        entries: fresh.map(({ Body }) => readEntry(Body)),
        async finish(settled) {
          const done = fresh.filter((_, index) => settled[index] === true);
          staying.push(...fresh.filter((message) => !done.includes(message)).map(({ ReceiptHandle }) => ReceiptHandle));
          const Entries = done.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
          if (Entries.length > 0) await ask("DeleteMessageBatch", { Entries }, CALL_MS);
        },
      };
    },
    async close() {
      while (staying.length > 0) {
        const handles = staying.splice(0, MOST_IN_BATCH);
        const Entries = handles.map((ReceiptHandle, index) => ({
          Id: String(index),
          ReceiptHandle,
          VisibilityTimeout: 0,
        }));
        await ask("ChangeMessageVisibilityBatch", { Entries }, CALL_MS);
      }
    },
  };
}
