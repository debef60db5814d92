/** The list of cases as the desk holds it: oldest first, each once. */
import type { Case, CasePage, Kind, Outcome } from "../wire.ts";

export const KINDS: readonly Kind[] = ["held", "flagged", "reported", "appealed"];

/** What a moderator can make of a case of this kind; `d` takes the first. */
export const outcomesOf = (kind: Kind): readonly Outcome[] =>
  kind === "held" || kind === "appealed" ? ["approved", "denied"] : ["dismissed", "removed"];

/** Cases of two readings together; what was read later counts. */
export function merged(known: readonly Case[], read: readonly Case[]): Case[] {
  const cases = new Map([...known, ...read].map((one) => [one.id, one]));
  return [...cases.values()].sort((a, b) => Date.parse(a.at) - Date.parse(b.at) || (a.id < b.id ? -1 : 1));
}

/** The newest page, read again: of its stretch only what it holds is still there. `keep` stays in any case. */
export function refreshed(known: readonly Case[], page: CasePage, keep: string | null): Case[] {
  const [oldest] = page.cases;
  const since = page.next === null || oldest === undefined ? Number.NEGATIVE_INFINITY : Date.parse(oldest.at);
  const older = known.filter(({ id, at }) => Date.parse(at) < since || id === keep);
  return merged(older, page.cases);
}

/** The case so many steps away; the last one at an end, the first one when there is no such case. */
export function neighbour(cases: readonly Case[], id: string | null, step: number): Case | undefined {
  const index = cases.findIndex((one) => one.id === id);
  if (index === -1) return cases[0];
  return cases[Math.min(cases.length - 1, Math.max(0, index + step))];
}

/** Which case comes next when this one goes. */
export function successor(cases: readonly Case[], id: string): Case | undefined {
  const next = neighbour(cases, id, 1);
  return next?.id === id ? cases.filter((one) => one.id !== id).at(-1) : next;
}
