/** The author of a message: the client id that Ably verified, and the part of it that somebody chose. */
import type { Moderator } from "../moderation/index.ts";
import type { Reason } from "./reasons.ts";

/** The part of `<name>.<suffix>` that somebody chose; all of an id of another form. */
export const displayName = (clientId: string): string => clientId.replace(/\.[^.]{6}$/, "");

/** Nobody in particular: no client id, or a connection that may be anybody. */
export const isAnonymous = (clientId: string): boolean => clientId === "" || clientId === "*";

/** Why this author may not write; undefined when nothing speaks against it. */
export function refuseAuthor(clientId: string, moderator: Moderator): Reason | undefined {
  if (isAnonymous(clientId)) return "anonymous";
  return moderator.moderate(displayName(clientId)).matches.length > 0 ? "bad-author" : undefined;
}
