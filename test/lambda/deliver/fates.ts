/** Fates of messages, made by hand. */
import type { Decision, Judged } from "../../../lambda/decide/decide.ts";
import { outgoingMessage } from "../../../lambda/decide/outgoing.ts";
import type { MessageFate } from "../../../lambda/deliver/fate.ts";

export const NOW = 1_700_000_000_000;
export const CHANNEL = "chat:from-clients";
export const AUTHOR = "Ada.x1y2z3";

export const judged = (more: Partial<Judged> & { readonly sourceId?: string } = {}): Judged => {
  const { sourceId = "m1", ...others } = more;
  const message = outgoingMessage({ author: AUTHOR, sourceId, timestamp: NOW - 40, text: "hello", starred: 0 });
  const ruled = { starred: 0, text: "hello", action: "publish", rules: [] } as const;
  return { channel: "chat:to-clients", room: "lobby", message, ...ruled, ...others };
};

/** The fate of a message of forty milliseconds ago. */
export const fateOf = (decision: Decision, more: Partial<MessageFate> = {}): MessageFate => ({
  entry: {
    kind: "message",
    channel: CHANNEL,
    sourceId: "m1",
    message: { id: "m1", clientId: AUTHOR, timestamp: NOW - 40 },
  },
  decision,
  ...more,
});
