/** Links to one message: `#<person>.<id of the message>` behind the address of its room. */
import { keyOf, type Message } from "./message.ts";

const HASH = /^#([A-Za-z0-9_-]{6,10})\.(.{1,600})$/;

/** The part of an address that leads to a message whose author has a person. */
export function hashOf({ author, sourceId }: Pick<Message, "author" | "sourceId">): string {
  return `#${author.person}.${encodeURIComponent(sourceId)}`;
}

/** The key of the message that an address leads to, or null. */
export function keyIn(hash: string): string | null {
  const [, person, id = ""] = HASH.exec(hash) ?? [];
  if (person === undefined) return null;
  try {
    return keyOf({ person }, decodeURIComponent(id));
  } catch {
    return null; // no address of ours
  }
}
