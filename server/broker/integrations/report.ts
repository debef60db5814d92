/** Reports: what goes wrong with a rule, in the form of Ably's `[meta]log` entries, and which messages that costs. */
import { type ErrorInfo, errorInfo } from "../errors.ts";
import type { Outcome } from "./attempt.ts";
import type { ChannelEvent, WireRecord } from "./event.ts";

/** What Ably's log calls an integration of type http. */
const TAG = "reactor.generic.http";

/** One failure of one rule. */
export interface IntegrationReport {
  readonly tag: typeof TAG;
  readonly ruleId: string;
  readonly error: ErrorInfo;
  /** Messages that the rule will not deliver any more, by channel. */
  readonly lost: readonly LostMessages[];
}

/** Messages of one channel that a rule does not deliver. */
interface LostMessages {
  readonly channel: string;
  readonly messages: readonly WireRecord[];
}

/** Receives each failure. */
export type Report = (report: IntegrationReport) => void;

const NOTHING: readonly ChannelEvent[] = [];

function report(ruleId: string, error: ErrorInfo, events: readonly ChannelEvent[]): IntegrationReport {
  const lost = events.flatMap((event) =>
    event.source === "channel.message" ? { channel: event.channel, messages: event.messages } : [],
  );
  return { tag: TAG, ruleId, error, lost };
}

/** The report of a POST that did not succeed; `lost` when it was the last try. */
export function failedPost(
  ruleId: string,
  outcome: Exclude<Outcome, { kind: "cancelled" }>,
  lost = NOTHING,
): IntegrationReport {
  if (outcome.kind === "silent") {
    return report(ruleId, errorInfo(70001, `unable to post to rule ${ruleId}; ${outcome.reason}`), lost);
  }
  const message = `unable to post to rule ${ruleId}; statusCode = ${outcome.status}`;
  return report(ruleId, errorInfo(outcome.status === 429 ? 42923 : 70002, message), lost);
}

/** The report of an event that was refused because too many are under way or waiting. */
export function refusedEvent(ruleId: string, lost: ChannelEvent): IntegrationReport {
  const error = errorInfo(70003, `unable to post to rule ${ruleId}; too many concurrent requests, event discarded`);
  return report(ruleId, error, [lost]);
}

/** The report of all rules together calling too often; `lost` where that costs an event. */
export function overRate(ruleId: string, perSecond: number, lost = NOTHING): IntegrationReport {
  const error = errorInfo(42925, `unable to post to rule ${ruleId}; more than ${perSecond} requests a second`);
  return report(ruleId, error, lost);
}

/** The report of batched events that no request delivered in time. */
export function expiredEvents(ruleId: string, lifeMs: number, lost: readonly ChannelEvent[]): IntegrationReport {
  const message = `unable to post to rule ${ruleId}; ${lost.length} event(s) older than ${lifeMs} ms discarded`;
  return report(ruleId, errorInfo(70001, message), lost);
}

/** The report of events that are not delivered because the broker ends. */
export function abandonedEvents(ruleId: string, lost: readonly ChannelEvent[]): IntegrationReport {
  const message = `unable to post to rule ${ruleId}; the broker ends, ${lost.length} event(s) discarded`;
  return report(ruleId, errorInfo(70001, message), lost);
}

/** The report of events for a rule that the broker no longer has. */
export function orphanedEvents(ruleId: string, lost: readonly { event: ChannelEvent }[]): IntegrationReport {
  const message = `unable to post to rule ${ruleId}; there is no such rule any more, ${lost.length} event(s) discarded`;
  const events = lost.map(({ event }) => event);
  return report(ruleId, errorInfo(70001, message), events);
}
