/**
 * The inbound history, read as if it were the quarantine: for what Ably itself gave up on while the function could not be
 * reached. Needs persistence on the inbound channels. Most of it was published long ago, which its history tells.
 */
import { sourceIdOf, WireMessage } from "../receive/entry.ts";
import { readAs } from "../shape.ts";
import type { Quarantined } from "./entry.ts";
import type { Reader } from "./quarantine.ts";

/** Hands out the history of one channel after the other; `now` is when that is. */
export function readInbound(
  channels: readonly string[],
  read: (channel: string) => Promise<unknown[]>,
  now: number,
): Reader {
  const waiting = [...channels];
  return {
    async take() {
      const channel = waiting.shift();
      if (channel === undefined) return undefined;
      const items = await read(channel);
      return { entries: items.map((item) => asEntry(item, channel, now)), finish: async () => undefined };
    },
    close: async () => undefined,
  };
}

function asEntry(item: unknown, channel: string, at: number): Quarantined | undefined {
  const message = readAs(WireMessage, item);
  if (typeof message?.id !== "string") return undefined;
  const what = { kind: "message", channel, sourceId: sourceIdOf(message.id), message } as const;
  return { version: 1, at, reason: "inbound", mode: "batch", what, attempts: 0 };
}
