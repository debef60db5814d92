/** The ids of the messages that one page publishes. */

/**
 * Makes ids of the time, a count and 96 random bits, in digits: the later id is the greater text, an id passes the moderator
 * as everything else does, and digits alone are never a word. `randomUUID` would fail on a plain http address in a local
 * network.
 */
export function createMessageIds(now: () => number): () => string {
  let count = 0;
  return () => {
    count += 1;
    const chance = [...crypto.getRandomValues(new Uint32Array(3))].map((word) => String(word).padStart(10, "0"));
    return [String(now()), String(count).padStart(6, "0"), ...chance].join("");
  };
}
