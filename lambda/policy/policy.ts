/** A policy, compiled: what of it concerns a room, ready to be asked about messages. */

import type { Moderator } from "../moderation/index.ts";
import { mask } from "../moderation/result/mask.ts";
import { disjoint } from "../moderation/result/overlaps.ts";
import type { Condition } from "./conditions/condition.ts";
import { prepare } from "./conditions/index.ts";
import type { Words } from "./configured-words.ts";
import { compileLists, type WordLists } from "./lists.ts";
import type { Action, PolicyDocument, ServiceDocument } from "./schema.ts";

export interface CompiledRule {
  readonly name: string;
  readonly action: Action;
  readonly tell: string | undefined;
  readonly condition: Condition;
  /** Does it count messages: is breaking it being too fast? */
  readonly isAboutPace: boolean;
}

interface RoomSettings {
  readonly slowModeMs: number;
  readonly locked: boolean;
}

/** An escalation: after so many refused messages in so much time, the person is under this sanction for so long. */
export interface EscalationStep {
  readonly blocked: number;
  readonly withinMs: number;
  readonly kind: "mute" | "ban";
  /** For good when undefined. */
  readonly forMs: number | undefined;
}

export interface Policy {
  /** 0 is the policy that was deployed. */
  readonly version: number;
  readonly document: PolicyDocument;
  readonly escalation: readonly EscalationStep[];
  /** Must have ended before the first message is decided about. */
  load(): Promise<void>;
  rulesIn(room: string): readonly CompiledRule[];
  settingsOf(room: string): RoomSettings;
  servicesIn(room: string): readonly ServiceDocument[];
  /** What lists find in a text. */
  find: WordLists["find"];
  /** For names, and everything else that is no message: every list of a rule that is more than a flag. */
  readonly names: Moderator;
  /** Does any rule, room or escalation count what people wrote lately? */
  readonly remembers: boolean;
}

export interface PolicyOptions {
  readonly version?: number;
  /** What `words.txt` holds. */
  readonly file: Words;
}

/** Compile a policy; throws on an entry that can never match. */
export function compilePolicy(document: PolicyDocument, { file, version = 0 }: PolicyOptions): Policy {
  const lists = compileLists(document.lists ?? {}, file);
  const { find } = lists;
  const rules = document.rules.map((rule) => ({ rule, prepared: prepare(rule.when) }));
  const nameLists = new Set(rules.flatMap(({ rule }) => (rule.action === "flag" ? [] : (rule.when.words ?? []))));
  const concerning = (room: string) => rules.filter(({ rule }) => rule.rooms?.includes(room) ?? true);
  const compiled = memoised((room) =>
    concerning(room).map(({ rule, prepared }): CompiledRule => {
      const { name, action, tell, when } = rule;
      return { name, action, tell, condition: prepared.condition, isAboutPace: when.flood !== undefined };
    }),
  );
  return {
    version,
    document,
    escalation: (document.escalation ?? []).map(stepOf),
    load: once(async () => void (await Promise.all([lists.load(), ...rules.map(({ prepared }) => prepared.load())]))),
    rulesIn: compiled,
    settingsOf: memoised((room) => {
      const { slowModeSeconds = 0, locked = false } = { ...document.rooms?.["*"], ...document.rooms?.[room] };
      return { slowModeMs: slowModeSeconds * 1_000, locked };
    }),
    servicesIn: memoised((room) => concerning(room).flatMap(({ rule }) => rule.when.service ?? [])),
    find,
    names: moderatorOf(find, [...nameLists]),
    remembers: hasMemory(document),
  };
}

function moderatorOf(find: WordLists["find"], lists: readonly string[]): Moderator {
  const moderate = memoised((name) => {
    const matches = disjoint(find(name, lists));
    return { text: mask(name, matches), matches };
  });
  return { moderate };
}

const hasMemory = ({ rules, rooms = {}, escalation = [] }: PolicyDocument): boolean =>
  escalation.length > 0 ||
  rules.some(({ when }) => when.flood !== undefined) ||
  Object.values(rooms).some(({ slowModeSeconds = 0 }) => slowModeSeconds > 0);

/** Everybody shares one promise, until it fails. */
function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work().catch((error: unknown) => {
      done = undefined;
      throw error;
    });
    return done;
  };
}

/** The most names of rooms, or of people, that are remembered, and the characters of one: anybody can invent one. */
const REMEMBERED_NAMES = 1_000;
const REMEMBERED_NAME_LENGTH = 250;

function memoised<T>(make: (name: string) => T): (name: string) => T {
  const known = new Map<string, T>();
  return (name) => {
    const there = known.get(name);
    if (there !== undefined) return there;
    const made = make(name);
    if (name.length > REMEMBERED_NAME_LENGTH) return made;
    if (known.size >= REMEMBERED_NAMES) known.clear();
    known.set(name, made);
    return made;
  };
}

type Escalation = NonNullable<PolicyDocument["escalation"]>[number];

function stepOf({ blocked, minutes, then }: Escalation): EscalationStep {
  const [kind, time] = "mute" in then ? (["mute", then.mute] as const) : (["ban", then.ban] as const);
  return { blocked, withinMs: minutes * 60_000, kind, forMs: durationMs(time) };
}

const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `15m` in milliseconds; undefined for `forever`, and for what is no time. */
export function durationMs(text: string): number | undefined {
  const { count, unit } = /^(?<count>[1-9]\d{0,3})(?<unit>[smhd])$/.exec(text)?.groups ?? {};
  return unit === undefined ? undefined : Number(count) * UNITS[unit as keyof typeof UNITS];
}
