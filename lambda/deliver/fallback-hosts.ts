/**
 * Which of Ably's hosts is asked: the first one, and for a while after it failed another one, as the SDK does.
 * https://ably.com/docs/platform/architecture/edge-network#dns
 */
import { limits } from "../limits.ts";

const FIRST = "main.realtime.ably.net";
const FALLBACKS = ["a", "b", "c", "d", "e"].map((letter) => `main.${letter}.fallback.ably-realtime.com`);

export interface Hosts {
  /** The host to ask now. */
  current(): string;
  /** The host to ask after `failed`, and from now on for `limits.fallbackMs`; undefined when there is no other. */
  after(failed: string): string | undefined;
}

/** The hosts of Ably's cloud, or `endpoint` alone. `random` (0 to 1) chooses among the fallback hosts. */
export function createHosts(
  endpoint: string | undefined,
  { now, random }: { now: () => number; random: () => number },
): Hosts {
  const first = endpoint ?? FIRST;
  const fallbacks = endpoint === undefined ? FALLBACKS : [];
  let other = first;
  let until = 0;
  return {
    current: () => (now() < until ? other : first),
    after(failed) {
      const left = fallbacks.filter((name) => name !== failed);
      const next = left[Math.floor(random() * left.length)];
      if (next === undefined) return undefined;
      other = next;
      until = now() + limits.fallbackMs;
      return next;
    },
  };
}
