/** What moderators' work takes from Ably: a publisher, and a look at what was published and its end. */
import * as v from "valibot";
import type { OutgoingMessage } from "../decide/outgoing.ts";
import { type AblyRest, createAblyRest } from "../deliver/ably-rest.ts";
import type { Failure, Publisher } from "../deliver/publisher.ts";
import { createRestPublisher, failureOf, isSuccess, type PublisherConfig, pathOf } from "../deliver/rest-publisher.ts";
import type { Answer } from "../exchange.ts";
import { WireMessage } from "../receive/entry.ts";
import { object, readAs } from "../shape.ts";

const Stored = object({
  ...WireMessage.entries,
  serial: v.nullish(v.string()),
  extras: v.nullish(v.object({ headers: v.nullish(v.record(v.string(), v.unknown())) })),
});

/** A message as a channel holds it; one that was removed has no data and says so in `action`. */
export type StoredMessage = v.InferOutput<typeof Stored>;

export interface HistoryPart {
  /** ms, both inclusive. */
  readonly start?: number | undefined;
  readonly end?: number | undefined;
  readonly newestFirst?: boolean;
  /** Ably takes 1,000 at most. */
  readonly limit: number;
}

type Got<T> = ({ readonly ok: true } & T) | Failure;

export interface DeskAbly extends Publisher {
  /** A message as it is now; `message` is undefined when the channel has none of this serial. */
  message(
    channel: string,
    serial: string,
    timeoutMs: number,
  ): Promise<Got<{ readonly message: StoredMessage | undefined }>>;
  /** Remove a message for everybody. */
  remove(channel: string, serial: string, timeoutMs: number): Promise<Got<object>>;
  /** Put another text in the place of a message's, of one that was removed too. */
  rewrite(
    channel: string,
    change: Pick<OutgoingMessage, "data" | "extras"> & { readonly serial: string },
    timeoutMs: number,
  ): Promise<Got<object>>;
  /** One page of what a channel holds. */
  history(
    channel: string,
    part: HistoryPart,
    timeoutMs: number,
  ): Promise<Got<{ readonly messages: readonly StoredMessage[] }>>;
}

/** Ably's numbers for a message that is not a new one but a change of another, or its end. */
const UPDATE = 1;
const DELETE = 2;

/** Is this what is left of a message that was removed? */
export const isRemoved = ({ action }: StoredMessage): boolean => action === DELETE || action === "message.delete";

/** With the desk's key. */
export function createDeskAbly(config: PublisherConfig, rest: AblyRest = createAblyRest(config)): DeskAbly {
  const messagePath = (channel: string, serial: string) => `${pathOf(channel)}/${encodeURIComponent(serial)}`;
  return {
    ...createRestPublisher(config, rest),
    async message(channel, serial, timeoutMs) {
      const answer = await rest.request("GET", messagePath(channel, serial), { timeoutMs });
      if (answer?.status === 404) return { ok: true, message: undefined };
      if (!succeeded(answer)) return failureOf(answer);
      // some servers answer with a list that holds the one message
      return { ok: true, message: messagesIn([answer.body].flat())[0] };
    },
    async remove(channel, serial, timeoutMs) {
      const answer = await rest.request("PATCH", messagePath(channel, serial), {
        body: { serial, action: DELETE, data: "" },
        timeoutMs,
      });
      return succeeded(answer) ? { ok: true } : failureOf(answer);
    },
    async rewrite(channel, { serial, data, extras }, timeoutMs) {
      const body = { serial, action: UPDATE, name: "message", data, extras };
      const answer = await rest.request("PATCH", messagePath(channel, serial), { body, timeoutMs });
      return succeeded(answer) ? { ok: true } : failureOf(answer);
    },
    async history(channel, { start, end, newestFirst = false, limit }, timeoutMs) {
      const query = new URLSearchParams({ direction: newestFirst ? "backwards" : "forwards", limit: String(limit) });
      if (start !== undefined) query.set("start", String(Math.max(0, start)));
      if (end !== undefined) query.set("end", String(Math.max(0, end)));
      const answer = await rest.request("GET", `${pathOf(channel)}?${query}`, { timeoutMs });
      // a channel that nobody has used yet has no history
      if (answer?.status === 404) return { ok: true, messages: [] };
      if (!succeeded(answer)) return failureOf(answer);
      return { ok: true, messages: messagesIn(answer.body) };
    },
  };
}

const succeeded = (answer: Answer | undefined): answer is Answer => answer !== undefined && isSuccess(answer);

/** Messages that are not ours are skipped. */
const messagesIn = (body: unknown): StoredMessage[] =>
  Array.isArray(body) ? body.flatMap((item) => readAs(Stored, item) ?? []) : [];
