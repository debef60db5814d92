/** Takes a published message away from everybody: by a moderator, or by the person who wrote it. */
import type { Failure } from "../deliver/publisher.ts";
import { limits } from "../limits.ts";
import { caseId } from "../store/cases.ts";
import type { Removal } from "../store/removals.ts";
import { tell } from "./decide-case.ts";
import { announceCase, type DeskDeps } from "./desk.ts";
import { type FoundMessage, findBySerial, findOfCase, type PublishedMessage } from "./published.ts";

/** By its serial, or as the message that a case is about. */
export type RemovalWish = ({ readonly room: string; readonly serial: string } | { readonly case: string }) & {
  readonly reason: string;
  /** Which moderator. */
  readonly by: string;
};

export type RemovalOutcome =
  /** `isFinished`: whether it is gone by now, and its author told; otherwise that follows. */
  | { readonly ok: true; readonly isFinished: boolean }
  | Extract<FoundMessage, { ok: false }>
  | { readonly ok: false; readonly code: "unknown-case" | "not-yours" };

/**
 * A moderator removes a message; its author is told, the cases about it are closed, the audit is written. That it is to be
 * removed is stored first, so that what fails, or what a process that ends leaves undone, is done by the next sweep.
 */
export async function removeMessage(wish: RemovalWish, deps: DeskDeps): Promise<RemovalOutcome> {
  const { by, reason } = wish;
  const answer = await find(wish, deps);
  if (!answer.ok) return answer;
  const { room, channel, serial, author, person, message } = answer.found;
  const { id, sourceId } = message;
  const made = { room, channel, serial, author, person, message: { id, sourceId }, by, reason, at: deps.now() };
  const removal = await deps.store.removals.begin(made);
  // another moderator began it, and it is over already
  if (removal === undefined) return { ok: true, isFinished: true };
  const state = await finish(removal, deps);
  return state === "refused" ? { ok: false, code: "ably-unavailable" } : { ok: true, isFinished: state === "done" };
}

/** Do what is left to do of removals, of processes that ended in between too; gives back how many are over now. */
export async function finishRemovals(deps: DeskDeps): Promise<number> {
  let finished = 0;
  for (const removal of await deps.store.removals.list()) {
    if ((await finish(removal, deps)) !== "follows") finished += 1;
  }
  return finished;
}

/** What a removal comes to; all of it may be done twice. Whatever fails leaves it to the next sweep. */
async function finish(removal: Removal, deps: DeskDeps): Promise<"done" | "follows" | "refused"> {
  const { store, onFault } = deps;
  const { message, person, room, author, by, reason, at } = removal;
  try {
    const gone = (await isBack(removal, deps)) ? "done" : await remove(removal, deps);
    if (gone === "rejected") {
      onFault("Ably does not take the removal of a message; see whether the namespace has updates and deletes");
      await store.removals.end(removal);
      return "refused";
    }
    if (gone !== "done" || !(await tell(removal, "removed", deps))) return "follows";
    await closeCases(removal, deps);
    await store.audit.add([{ at, by, did: "remove", subject: message.id, reason, person, room, author }]);
    await store.removals.end(removal);
    return "done";
  } catch {
    onFault("what follows from a removal could not be written down");
    return "follows";
  }
}

/** Somebody removes what that same person wrote. */
export async function removeOwnMessage(
  { room, serial, person }: { readonly room: string; readonly serial: string; readonly person: string },
  deps: DeskDeps,
): Promise<RemovalOutcome> {
  const found = await findBySerial(room, serial, deps);
  if (!found.ok) return found;
  if (found.found.person !== person) return { ok: false, code: "not-yours" };
  const gone = await remove(found.found, deps);
  return gone === "done" ? { ok: true, isFinished: true } : { ok: false, code: "ably-unavailable" };
}

async function find(removal: RemovalWish, deps: DeskDeps): Promise<FoundMessage | { ok: false; code: "unknown-case" }> {
  if (!("case" in removal)) return await findBySerial(removal.room, removal.serial, deps);
  const about = await deps.store.cases.get(removal.case);
  return about === undefined ? { ok: false, code: "unknown-case" } : await findOfCase(about, deps);
}

async function remove(
  { channel, serial }: Pick<PublishedMessage, "channel" | "serial">,
  { ably }: DeskDeps,
): Promise<"done" | Failure["kind"]> {
  const removed = await ably.remove(channel, serial, limits.attemptMs);
  return removed.ok ? "done" : removed.kind;
}

/** Has an appeal brought the message back since? What is left to do then is to say that it was removed. */
async function isBack({ message, at }: Removal, { store }: DeskDeps): Promise<boolean> {
  const appeal = await store.cases.get(caseId({ kind: "appealed", message }));
  return appeal?.outcome === "approved" && (appeal.decidedAt ?? 0) > at;
}

async function closeCases({ message, by, reason }: Removal, deps: DeskDeps): Promise<void> {
  for (const kind of ["flagged", "reported"] as const) {
    const closed = await deps.store.cases.decide(caseId({ kind, message }), { outcome: "removed", by, reason });
    if (closed.ok) announceCase(closed.case, deps);
  }
}
