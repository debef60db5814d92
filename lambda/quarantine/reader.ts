/** Reading the quarantine again: what `replay` takes out of it, and what it puts back. */
import { existsSync } from "node:fs";
import { appendFile, readFile, rename, rm } from "node:fs/promises";
import * as z from "zod/mini";
import { type AwsCall, createAwsCall } from "../aws.ts";
import type { FunctionConfig } from "../config.ts";
import { sourceIdOf, WireMessage } from "../receive/parse.ts";
import type { Quarantined } from "./quarantine.ts";
import { originOf } from "./sqs.ts";

const Entry = z.object({
  version: z.literal(1),
  at: z.number(),
  reason: z.string(),
  mode: z.enum(["batch", "single"]),
  what: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("message"), channel: z.string(), sourceId: z.string(), message: WireMessage }),
    z.object({ kind: z.literal("raw"), raw: z.string(), truncated: z.boolean() }),
  ]),
  attempts: z.number(),
  code: z.optional(z.number()),
});

/** Entries that were taken out together, and the way to say which of them need not come back. */
interface Taken {
  /** Undefined where the stored text is no entry; such a line always stays. */
  readonly entries: readonly (Quarantined | undefined)[];
  /** Called once: `settled[i]` tells whether entry `i` is done with. */
  finish(settled: readonly boolean[]): Promise<void>;
}

export interface QuarantineStore {
  /** The next entries, or undefined when there are no more. */
  take(): Promise<Taken | undefined>;
}

function readEntry(text: string): Quarantined | undefined {
  try {
    return z.parse(Entry, JSON.parse(text));
  } catch {
    return undefined;
  }
}

/**
 * A file of JSON lines. It is renamed before it is read, so that the function can go on writing; a run that was cut
 * short leaves the renamed file, and the next run begins with it.
 */
export function openFileStore(path: string): QuarantineStore {
  const claimed = `${path}.replaying`;
  let finished = false;
  return {
    async take() {
      if (finished) return undefined;
      if (!existsSync(claimed)) {
        if (!existsSync(path)) return undefined;
        await rename(path, claimed);
        finished = true;
      }
      const lines = (await readFile(claimed, "utf8")).split("\n").filter((line) => line !== "");
      return {
        entries: lines.map(readEntry),
        async finish(settled) {
          const rest = lines.filter((_, index) => settled[index] !== true);
          if (rest.length > 0) await appendFile(path, `${rest.join("\n")}\n`, { mode: 0o600 });
          await rm(claimed);
        },
      };
    },
  };
}

const Received = z.object({
  Messages: z.optional(z.array(z.object({ MessageId: z.string(), ReceiptHandle: z.string(), Body: z.string() }))),
});

const CALL_MS = 10_000;

/** Long enough to publish what was received; what stays is visible again after this. */
const HIDDEN_SECONDS = 300;

/**
 * An SQS queue; what is not done with becomes visible in it again by itself. A pass that takes longer than that would meet
 * it again for ever, so each message is handed out once, and the pass ends at a batch with nothing new in it.
 */
export function openSqsStore(url: string, call: AwsCall): QuarantineStore {
  const ask = (action: string, input: object) =>
    call(
      {
        service: "sqs",
        target: `AmazonSQS.${action}`,
        url: originOf(url),
        input: { QueueUrl: url, ...input },
      },
      CALL_MS,
    );
  const seen = new Set<string>();
  return {
    async take() {
      const input = { MaxNumberOfMessages: 10, VisibilityTimeout: HIDDEN_SECONDS, WaitTimeSeconds: 1 };
      const { Messages = [] } = z.parse(Received, await ask("ReceiveMessage", input));
      const fresh = Messages.filter(({ MessageId }) => !seen.has(MessageId));
      if (fresh.length === 0) return undefined;
      for (const { MessageId } of fresh) seen.add(MessageId);
      return {
        entries: fresh.map(({ Body }) => readEntry(Body)),
        async finish(settled) {
          const done = fresh.filter((_, index) => settled[index] === true);
          const Entries = done.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
          if (Entries.length > 0) await ask("DeleteMessageBatch", { Entries });
        },
      };
    },
  };
}

/** The store that belongs to a configured quarantine. */
export function openStore(
  target: NonNullable<FunctionConfig["quarantine"]>,
  env: Readonly<Record<string, string | undefined>>,
): QuarantineStore {
  return target.kind === "file" ? openFileStore(target.path) : openSqsStore(target.url, createAwsCall(env));
}

/**
 * What came in on these channels between two moments, as if it were in quarantine: for what Ably itself gave up on while
 * the function could not be reached. Needs persistence on the inbound channels. Most of it was published long ago,
 * which its history tells.
 */
export function openInboundStore(
  channels: readonly string[],
  read: (channel: string) => Promise<unknown[]>,
  now: number,
): QuarantineStore {
  const waiting = [...channels];
  return {
    async take() {
      const channel = waiting.shift();
      if (channel === undefined) return undefined;
      const items = await read(channel);
      return { entries: items.map((item) => asEntry(item, channel, now)), finish: async () => undefined };
    },
  };
}

function asEntry(item: unknown, channel: string, at: number): Quarantined | undefined {
  const message = z.safeParse(WireMessage, item);
  if (!message.success || typeof message.data.id !== "string") return undefined;
  const what = { kind: "message", channel, sourceId: sourceIdOf(message.data.id), message: message.data } as const;
  return { version: 1, at, reason: "inbound", mode: "batch", what, attempts: 0 };
}
