/**
 * What travels on the channels, read with suspicion: a message that is not of the agreed form is as good as absent.
 * The function and the page agree on this; nothing here knows the SDK.
 */

import { who } from "../../common/who.ts";
import type { Incoming } from "../message.ts";
import type { Notice, Person } from "../state.ts";

/** The parts of a received message that the page reads. */
export interface Received {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly data?: unknown;
  readonly clientId?: string | undefined;
  readonly timestamp?: number | undefined;
  readonly serial?: string | undefined;
  readonly action?: string | undefined;
  readonly extras?: unknown;
}

/** Event names on the channels. */
export const EVENT = { message: "message", notice: "notice" } as const;

/** A moderated message, or null when it is none. */
export function readMessage(received: Received): Incoming | null {
  const isRemoved = received.action === "message.delete";
  if (received.name !== EVENT.message || (typeof received.data !== "string" && !isRemoved)) return null;
  const headers = field(received.extras, "headers");
  const sourceId = field(headers, "source-id");
  const stamp = Number(field(headers, "source-timestamp") ?? Number.NaN);
  const spans = Number(field(headers, "starred") ?? 0);
  const id = typeof sourceId === "string" ? sourceId : (received.id ?? "");
  return {
    author: who(received.clientId),
    sourceId: id,
    text: isRemoved ? "" : String(received.data),
    time: Number.isSafeInteger(stamp) && stamp > 0 ? stamp : (received.timestamp ?? 0),
    serial: `${received.clientId ?? ""}\n${id}`,
    spans: Number.isSafeInteger(spans) && spans > 0 ? spans : 0,
    ...(received.serial !== undefined && { copy: received.serial }),
    ...(isRemoved && { isRemoved }),
    ...(received.action === "message.update" && { isChanged: true }),
  };
}

/** The moderated messages among these. */
export function readMessages(received: readonly Received[]): Incoming[] {
  return received.map(readMessage).filter((message) => message !== null);
}

/** What the moderator says about our messages, one notice for each; none when it is no notice. */
export function readNotices({ name, data }: Received): Notice[] {
  const also = field(data, "also");
  const sourceIds = [field(data, "source-id"), ...(Array.isArray(also) ? also : [])];
  const outcome = field(data, "outcome");
  if (name !== EVENT.notice || !isOutcome(outcome)) return [];
  const end = Date.parse(text(field(data, "until")));
  const until = Number.isNaN(end) ? null : end;
  const isRuleOwn = field(data, "from-rule") === true;
  const reason = {
    code: text(field(data, "reason")),
    message: text(field(data, "message")),
    ...(isRuleOwn && { isRuleOwn }),
  };
  return sourceIds
    .filter((sourceId) => typeof sourceId === "string")
    .map((sourceId) => ({ sourceId, outcome, reason, until }));
}

/** The outcomes that the page knows; a notice with any other is ignored. */
const OUTCOMES: readonly unknown[] = ["refused", "failed", "held", "approved", "starred", "removed"];

const isOutcome = (outcome: unknown): outcome is Notice["outcome"] => OUTCOMES.includes(outcome);

/** The people behind presence members: everybody once, whatever number of tabs; of their data only the flag. */
export function readPeople(members: readonly { clientId: string; data?: unknown }[]): Person[] {
  const people = new Map<string, Person>();
  for (const { clientId, data } of members) {
    const member = who(clientId);
    const typing = field(data, "typing") === true || people.get(member.person)?.typing === true;
    people.set(member.person, { who: member, typing });
  }
  return [...people.values()];
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
