/**
 * Gets one moderated message out, once. Ably drops an id that it has seen on the channel within two minutes, so
 * everything here may be tried again; past that age the channel's history is asked first, because a webhook comes back
 * for five minutes. Retries use full jitter and end with the time that is left.
 */
import type { OutgoingMessage } from "../decide/decide.ts";
import { limits } from "../limits.ts";
import type { Failure, Ids, Publisher } from "./publisher.ts";
import type { Recent } from "./recent.ts";

export interface Delivered {
  readonly outcome:
    | "published"
    /** It was out already. */
    | "duplicate"
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

export interface RepublishDeps {
  readonly publisher: Publisher;
  readonly recent: Recent;
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly random: () => number;
  /** With nowhere to keep what is in doubt, a double (which every page hides) is better than a loss. */
  readonly publishInDoubt: boolean;
}

/** One outbound channel during one invocation; what its history says is read at most once for each moment. */
export interface OutboundChannel {
  republish(message: OutgoingMessage, sourceTimestamp: number, deadline: number): Promise<Delivered>;
}

/** Open an outbound channel for one invocation. */
export function openChannel(channel: string, deps: RepublishDeps): OutboundChannel {
  const { publisher, recent, now } = deps;
  const history = rememberedHistory(channel, publisher);

  return {
    async republish(message, sourceTimestamp, deadline) {
      const key = recentKey(channel, message.id);
      if (recent.has(key)) return { outcome: "duplicate", attempts: 0 };
      let isNew = false;
      const sent = await withRetries(deadline, deps, async (timeoutMs) => {
        if (!isNew && now() - sourceTimestamp > limits.deduplicationMs) {
          const asked = await history(sourceTimestamp, timeoutMs);
          if (asked.ok && asked.ids.has(message.id)) return { ok: true, duplicate: true };
          if (!asked.ok && asked.kind === "transient") return asked;
          if (!asked.ok && !deps.publishInDoubt) {
            return asked.kind === "denied" ? asked : { ok: false, kind: "unverifiable" };
          }
          isNew = true;
        }
        return await publisher.publish(channel, message, Math.max(1, Math.min(timeoutMs, deadline - now())));
      });
      if (sent.outcome === "published" || sent.outcome === "duplicate") recent.add(key);
      return sent;
    },
  };
}

const recentKey = (channel: string, id: string): string => `${channel}\n${id}`;

function rememberedHistory(channel: string, publisher: Publisher) {
  let known: { since: number; answer: Ids } | undefined;
  return async (timestamp: number, timeoutMs: number): Promise<Ids> => {
    const since = timestamp - limits.clockSkewMs;
    if (known?.answer.ok === true && known.since <= since) return known.answer;
    const answer = await publisher.idsSince(channel, since, timeoutMs);
    known = { since, answer };
    return answer;
  };
}

type Attempt =
  | { readonly ok: true; readonly duplicate?: true }
  | Failure
  | { readonly ok: false; readonly kind: "unverifiable"; readonly code?: undefined; readonly retryAfterMs?: undefined };

/** Try until it works, cannot work, or the next try would not fit before the deadline. */
export async function withRetries(
  deadline: number,
  { now, sleep, random }: Pick<RepublishDeps, "now" | "sleep" | "random">,
  attempt: (timeoutMs: number) => Promise<Attempt>,
): Promise<Delivered> {
  for (let attempts = 0; ; ) {
    const left = deadline - now();
    if (left < limits.leastAttemptMs) return { outcome: attempts === 0 ? "unsent" : "failed", attempts };
    const answer = await attempt(Math.min(limits.attemptMs, left));
    attempts += 1;
    if (answer.ok) return { outcome: answer.duplicate === true ? "duplicate" : "published", attempts };
    const { kind, code } = answer;
    if (kind === "rejected" || kind === "unverifiable") return { outcome: kind, attempts, code };
    const delay = Math.max(answer.retryAfterMs ?? 0, backoff(attempts - 1, random));
    const fits = delay + limits.leastAttemptMs <= deadline - now();
    if (kind === "denied" || !fits) return { outcome: "failed", attempts, code, denied: kind === "denied" };
    await sleep(delay);
  }
}

const backoff = (tries: number, random: () => number): number =>
  random() * Math.min(limits.backoffCapMs, limits.backoffMs * 2 ** Math.min(tries, 10));
