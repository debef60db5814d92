/** Takes a published message away from everybody: by a moderator, or by the person who wrote it. */
import { limits } from "../limits.ts";
import { caseId } from "../store/case-id.ts";
import { tell } from "./decide-case.ts";
import { announceCase, type DeskDeps } from "./desk.ts";
import { type FoundMessage, findBySerial, findOfCase, type PublishedMessage } from "./published.ts";

/** By its serial, or as the message that a case is about. */
export type Removal = ({ readonly room: string; readonly serial: string } | { readonly case: string }) & {
  readonly reason: string;
  /** Which moderator. */
  readonly by: string;
};

export type RemovalOutcome =
  | { readonly ok: true }
  | Extract<FoundMessage, { ok: false }>
  | { readonly ok: false; readonly code: "unknown-case" | "not-yours" };

/** A moderator removes a message; its author is told, and the cases about it are closed. */
export async function removeMessage(removal: Removal, deps: DeskDeps): Promise<RemovalOutcome> {
  const { by, reason } = removal;
  const found = await find(removal, deps);
  if (!found.ok) return found;
  const done = await remove(found.found, deps);
  if (!done.ok) return done;
  const { person, room, author, message } = found.found;
  const entry = { at: deps.now(), by, did: "remove", subject: message.id, reason, person, room, author };
  await Promise.all([
    deps.store.audit.add([entry]),
    tell(found.found, "removed", deps),
    closeCases(found.found, removal, deps),
  ]);
  return { ok: true };
}

/** Somebody removes what that same person wrote. */
export async function removeOwnMessage(
  { room, serial, person }: { readonly room: string; readonly serial: string; readonly person: string },
  deps: DeskDeps,
): Promise<RemovalOutcome> {
  const found = await findBySerial(room, serial, deps);
  if (!found.ok) return found;
  if (found.found.person !== person) return { ok: false, code: "not-yours" };
  return await remove(found.found, deps);
}

async function find(removal: Removal, deps: DeskDeps): Promise<FoundMessage | { ok: false; code: "unknown-case" }> {
  if (!("case" in removal)) return await findBySerial(removal.room, removal.serial, deps);
  const about = await deps.store.cases.get(removal.case);
  return about === undefined ? { ok: false, code: "unknown-case" } : await findOfCase(about, deps);
}

async function remove({ channel, serial }: PublishedMessage, { ably }: DeskDeps): Promise<RemovalOutcome> {
  const removed = await ably.remove(channel, serial, limits.attemptMs);
  return removed.ok ? { ok: true } : { ok: false, code: "ably-unavailable" };
}

async function closeCases({ message }: PublishedMessage, { by, reason }: Removal, deps: DeskDeps): Promise<void> {
  for (const kind of ["flagged", "reported"] as const) {
    const closed = await deps.store.cases.decide(caseId({ kind, message }), { outcome: "removed", by, reason });
    if (closed.ok) announceCase(closed.case, deps);
  }
}
