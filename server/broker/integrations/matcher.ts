/**
 * The matcher finds the rules that an event fires, and the messages of it that each may have. Pure but for a bounded
 * memory of channel names, so that a publish on a channel without rules costs one look into a Map.
 */
import type { ChannelEvent, Source, WireRecord } from "./event.ts";
import type { IntegrationLimits } from "./limits.ts";
import type { Rule } from "./rule.ts";

/** The channel of the rules' own reports. No rule fires on it: a rule that fails would feed itself. */
const LOG_CHANNEL = "[meta]log";

/** Finds the rules whose source and channel filter fit. */
export interface Matcher {
  match(source: Source, channel: string): readonly Rule[];
}

/** A matcher over a fixed set of rules. */
export function createMatcher(rules: readonly Rule[], limits: IntegrationLimits): Matcher {
  const bySource = new Map<Source, { rules: Rule[]; seen: Map<string, readonly Rule[]> }>();
  for (const rule of rules) {
    const entry = bySource.get(rule.source);
    if (entry) entry.rules.push(rule);
    else bySource.set(rule.source, { rules: [rule], seen: new Map() });
  }
  return {
    match(source, channel) {
      const entry = bySource.get(source);
      if (entry === undefined || channel === LOG_CHANNEL || channel.length > limits.channelChars) return [];
      const known = entry.seen.get(channel);
      if (known !== undefined) return known;
      const found = entry.rules.filter((rule) => rule.filter.test(channel));
      if (entry.seen.size >= limits.rememberedChannels) entry.seen.clear();
      entry.seen.set(channel, found);
      return found;
    },
  };
}

/** The rules that an event fires, each with what it may have of it. */
export const firedBy = (matcher: Matcher, event: ChannelEvent): { rule: Rule; own: ChannelEvent }[] =>
  matcher.match(event.source, event.channel).flatMap((rule) => {
    const own = eventFor(rule, event);
    return own === undefined ? [] : { rule, own };
  });

/** The event without the messages that must not reach this rule; nothing when none is left. */
function eventFor(rule: Rule, event: ChannelEvent): ChannelEvent | undefined {
  if (event.source === "channel.message") {
    const messages = allowed(event.messages, rule.id);
    if (messages === event.messages) return event;
    return messages.length === 0 ? undefined : { ...event, messages };
  }
  if (event.source === "channel.presence") {
    const presence = allowed(event.presence, rule.id);
    if (presence === event.presence) return event;
    return presence.length === 0 ? undefined : { ...event, presence };
  }
  return event;
}

function allowed(records: readonly WireRecord[], ruleId: string): readonly WireRecord[] {
  return records.some((record) => skips(record.extras, ruleId))
    ? records.filter((record) => !skips(record.extras, ruleId))
    : records;
}

/** Ephemeral messages never reach a rule; `extras.privileged.skipRule` is `'*'` or a list of rule ids. */
function skips(extras: unknown, ruleId: string): boolean {
  if (!isObject(extras)) return false;
  if (extras.ephemeral === true) return true;
  const privileged = extras.privileged;
  if (!isObject(privileged)) return false;
  const skip = privileged.skipRule;
  return skip === "*" || (Array.isArray(skip) && (skip.includes(ruleId) || skip.includes("*")));
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
