/** What goes wrong with a rule, in the form of Ably's `[meta]log` entries. */
import { type ErrorInfo, errorInfo } from "../errors.ts";
import type { Outcome } from "./attempt.ts";

/** Ably's inner word for an integration of type http. */
const TAG = "reactor.generic.http";

/** One failure of one rule. */
export interface IntegrationReport {
  readonly tag: typeof TAG;
  readonly ruleId: string;
  readonly error: ErrorInfo;
}

/** Receives each failure. */
export type Report = (report: IntegrationReport) => void;

/** The report of a POST that did not succeed. */
export function failedPost(ruleId: string, outcome: Exclude<Outcome, { kind: "cancelled" }>): IntegrationReport {
  if (outcome.kind === "silent") {
    return { tag: TAG, ruleId, error: errorInfo(70001, `unable to post to rule ${ruleId}; ${outcome.reason}`) };
  }
  const message = `unable to post to rule ${ruleId}; statusCode = ${outcome.status}`;
  return { tag: TAG, ruleId, error: errorInfo(outcome.status === 429 ? 42923 : 70002, message) };
}

/** The report of an event that was refused because too many are under way or waiting. */
export function refusedEvent(ruleId: string): IntegrationReport {
  const error = errorInfo(70003, `unable to post to rule ${ruleId}; too many concurrent requests, event discarded`);
  return { tag: TAG, ruleId, error };
}

/** The report of an event that was refused because all rules together call too often. */
export function overRate(ruleId: string, perSecond: number): IntegrationReport {
  const error = errorInfo(42925, `unable to post to rule ${ruleId}; more than ${perSecond} requests a second`);
  return { tag: TAG, ruleId, error };
}

/** The report of batched events that no request delivered in time. */
export function expiredEvents(ruleId: string, count: number, lifeMs: number): IntegrationReport {
  const message = `unable to post to rule ${ruleId}; ${count} event(s) older than ${lifeMs} ms discarded`;
  return { tag: TAG, ruleId, error: errorInfo(70001, message) };
}
