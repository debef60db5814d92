/**
 * Undelivered messages in local mode. The broker acknowledged them and the rule does not deliver them to the function; so
 * their senders are told what the function would tell them.
 */
import { noticesAbout } from "../../lambda/deliver/notices.ts";
import { sourceIdOf } from "../../lambda/receive/entry.ts";
import type { OwnMessage, Undelivered } from "../broker/index.ts";

/** Tells each sender on the notices channel that the message failed and may be sent again. */
export function tellSenders({ messages }: Undelivered, publish: (channel: string, notice: OwnMessage) => void): void {
  const refusals = messages.map(({ id = "", clientId }) => ({
    reason: "not-delivered" as const,
    sender: { sourceId: sourceIdOf(id), message: { id, clientId } },
  }));
  for (const { channel: notices, notice } of noticesAbout(refusals)) publish(notices, notice);
}
