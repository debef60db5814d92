/**
 * Gets one moderated message out, once. Ably drops an id that it has seen on the channel within two minutes, so
 * everything here may be tried again; past that age the channel's history is asked first, because a webhook comes back
 * for five minutes.
 */
import type { Pace } from "../backoff.ts";
import type { OutgoingMessage } from "../decide/outgoing.ts";
import { limits } from "../limits.ts";
import type { Failure, Ids, Publisher } from "./publisher.ts";
import type { Recent } from "./recent.ts";
import { type Retried, retry } from "./retry.ts";

/** What became of one message. */
export interface Sending {
  readonly outcome:
    | "published"
    /** It was out already. */
    | "duplicate"
    /** It waits for a moderator. */
    | "held"
    /** Ably will never take it. */
    | "rejected"
    /** It is too old to be sure and the history is too long to tell. */
    | "unverifiable"
    /** Ably could not take it in the time there was, or the key may not publish. */
    | "failed"
    /** There was no time left to try. */
    | "unsent";
  readonly attempts: number;
  /** Ably's code for the last failure. */
  readonly code?: number | undefined;
  /** The key may not do this: somebody must act. */
  readonly denied?: boolean;
}

export interface PublishDeps extends Pace {
  readonly publisher: Publisher;
  /** What was published lately. */
  readonly recent: Recent;
  /** With nowhere to keep what is in doubt, a double (which every page hides) is better than a loss. */
  readonly publishInDoubt: boolean;
}

/** One outbound channel during one invocation; its lanes share what its history says. */
export interface OutboundChannel {
  /** `sentAt` is Ably's own stamp on the message as it came. */
  publishOnce(message: OutgoingMessage, sentAt: number, deadline: number): Promise<Sending>;
}

/** What is remembered of a message that was published. */
export const publishedKey = (channel: string, { id }: Pick<OutgoingMessage, "id">): string => `${channel}\n${id}`;

/** Open an outbound channel for one invocation. */
export function openChannel(channel: string, deps: PublishDeps): OutboundChannel {
  const { publisher, recent, now, sleep, random } = deps;
  const history = rememberedHistory(channel, publisher);

  return {
    async publishOnce(message, sentAt, deadline) {
      const key = publishedKey(channel, message);
      if (recent.has(key)) return { outcome: "duplicate", attempts: 0 };
      let isNew = false;
      const attempt = async (timeoutMs: number): Promise<Answer> => {
        if (!isNew && now() - sentAt > limits.deduplicationMs) {
          const asked = await history(sentAt, timeoutMs);
          if (asked.ok && asked.ids.has(message.id)) return { ok: true, duplicate: true };
          if (!asked.ok && asked.kind === "transient") return asked;
          if (!asked.ok && !deps.publishInDoubt) {
            return asked.kind === "denied" ? asked : { ok: false, kind: "unverifiable" };
          }
          isNew = true;
        }
        return await publisher.publish(channel, message, Math.max(1, Math.min(timeoutMs, deadline - now())));
      };
      const patience = { deadline, now, sleep, random };
      const sending = sendingOf(await retry<Success, Failure | Unverifiable>(patience, attempt));
      if (sending.outcome === "published" || sending.outcome === "duplicate") recent.add(key);
      return sending;
    },
  };
}

interface Unverifiable {
  readonly ok: false;
  readonly kind: "unverifiable";
  readonly code?: undefined;
  readonly retryAfterMs?: undefined;
}

type Success = { readonly ok: true; readonly duplicate?: true };
type Answer = Success | Failure | Unverifiable;

function sendingOf(retried: Retried<Success, Failure | Unverifiable>): Sending {
  const { attempts } = retried;
  if (retried.outcome === "untried") return { outcome: "unsent", attempts };
  if (retried.outcome === "done") {
    return { outcome: retried.answer.duplicate === true ? "duplicate" : "published", attempts };
  }
  const { kind, code } = retried.failure;
  if (kind === "rejected" || kind === "unverifiable") return { outcome: kind, attempts, code };
  return { outcome: "failed", attempts, code, denied: kind === "denied" };
}

function rememberedHistory(channel: string, publisher: Publisher) {
  let known: { readonly since: number; readonly answer: Promise<Ids> } | undefined;
  return async (timestamp: number, timeoutMs: number): Promise<Ids> => {
    const since = timestamp - limits.clockSkewMs;
    if (known !== undefined && known.since <= since) {
      const answer = await known.answer;
      if (answer.ok) return answer;
    }
    const answer = publisher.idsSince(channel, since, timeoutMs);
    known = { since, answer };
    return await answer;
  };
}
