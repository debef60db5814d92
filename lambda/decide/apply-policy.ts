/**
 * Applies a policy to one message, without side effects. The person's sanction comes first, then the room's settings, then
 * the rules; of several actions the strictest is taken. The function, the try box, the back-test and `explain` all use this.
 */
import type { Finding, Span, Subject } from "../policy/conditions/condition.ts";
import type { WordHit } from "../policy/lists.ts";
import type { CompiledRule, Policy } from "../policy/policy.ts";
import type { Said } from "../policy/recent-messages.ts";
import type { Action } from "../policy/schema.ts";
import { isActive, isExempt, type SanctionChange } from "../sanction.ts";
import { slowModeEnd } from "./slow-mode.ts";
import { type Interval, starOut } from "./stars.ts";

/** A message as it came in. */
export interface Incoming {
  readonly text: string;
  /** `lobby`, or what the room is called. */
  readonly room: string;
  /** When it was written, ms. */
  readonly at: number;
}

/** What a decision depends on besides the message. */
export interface Circumstances {
  readonly policy: Policy;
  /** The newest sanction of the author, whether it is in force or not. */
  readonly sanction?: SanctionChange | undefined;
  /** What the author wrote lately. */
  readonly recent: readonly Said[];
  /** What services said about the text, by their names. */
  readonly scores?: Scores | undefined;
  readonly now: number;
}

/** The scores of each service that answered. */
export type Scores = ReadonlyMap<string, Readonly<Record<string, number>>>;

/** A rule that applied. */
export interface Applied {
  readonly name: string;
  readonly action: Action;
  readonly spans: readonly Span[];
  readonly tell?: string;
  readonly why?: string;
}

/** Why a message is not simply published. */
type RulingCode = "muted" | "banned" | "room-locked" | "slow-mode" | "too-fast" | "blocked" | "held" | "starred";

export interface Ruling {
  readonly action: "publish" | Action;
  /** The text as it is, or after a hold would be, published. */
  readonly text: string;
  /** What is starred out in it: ordered, disjoint, offsets in the original. */
  readonly masked: readonly Interval[];
  /** Each rule that applied, in the order of the policy. */
  readonly rules: readonly Applied[];
  readonly code?: RulingCode | undefined;
  /** What the rule that decided tells the sender, where it says anything. */
  readonly tell?: string | undefined;
  /** When the sender may try again, ms. */
  readonly until?: number;
}

/** Apply a policy to one message. Throws when a part of the policy does: then nothing may be published. */
export function applyPolicy(message: Incoming, circumstances: Circumstances): Ruling {
  return refusal(message, circumstances) ?? applyRules(message, circumstances);
}

/** What keeps a message back whatever it says. */
function refusal({ text, room, at }: Incoming, given: Circumstances): Ruling | undefined {
  const { policy, sanction, recent, now } = given;
  const refuse = (code: RulingCode, until?: number): Ruling => {
    return { action: "block", text, masked: [], rules: [], code, ...(until !== undefined && { until }) };
  };
  if (isActive(sanction, now)) return refuse(sanction.kind === "ban" ? "banned" : "muted", sanction.until);
  const { locked, slowModeMs } = policy.settingsOf(room);
  if (locked) return refuse("room-locked");
  const next = isExempt(sanction, now) ? undefined : slowModeEnd({ room, at }, recent, slowModeMs);
  return next === undefined ? undefined : refuse("slow-mode", next);
}

function applyRules(message: Incoming, { policy, sanction, recent, scores, now }: Circumstances): Ruling {
  const { text, at, room } = message;
  const subject: Subject = {
    text,
    at,
    isModerator: isExempt(sanction, now),
    recent: recent.filter((said) => said.at <= at),
    words: onceForEachList(text, policy),
    scores: (service) => scores?.get(service),
  };
  const applied = policy.rulesIn(room).flatMap((rule) => {
    const finding = rule.condition(subject);
    return finding === undefined ? [] : [{ rule, applied: appliedOf(rule, finding) }];
  });
  const rules = applied.map((one) => one.applied);
  const action = strictest(rules);
  const masking = rules.filter((rule) => rule.action === "mask");
  const { text: starred, masked } = starOut(
    text,
    masking.map(({ spans }) => spans),
    policy.find,
  );
  const deciding = applied.filter((one) => one.applied.action === action);
  const tell = deciding.find((one) => one.applied.tell !== undefined)?.applied.tell;
  const code = codeOf(
    action,
    deciding.map(({ rule }) => rule),
  );
  return {
    action,
    text: starred,
    masked,
    rules,
    code,
    tell,
  };
}

/** Looks for the words of each list once, however many rules ask for it. */
function onceForEachList(text: string, policy: Policy): Subject["words"] {
  const known = new Map<string, readonly WordHit[]>();
  return (lists) =>
    lists.flatMap((list) => {
      const hits = known.get(list) ?? policy.find(text, [list]);
      known.set(list, hits);
      return hits;
    });
}

const appliedOf = ({ name, action, tell }: CompiledRule, finding: Finding): Applied => ({
  name,
  action: finding.action ?? action,
  spans: finding.spans,
  ...(tell !== undefined && { tell }),
  ...(finding.why !== undefined && { why: finding.why }),
});

const BY_STRICTNESS = ["block", "hold", "mask", "flag"] as const;

const strictest = (rules: readonly Applied[]): Ruling["action"] =>
  BY_STRICTNESS.find((action) => rules.some((rule) => rule.action === action)) ?? "publish";

function codeOf(action: Ruling["action"], deciding: readonly CompiledRule[]): RulingCode | undefined {
  if (action === "block") return deciding.every(({ isAboutPace }) => isAboutPace) ? "too-fast" : "blocked";
  if (action === "hold") return "held";
  return action === "mask" ? "starred" : undefined;
}
