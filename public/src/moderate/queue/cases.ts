/** The list of cases as the desk holds it: oldest first, each once. */
import type { Case, CasePage, Kind, Outcome } from "../wire.ts";

export const KINDS: readonly Kind[] = ["held", "flagged", "reported", "appealed"];

/** What a moderator can make of a case of this kind; `d` takes the first. */
export const outcomesOf = (kind: Kind): readonly Outcome[] =>
  kind === "held" || kind === "appealed" ? ["approved", "denied"] : ["dismissed", "removed"];

/** Cases of two readings together; what was read later counts. */
export function merged(known: readonly Case[], read: readonly Case[]): Case[] {
  const cases = new Map([...known, ...read].map((one) => [one.id, one]));
  // The server writes all times alike, so they compare as texts: of five thousand cases none has to be read.
  return [...cases.values()].sort((a, b) => (a.at === b.at ? compare(a.id, b.id) : compare(a.at, b.at)));
}

const compare = (a: string, b: string): number => (a < b ? -1 : 1);

/**
 * The list after its newest page was read again: of the time of that page only its cases are still there, and `keep`.
 */
export function refreshed(known: readonly Case[], page: CasePage, keep: string | null): Case[] {
  const [oldest] = page.cases;
  const since = page.next === null || oldest === undefined ? "" : oldest.at;
  const older = known.filter(({ id, at }) => at < since || id === keep);
  return merged(older, page.cases);
}

/** Cases in a stretch, more or less. */
const STRETCH = 25;

/**
 * The list in stretches, each of which a browser skips as a whole while it is out of sight. A stretch begins where the id of a
 * case says so and not at a number, so that what comes or goes changes no other stretch.
 */
export function stretchesOf(cases: readonly Case[]): readonly (readonly [Case, ...Case[]])[] {
  const stretches: [Case, ...Case[]][] = [];
  for (const one of cases) {
    const last = stretches.at(-1);
    if (last === undefined || isFirst(one.id)) stretches.push([one]);
    else last.push(one);
  }
  return stretches;
}

function isFirst(id: string): boolean {
  let hash = 0;
  for (let index = 0; index < id.length; index += 1) hash = (Math.imul(hash, 31) + id.charCodeAt(index)) >>> 0;
  return hash % STRETCH === 0;
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
