/** A policy tried out before it is saved: on one text, and on what was really said in a room. */
import { inboundOf, parseRoom } from "../channels.ts";
import { applyPolicy, type Ruling } from "../decide/apply-policy.ts";
import { readText } from "../decide/text.ts";
import { limits } from "../limits.ts";
import { personOf } from "../person.ts";
import { compilePolicy, type Policy } from "../policy/policy.ts";
import { createRecentMessages, sketchOf } from "../policy/recent-messages.ts";
import type { Problem } from "../policy/schema.ts";
import type { DeskDeps } from "./desk.ts";
import { checkPolicy } from "./save-policy.ts";

export type Tried =
  | ({ readonly ok: true } & Pick<Ruling, "action" | "text" | "rules" | "code">)
  | { readonly ok: false; readonly code: "invalid-policy"; readonly problems: readonly Problem[] };

/** What a policy would do to a text that somebody says who said nothing else; services are not asked. */
export async function tryPolicy(
  { policy: value, text, room }: { readonly policy: unknown; readonly text: string; readonly room: string },
  deps: Pick<DeskDeps, "words" | "now">,
): Promise<Tried> {
  const compiled = await compile(value, deps);
  if (!compiled.ok) return compiled;
  const now = deps.now();
  const {
    action,
    text: result,
    rules,
    code,
  } = applyPolicy({ text, room, at: now }, { policy: compiled.policy, recent: [], now });
  return { ok: true, action, text: result, rules, ...(code !== undefined && { code }) };
}

type Counts = Readonly<Record<Ruling["action"], number>>;

/** A message that the other policy would have treated otherwise. */
interface Change {
  readonly at: number;
  readonly author: string;
  readonly text: string;
  readonly before: Ruling["action"];
  readonly after: Ruling["action"];
  /** As the other policy would publish it. */
  readonly result: string;
}

interface Backtest {
  /** How many messages there were. */
  readonly messages: number;
  readonly before: Counts;
  readonly after: Counts;
  /** The first of those that change. */
  readonly changes: readonly Change[];
}

export type Backtested =
  | ({ readonly ok: true } & Backtest)
  | Extract<Tried, { ok: false }>
  | { readonly ok: false; readonly code: "unknown-room" | "ably-unavailable" };

/** What a policy would have done to the last messages of a room, beside what the one in force does to them. */
export async function backtestPolicy(
  { policy: value, room, messages }: { readonly policy: unknown; readonly room: string; readonly messages: number },
  deps: DeskDeps,
): Promise<Backtested> {
  if (parseRoom(room) === null) return { ok: false, code: "unknown-room" };
  const after = await compile(value, deps);
  if (!after.ok) return after;
  const part = { newestFirst: true, limit: Math.min(Math.max(1, messages), limits.backtestMessages) };
  const [answer, inForce] = await Promise.all([
    deps.ably.history(inboundOf(room), part, limits.attemptMs),
    deps.moderation.read(),
  ]);
  if (!answer.ok) return { ok: false, code: "ably-unavailable" };
  const said = [...answer.messages].reverse().flatMap((message): PastMessage[] => {
    const read = readText(message, limits.textLength);
    if (!read.ok) return [];
    return [
      { author: message.clientId ?? "", id: message.id ?? "", text: read.text, room, at: message.timestamp ?? 0 },
    ];
  });
  const before = inForce?.policy ?? deps.moderation.fallback;
  return { ok: true, ...backtest(said, { before, after: after.policy }) };
}

/** Something that was said, oldest first. */
interface PastMessage {
  readonly author: string;
  readonly id: string;
  readonly text: string;
  readonly room: string;
  readonly at: number;
}

/** Compare two policies on what was said; sanctions of then are not known any more, and services are not asked. */
function backtest(
  messages: readonly PastMessage[],
  policies: { readonly before: Policy; readonly after: Policy },
): Backtest {
  const [before, after] = [replay(messages, policies.before), replay(messages, policies.after)];
  const changes = messages.flatMap(({ at, author, text }, index): Change[] => {
    const [was, is] = [before[index], after[index]];
    if (was === undefined || is === undefined || (was.action === is.action && was.text === is.text)) return [];
    return [{ at, author, text, before: was.action, after: is.action, result: is.text }];
  });
  return {
    messages: messages.length,
    before: countsOf(before),
    after: countsOf(after),
    changes: changes.slice(0, limits.backtestChanges),
  };
}

/** What the policy decides about each message, in order, because some rules count what a person said before. */
function replay(messages: readonly PastMessage[], policy: Policy): Ruling[] {
  const recent = createRecentMessages();
  return messages.map(({ author, id, text, room, at }) => {
    const person = personOf(author);
    const ruling = applyPolicy({ text, room, at }, { policy, recent: recent.of(person, id), now: at });
    const blocked = ruling.action === "block";
    if (policy.remembers) recent.add(person, { id, room, at, sketch: sketchOf(text), blocked });
    return ruling;
  });
}

function countsOf(rulings: readonly Ruling[]): Counts {
  const counts = { publish: 0, mask: 0, hold: 0, block: 0, flag: 0 };
  for (const { action } of rulings) counts[action] += 1;
  return counts;
}

type Compiled = { readonly ok: true; readonly policy: Policy } | Extract<Tried, { ok: false }>;

async function compile(value: unknown, { words }: Pick<DeskDeps, "words">): Promise<Compiled> {
  const checked = checkPolicy(value);
  if (!checked.ok) return { ok: false, code: "invalid-policy", problems: checked.problems };
  const policy = compilePolicy(checked.document, { file: words });
  await policy.load();
  return { ok: true, policy };
}
