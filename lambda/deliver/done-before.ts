/**
 * What was done with a message before its author was muted or banned stays done. Two rules bring each message, and a request
 * can be repeated: the second one would refuse what is published, or what waits for a moderator, and tell its author so.
 */
import { outboundFor } from "../channels.ts";
import { type Decision, isCreate, type Rules } from "../decide/decide.ts";
import { outgoingId } from "../decide/outgoing.ts";
import { limits } from "../limits.ts";
import { personOf } from "../person.ts";
import type { MessageEntry } from "../receive/entry.ts";
import { caseId } from "../store/cases.ts";
import type { Store } from "../store/store.ts";
import { within } from "./hold.ts";
import { type PublishDeps, publishedKey } from "./publish-once.ts";
import type { Recent } from "./recent.ts";

interface DoneDeps extends Pick<PublishDeps, "sleep">, Pick<Rules, "inForce"> {
  readonly store: Store | undefined;
}

/**
 * The id of a message's moderated copy, when this process remembers to have published it. This is asked before anything is
 * decided or counted: where two rules bring each message, it is all that the second one costs.
 */
export function copyIn(recent: Recent, { channel: inbound, sourceId, message }: MessageEntry): string | undefined {
  const channel = outboundFor(inbound);
  if (channel === undefined || !isCreate(message.action)) return undefined;
  const id = outgoingId(message.clientId ?? "", sourceId);
  return recent.has(publishedKey(channel, { id })) ? id : undefined;
}

/** Was the message held already, when this decision refuses it for a sanction that is younger than it? */
export async function wasHeldBefore(decision: Decision, { inForce, store, sleep }: DoneDeps): Promise<boolean> {
  const message = decision.kind === "refuse" ? decision.judged?.message : undefined;
  if (message === undefined || store === undefined) return false;
  const sanctionedAt = inForce.sanctionOf(personOf(message.clientId))?.at ?? 0;
  if (sanctionedAt < Number(message.extras.headers["source-timestamp"])) return false;
  const held = store.cases.get(caseId({ kind: "held", message }));
  return (await within(limits.storeWriteMs, { sleep }, held)) !== undefined;
}
