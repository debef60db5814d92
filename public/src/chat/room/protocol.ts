/**
 * What travels on the channels, read with suspicion: a message that is not of the agreed form is as good as absent.
 * The function and the page agree on this; nothing here knows the SDK.
 */

import { who } from "../../common/who.ts";
import type { Incoming } from "../entries.ts";
import type { Notice, Person } from "../state.ts";

/** The parts of a received message that the page reads. */
export interface Received {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly data?: unknown;
  readonly clientId?: string | undefined;
  readonly timestamp?: number | undefined;
  readonly serial?: string | undefined;
  readonly extras?: unknown;
}

/** Event names on the channels. */
export const EVENT = { message: "message", notice: "notice" } as const;

/** A moderated message, or null when it is none. */
export function readMessage(received: Received): Incoming | null {
  if (received.name !== EVENT.message || typeof received.data !== "string") return null;
  const headers = field(received.extras, "headers");
  const sourceId = field(headers, "source-id");
  const stamp = Number(field(headers, "source-timestamp") ?? Number.NaN);
  const spans = Number(field(headers, "starred") ?? 0);
  return {
    author: who(received.clientId),
    sourceId: typeof sourceId === "string" ? sourceId : (received.id ?? ""),
    text: received.data,
    time: Number.isSafeInteger(stamp) && stamp > 0 ? stamp : (received.timestamp ?? 0),
    serial: received.serial ?? received.id ?? "",
    spans: Number.isSafeInteger(spans) && spans > 0 ? spans : 0,
  };
}

/** The moderated messages among these. */
export function readMessages(received: readonly Received[]): Incoming[] {
  return received.map(readMessage).filter((message) => message !== null);
}

/** What the moderator says about our messages, one notice for each; none when it is no such thing. */
export function readNotices({ name, data }: Received): Notice[] {
  const also = field(data, "also");
  const sourceIds = [field(data, "source-id"), ...(Array.isArray(also) ? also : [])];
  const outcome = field(data, "outcome");
  const author = field(data, "author");
  const message = field(data, "message") ?? field(data, "reason");
  if (name !== EVENT.notice || (outcome !== "refused" && outcome !== "failed")) return [];
  return sourceIds
    .filter((sourceId) => typeof sourceId === "string")
    .map((sourceId) => ({
      sourceId,
      outcome,
      message: typeof message === "string" ? message : "",
      ...(typeof author === "string" && { authorId: author }),
    }));
}

/** The people behind presence members: one for each identity, whatever number of tabs; of their data only the flag. */
export function readPeople(members: readonly { clientId: string; data?: unknown }[]): Person[] {
  const typing = new Map<string, boolean>();
  for (const { clientId, data } of members) {
    typing.set(clientId, field(data, "typing") === true || typing.get(clientId) === true);
  }
  return [...typing]
    .map(([id, flag]) => ({ who: who(id), typing: flag }))
    .sort((a, b) => a.who.name.localeCompare(b.who.name) || a.who.id.localeCompare(b.who.id));
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
