/**
 * The rate limit of each person, in the memory of this process. A few messages are always taken. A longer burst is taken
 * only while it makes nobody else wait, and never beyond the limit. A repeated request gets the same answers again. The
 * requests of one room mostly meet the same process; where they do not, the limit is approximate.
 */
import { toJson } from "../json.ts";
import { keepNewest } from "../keep-newest.ts";
import { limits } from "../limits.ts";
import { personOf } from "../person.ts";
import type { MessageEntry } from "../receive/entry.ts";
import { Recent } from "./recent.ts";

/** `burst`: more than is always taken, so it may make nobody wait. `alone`: a burst while nobody else writes. */
export type Verdict = "steady" | "burst" | "alone" | "too-fast";

/** What one person said lately and was let through: by event, when Ably got it (ms) and how long it is. */
type Said = Map<string, { readonly at: number; readonly characters: number }>;

export class RateLimit {
  readonly #said = new Map<string, Said>();
  readonly #speaks = keepNewest(this.#said, limits.recentEntries);
  readonly #taken: Recent;
  readonly #refused: Recent;
  readonly #now: () => number;
  /** The two people who wrote last. */
  #writers: readonly { readonly person: string; readonly at: number }[] = [];

  constructor(now: () => number) {
    const memory = { entries: limits.recentEntries, ms: limits.recentMs, now };
    this.#taken = new Recent(memory);
    this.#refused = new Recent(memory);
    this.#now = now;
  }

  /** May this be said as well? `event` names it. */
  judge(entry: MessageEntry, event: string): Verdict {
    if (this.#taken.has(event)) return "steady";
    if (this.#refused.has(event)) return "too-fast";
    const at = entry.message.timestamp ?? this.#now();
    const isAlone = this.#isAlone(personIn(entry), at);
    const said = this.#saidBy(entry, at);
    if (said.size >= (isAlone ? limits.aloneBurstMessages : limits.burstMessages)) return this.refuse(entry, event);
    const characters = charactersIn(entry.message.data);
    let sum = characters;
    for (const each of said.values()) sum += each.characters;
    if (sum > limits.burstCharacters) return this.refuse(entry, event);
    said.set(event, { at, characters });
    this.#taken.add(event);
    if (said.size <= limits.steadyMessages) return "steady";
    return isAlone ? "alone" : "burst";
  }

  /** Part of a burst for which there was no time: it counts as not said. */
  refuse(entry: MessageEntry, event: string): "too-fast" {
    this.#said.get(personIn(entry))?.delete(event);
    this.#taken.delete(event);
    this.#refused.add(event);
    return "too-fast";
  }

  /** Did nobody else write for a while? */
  #isAlone(person: string, at: number): boolean {
    const [other] = this.#writers.filter((writer) => writer.person !== person);
    this.#writers = [{ person, at }, ...(other === undefined ? [] : [other])];
    return other === undefined || at - other.at > limits.aloneMs;
  }

  /**
   * What the author said lately: what lies a while before `at` counts no more. Who was silent longest is forgotten
   * first.
   */
  #saidBy(entry: MessageEntry, at: number): Said {
    const person = personIn(entry);
    const said = this.#said.get(person) ?? new Map();
    this.#speaks(person, said);
    for (const [event, each] of said) if (each.at <= at - limits.rateWindowMs) said.delete(event);
    return said;
  }
}

const personIn = ({ message }: MessageEntry): string => personOf(message.clientId ?? "");

/** The length of `data` as it came, still encoded: near enough to tell a flood from a chat. */
const charactersIn = (data: unknown): number =>
  typeof data === "string" || data instanceof Uint8Array ? data.length : (toJson(data)?.length ?? 0);
