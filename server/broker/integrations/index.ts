/**
 * Webhook rules: what happens on a channel is posted to an HTTP endpoint, after the publish, as Ably's integration rules
 * do it. Knows no connection and no channel object; the broker tells it what happened.
 */
import type { Clock } from "../clock.ts";
import { type Post, type PostRequest, startAttempt } from "./attempt.ts";
import { type Backlog, createBatchSender, type Load, type Sender, type SenderDeps } from "./batch.ts";
import type { ChannelEvent, Source } from "./event.ts";
import { INTEGRATION_LIMITS, type IntegrationLimits } from "./limits.ts";
import { createMatcher, firedBy } from "./matcher.ts";
import { createUndiciPost } from "./post.ts";
import { type KeptPromise, type PromiseBook, type Promised, Promises } from "./promises.ts";
import { createRateGate } from "./rate.ts";
import { orphanedEvents, type Report } from "./report.ts";
import { parseRules, type Rule, type RuleSpec, type SigningKey } from "./rule.ts";
import { createSingleSender } from "./single.ts";

export type { PostRequest, PostRequest as RuleRequest } from "./attempt.ts";
export type { Load } from "./batch.ts";
export type { ChannelEvent, WireRecord } from "./event.ts";
export type { IntegrationReport } from "./report.ts";
export type { RuleSpec } from "./rule.ts";

/** What the rules need to know of the app, and their time, chance and network. */
export interface IntegrationsOptions {
  readonly appId: string;
  readonly site: string;
  readonly rules: readonly RuleSpec[];
  readonly signingKey: (keyId: string) => SigningKey | undefined;
  readonly clock: Clock;
  /** A number in [0, 1), as `Math.random` gives. */
  readonly random: () => number;
  readonly limits?: Partial<IntegrationLimits>;
  readonly post?: Post;
  /** Answers a request in this process; where it gives undefined, the request goes over the network. */
  readonly answersRule?: ((request: PostRequest) => ReturnType<Post> | undefined) | undefined;
  readonly report: Report;
  /** Where what is still to be delivered is written down. */
  readonly promises?: PromiseBook | undefined;
}

export interface RuleBacklog extends Backlog {
  readonly ruleId: string;
}

/** The rules of one app at work. */
export interface Integrations {
  /** Hands an event to the rules that it fires and returns at once. The event is not written down. */
  channelEvent(event: ChannelEvent): void;
  /**
   * Writes an event down for the rules that it fires. Call the answer to hand it over, once its publish is
   * acknowledged.
   */
  promise(event: ChannelEvent): () => void;
  /** Takes up what a broker before this one has not delivered, by the id of the rule. */
  restore(kept: ReadonlyMap<string, readonly KeptPromise[]>): void;
  /** Whether a rule fires on this source and channel: asked first where making the event is work. */
  watches(source: Source, channel: string): boolean;
  /** Whether the rules that fire here would take this much more. */
  hasRoom(source: Source, channel: string, more: Load): boolean;
  /** What each rule has accepted and not delivered. */
  backlogs(): RuleBacklog[];
  /** Delivers what waits, for `ms` at most. */
  drain(ms: number): Promise<void>;
  /** Ends timers and requests under way, and reports what was not delivered. Safe to call twice. */
  close(): Promise<void>;
}

/** Starts the rules; throws one error that names everything wrong with them. */
export function createIntegrations(options: IntegrationsOptions): Integrations {
  const { appId, site, clock, random, report } = options;
  const limits = { ...INTEGRATION_LIMITS, ...options.limits };
  const rules = parseRules(options.rules, options.signingKey);
  const matcher = createMatcher(rules, limits);
  const network = options.post
    ? { post: options.post, close: async (): Promise<void> => {} }
    : createUndiciPost(limits.timeoutMs);
  const post: Post = (request) => options.answersRule?.(request) ?? network.post(request);
  const deps: SenderDeps = {
    clock,
    limits,
    gate: createRateGate(clock.now, limits.requestsPerSecond),
    reserve: rules.some(({ requestMode }) => requestMode === "batch") ? limits.requestsPerSecond / 10 : 0,
    report,
    origin: { appId, site },
    start: (url, delivery) => startAttempt({ post, clock, timeoutMs: limits.timeoutMs }, url, delivery),
  };
  const seriesId = newSeries(random);
  const senderOf = (rule: Rule): Sender =>
    rule.requestMode === "batch" ? createBatchSender(rule, seriesId, deps) : createSingleSender(rule, deps);
  const senders = new Map(rules.map((rule) => [rule, senderOf(rule)]));
  const promises = options.promises && new Promises(options.promises, clock.now, seriesId);
  const offer = (rule: Rule, event: ChannelEvent, promised?: Promised): void => {
    if (closing === undefined) senders.get(rule)?.offer(event, promised);
  };
  let closing: Promise<void> | undefined;

  return {
    channelEvent(event) {
      for (const { rule, own } of firedBy(matcher, event)) offer(rule, own);
    },
    promise(event) {
      const fired = firedBy(matcher, event);
      const promised = fired.map(({ rule, own }) => promises?.make(rule.id, own));
      return () => {
        for (const [at, { rule, own }] of fired.entries()) offer(rule, own, promised[at]);
      };
    },
    restore(kept) {
      for (const [ruleId, all] of kept) {
        const rule = rules.find(({ id }) => id === ruleId);
        if (rule === undefined) report(orphanedEvents(ruleId, all));
        for (const one of all) {
          const promised = promises?.takeUp(ruleId, one);
          if (rule === undefined) promised?.settle();
          else offer(rule, one.event, promised);
        }
      }
    },
    watches: (source, channel) => matcher.match(source, channel).length > 0,
    hasRoom: (source, channel, more) =>
      haveRoom(matcher.match(source, channel), (rule) => senders.get(rule)?.hasRoom(more) === true),
    backlogs: () => [...senders].map(([{ id }, sender]) => ({ ruleId: id, ...sender.backlog() })),
    drain: (ms) => endsWithin(ms, clock, Promise.all([...senders.values()].map((sender) => sender.drain()))),
    close() {
      closing ??= Promise.all([...senders.values()].map((sender) => sender.close())).then(() => network.close());
      return closing;
    },
  };
}

/** Whether each of these rules has room, or a batch rule to the same address brings what the full rule drops. */
function haveRoom(fired: readonly Rule[], hasRoom: (rule: Rule) => boolean): boolean {
  if (fired.every(hasRoom)) return true;
  const withRoom = fired.filter(hasRoom);
  const bring = ({ url }: Rule) => withRoom.some((other) => other.requestMode === "batch" && other.url === url);
  return fired.every((rule) => withRoom.includes(rule) || bring(rule));
}

/** Waits for `work`, and for `ms` at most. */
function endsWithin(ms: number, clock: IntegrationsOptions["clock"], work: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const stop = clock.after(ms, resolve);
    void work.then(() => {
      stop();
      resolve();
    });
  });
}

/** Eight random characters. */
const newSeries = (random: () => number): string =>
  Math.floor(random() * 36 ** 8)
    .toString(36)
    .padStart(8, "0");
