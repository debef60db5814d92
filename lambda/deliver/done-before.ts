/**
 * What was done with a message before its author was muted or banned stays done. Two rules bring each message, and a request
 * can be repeated: the second one would refuse what is published, or what waits for a moderator, and tell its author so.
 */
import type { Decision, Rules } from "../decide/decide.ts";
import { limits } from "../limits.ts";
import { personOf } from "../person.ts";
import { caseId } from "../store/cases.ts";
import type { Store } from "../store/store.ts";
import { within } from "./hold.ts";
import { type PublishDeps, publishedKey } from "./publish-once.ts";

interface DoneDeps extends Pick<PublishDeps, "recent" | "sleep">, Pick<Rules, "inForce"> {
  readonly store: Store | undefined;
}

const SANCTIONED: readonly string[] = ["muted", "banned"];

/** Was the message published or held already, when this decision refuses it for a sanction that is younger than it? */
export async function wasDoneBefore(decision: Decision, { inForce, recent, store, sleep }: DoneDeps): Promise<boolean> {
  if (decision.kind !== "refuse" || decision.judged === undefined || !SANCTIONED.includes(decision.reason))
    return false;
  const { channel, message } = decision.judged;
  const { clientId, extras } = message;
  const sanction = inForce.sanctionOf(personOf(clientId));
  if (sanction === undefined || sanction.at < Number(extras.headers["source-timestamp"])) return false;
  if (recent.has(publishedKey(channel, message))) return true;
  if (store === undefined) return false;
  const held = store.cases.get(caseId({ kind: "held", message }));
  return (await within(limits.storeWriteMs, { sleep }, held)) !== undefined;
}
