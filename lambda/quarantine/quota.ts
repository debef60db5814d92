/** How much of the quarantine one person may fill, in the memory of this process. The rest is told, counted and not kept. */
import { keepNewest } from "../keep-newest.ts";
import { limits } from "../limits.ts";

interface Share {
  since: number;
  bytes: number;
  readonly events: Set<string>;
}

export class Quota {
  readonly #shares = new Map<string, Share>();
  readonly #begin = keepNewest(this.#shares, limits.recentEntries);
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Is there room for this event of this person? It counts once, however often it is asked for. */
  allows(person: string, { event, bytes }: { readonly event: string; readonly bytes: number }): boolean {
    const share = this.#shareOf(person);
    if (share.events.has(event)) return true;
    if (share.events.size >= limits.quarantineShare || share.bytes + bytes > limits.quarantineShareBytes) return false;
    share.events.add(event);
    share.bytes += bytes;
    return true;
  }

  /** The share of a person, which begins anew after a while. The share that began first is forgotten first. */
  #shareOf(person: string): Share {
    const known = this.#shares.get(person);
    if (known !== undefined && this.#now() - known.since <= limits.quarantineShareMs) return known;
    const share = { since: this.#now(), bytes: 0, events: new Set<string>() };
    this.#begin(person, share);
    return share;
  }
}
