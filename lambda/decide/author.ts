/** The author of a message, who is the client id that Ably verified: whether that one may write. */
import type { Moderator } from "../moderation/index.ts";
import { displayName } from "../person.ts";
import { withoutReordering } from "../policy/reordering.ts";
import type { Reason } from "./reasons.ts";

/** Nobody in particular: no client id, or a connection that may be anybody. */
export const isAnonymous = (clientId: string): boolean => clientId === "" || clientId === "*";

/** Why this author may not write; undefined when nothing speaks against it. */
export function refuseAuthor(clientId: string, moderator: Moderator): Reason | undefined {
  if (isAnonymous(clientId)) return "anonymous";
  const name = displayName(clientId);
  return moderator.moderate(name).matches.length > 0 || withoutReordering(name) !== name ? "bad-author" : undefined;
}
