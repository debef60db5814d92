/** Mutes, bans and lifts, each with its line in the audit: the same for the desk and for the command. */
import { liveEvent } from "../deliver/live.ts";
import { personOf } from "../person.ts";
import type { Sanctioned } from "../store/sanctions.ts";
import type { Store } from "../store/store.ts";
import { announce, type DeskDeps } from "./desk.ts";

export interface SanctionRequest {
  readonly kind: "mute" | "ban" | "lift";
  /** The person, or a client id of that person. */
  readonly person: string;
  /** ms; for good when undefined. */
  readonly until?: number | undefined;
  readonly reason: string;
  /** Which moderator. */
  readonly by: string;
}

export type SanctionOutcome =
  | Extract<Sanctioned, { ok: true }>
  | { readonly ok: false; readonly code: RefusalCode | "unknown-person" };

type RefusalCode = Extract<Sanctioned, { ok: false }>["code"];

/** What a person may look like: the server's own have ten characters, those of a sign-in may have more. */
const PERSON = /^[\w-]{6,64}$/;

/** Can anybody be called this? */
export const isPerson = (person: string): boolean => PERSON.test(person);

/** Sanction a person from the desk: that is in force in this process at once, and the moderators who look are told. */
export async function sanctionAtDesk(request: SanctionRequest, deps: DeskDeps): Promise<SanctionOutcome> {
  const done = await sanctionPerson(deps.store, request);
  if (!done.ok) return done;
  deps.moderation.apply(done.change);
  const { person, kind, until, by } = done.change;
  announce(liveEvent("sanction", { person, kind, until, by }), deps);
  return done;
}

/** Sanction a person; the store writes down who did it. */
export async function sanctionPerson(store: Store, request: SanctionRequest): Promise<SanctionOutcome> {
  const person = personOf(request.person);
  if (!isPerson(person)) return { ok: false, code: "unknown-person" };
  return await store.sanctions.add({ ...request, person });
}
