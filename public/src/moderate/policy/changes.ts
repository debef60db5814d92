/** What is different between policies, part by part, and how two that were changed apart come together again. */
import type { List, PolicyDocument, Room, Rule } from "./document.ts";

/** A list, a rule, a room's settings, or the escalation: what changes as one. */
interface Part {
  readonly kind: "list" | "rule" | "room" | "escalation";
  readonly name: string;
}

export interface Change extends Part {
  /** Undefined where there was none. */
  readonly before: unknown;
  readonly after: unknown;
}

/** A part that one or both have changed. */
export interface Difference extends Part {
  readonly base: unknown;
  readonly mine: unknown;
  readonly theirs: unknown;
  /** Both changed it, and not to the same. */
  readonly isConflict: boolean;
}

type Parts = ReadonlyMap<string, Part & { readonly value: unknown }>;

/** How the second differs from the first. */
export function changesBetween(before: PolicyDocument, after: PolicyDocument): Change[] {
  const [old, fresh] = [partsOf(before), partsOf(after)];
  return keysOf(old, fresh).flatMap((key) => {
    const [was, is] = [old.get(key), fresh.get(key)];
    if (isSame(was?.value, is?.value)) return [];
    return [{ ...named(was ?? is), before: was?.value, after: is?.value }];
  });
}

/** Where mine and theirs part. What only one of them changed is no conflict. */
export function differences(base: PolicyDocument, mine: PolicyDocument, theirs: PolicyDocument): Difference[] {
  const [from, my, their] = [partsOf(base), partsOf(mine), partsOf(theirs)];
  return keysOf(their, my).flatMap((key) => {
    const [was, ours, other] = [from.get(key)?.value, my.get(key)?.value, their.get(key)?.value];
    if (isSame(ours, other)) return [];
    const part = named(my.get(key) ?? their.get(key) ?? from.get(key));
    return [{ ...part, base: was, mine: ours, theirs: other, isConflict: !isSame(was, ours) && !isSame(was, other) }];
  });
}

/** Which of two versions of a part counts. */
export type Choice = "mine" | "theirs" | "both";

/** What a part comes to by a choice; undefined where it is gone. */
export function chosenValue(difference: Difference, choice: Choice): unknown {
  if (choice === "both") return bothOf(difference) ?? difference.mine;
  return choice === "mine" ? difference.mine : difference.theirs;
}

/** Entries that either of the two added, without those that either removed; undefined for what is no list of entries. */
export function bothOf({ base = [], mine, theirs }: Difference): string[] | undefined {
  if (!Array.isArray(base) || !isEntries(mine) || !isEntries(theirs)) return undefined;
  const removed = new Set([mine, theirs].flatMap((list) => entryChanges(base, list).removed));
  return [...new Set([...theirs, ...mine])].filter((entry) => !removed.has(entry));
}

/** The choice that loses nothing. */
export function proposedChoice(difference: Difference): Choice {
  if (!difference.isConflict) return isSame(difference.base, difference.theirs) ? "mine" : "theirs";
  return bothOf(difference) === undefined ? "mine" : "both";
}

/** Theirs, with each part that differs as it was chosen. */
export function together(theirs: PolicyDocument, chosen: ReadonlyMap<Difference, Choice>): PolicyDocument {
  const parts = new Map(partsOf(theirs));
  for (const [difference, choice] of chosen) {
    const value = chosenValue(difference, choice);
    if (value === undefined) parts.delete(keyOf(difference));
    else parts.set(keyOf(difference), { kind: difference.kind, name: difference.name, value });
  }
  const of = <T>(kind: Part["kind"]) =>
    [...parts.values()].filter((part) => part.kind === kind) as (Part & { value: T })[];
  const [escalation] = of<readonly object[]>("escalation");
  return {
    ...(theirs.$schema !== undefined && { $schema: theirs.$schema }),
    lists: Object.fromEntries(of<List>("list").map(({ name, value }) => [name, value])),
    rules: of<Rule>("rule").map(({ value }) => value),
    rooms: Object.fromEntries(of<Room>("room").map(({ name, value }) => [name, value])),
    ...(escalation !== undefined && { escalation: escalation.value }),
  };
}

/** A change in a few words, such as `list slurs: +2 −1`. */
export function inWords({ kind, name, before, after }: Change): string {
  const what = kind === "escalation" ? "escalation" : `${kind} ${name}`;
  if (before === undefined) return `${what}: new`;
  if (after === undefined) return `${what}: removed`;
  const { added, removed } = entryChanges(before, after);
  const counts = [added.length > 0 ? `+${added.length}` : "", removed.length > 0 ? `−${removed.length}` : ""];
  return counts.some(Boolean) ? `${what}: ${counts.filter(Boolean).join(" ")}` : `${what}: changed`;
}

/** Which entries of a list came and went. */
export function entryChanges(before: unknown, after: unknown): { added: string[]; removed: string[] } {
  if (!Array.isArray(before) || !Array.isArray(after)) return { added: [], removed: [] };
  const [old, fresh] = [new Set(before), new Set(after)];
  return { added: after.filter((entry) => !old.has(entry)), removed: before.filter((entry) => !fresh.has(entry)) };
}

function partsOf({ lists = {}, rules, rooms = {}, escalation = [] }: PolicyDocument): Parts {
  const parts = [
    ...Object.entries(lists).map(([name, value]) => ({ kind: "list" as const, name, value })),
    ...rules.map((value) => ({ kind: "rule" as const, name: value.name, value })),
    ...Object.entries(rooms).map(([name, value]) => ({ kind: "room" as const, name, value })),
    { kind: "escalation" as const, name: "", value: escalation },
  ];
  return new Map(parts.map((part) => [keyOf(part), part]));
}

const isEntries = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((entry) => typeof entry === "string");

const keyOf = ({ kind, name }: Part): string => `${kind} ${name}`;
const keysOf = (...all: readonly Parts[]): string[] => [...new Set(all.flatMap((parts) => [...parts.keys()]))];
const named = (part: Part | undefined): Part => ({ kind: part?.kind ?? "rule", name: part?.name ?? "" });

/** Equal whatever the order of their keys. */
function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(ordered(a)) === JSON.stringify(ordered(b));
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, ordered(inner)]));
}
