/**
 * What people wrote lately, in the memory of this process: for `flood`, slow mode and escalation. Approximate, because a
 * person's messages may meet several containers; bounded in people and in messages of each.
 */
import { keepNewest } from "../keep-newest.ts";
import { policyLimits } from "./limits.ts";

/** A text as a few of its hashes: alike texts share most of them. */
export type Sketch = ReadonlySet<number>;

/** One message of a person. */
export interface Said {
  /** What the sender calls it: a repeated delivery is the same message again. */
  readonly id: string;
  readonly room: string;
  readonly at: number;
  readonly sketch: Sketch;
  /** Was it refused by a rule? */
  readonly blocked: boolean;
}

export interface RecentMessages {
  /** What a person wrote lately, oldest first, the message `id` left out. */
  of(person: string, id: string): readonly Said[];
  add(person: string, said: Said): void;
}

const NOTHING: readonly Said[] = [];

/** Make an empty memory for `people` people at most. */
export function createRecentMessages(people: number = policyLimits.people): RecentMessages {
  const known = new Map<string, readonly Said[]>();
  const setNewest = keepNewest(known, people);
  return {
    of: (person, id) => (known.get(person) ?? NOTHING).filter((said) => said.id !== id),
    add(person, said) {
      const before = (known.get(person) ?? NOTHING).filter(({ id }) => id !== said.id);
      // who was silent longest is forgotten first
      setNewest(person, [...before.slice(1 - policyLimits.remembered), said]);
    },
  };
}

const SHINGLE = 4;

/** The smallest hashes of all stretches of four letters, case, marks and everything but letters and digits aside. */
export function sketchOf(text: string): Sketch {
  const letters = text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "");
  const hashes = new Set<number>();
  for (let from = 0; from === 0 || from + SHINGLE <= letters.length; from += 1) {
    hashes.add(hashOf(letters, from, Math.min(from + SHINGLE, letters.length)));
  }
  return new Set([...hashes].sort((a, b) => a - b).slice(0, policyLimits.sketch));
}

/** FNV-1a. */
function hashOf(text: string, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let i = from; i < to; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

const ALIKE = 0.7;

/** Do two texts share most of what they say? */
export function isAlike(a: Sketch, b: Sketch): boolean {
  let shared = 0;
  for (const hash of a) if (b.has(hash)) shared += 1;
  return shared >= ALIKE * Math.max(a.size, b.size);
}
