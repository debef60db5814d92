/** The moderated copy of a message. It is built here from a whitelist: no other field of what a client sent survives. */
import { digest } from "../ids.ts";

export interface OutgoingMessage {
  readonly id: string;
  readonly name: "message";
  readonly clientId: string;
  readonly data: string;
  readonly extras: { readonly headers: Readonly<Record<"source-id" | "source-timestamp" | "starred", string>> };
}

/** What the copy is made of, all of it verified, moderated or counted. */
interface Parts {
  readonly author: string;
  readonly sourceId: string;
  readonly timestamp: number;
  readonly text: string;
  readonly starred: number;
}

/** The pair (author, source id) is what people see as one message, so its id is made of both. */
export const outgoingId = (author: string, sourceId: string): string => `${digest([author, sourceId])}:0`;

/** Build the copy. */
export function outgoingMessage({ author, sourceId, timestamp, text, starred }: Parts): OutgoingMessage {
  const headers = { "source-id": sourceId, "source-timestamp": String(timestamp), starred: String(starred) };
  return { id: outgoingId(author, sourceId), name: "message", clientId: author, data: text, extras: { headers } };
}
