/**
 * When the messages of one request are published, as `lambda/deliver/lanes.ts` does it: for a moment in the order in which they
 * came, as many in one request to Ably as are each of another author; then authors take turns, a bounded number at a time.
 */

export interface Publishing {
  /** What a request to Ably takes, ms, whatever it carries. */
  readonly publishMs: number;
  /** How long the messages go out in the order in which they came, ms. */
  readonly inOrderMs: number;
  /** Messages in one request to Ably. */
  readonly requestMessages: number;
  /** Authors whose messages are under way at the same time after that. */
  readonly parallelLanes: number;
}

/** For each message, given by its author, when it is out, ms after the work began. */
export function publishedAt(authors: readonly number[], how: Publishing): number[] {
  const out: number[] = [];
  /** The places of each author's messages that are not out, by whose turn comes first. */
  const rota = new Map<number, number[]>();
  for (const [place, author] of authors.entries()) rota.set(author, [...(rota.get(author) ?? []), place]);
  const publish = (turn: readonly number[], at: number) => {
    for (const author of turn) {
      const [place = 0, ...later] = rota.get(author) ?? [];
      out[place] = at;
      rota.delete(author);
      if (later.length > 0) rota.set(author, later);
    }
  };
  let now = 0;
  for (let next = 0; next < authors.length && now < how.inOrderMs; ) {
    const run = runFrom(next, authors, how);
    now += how.publishMs;
    next += run.length;
    publish(run, now);
  }
  while (rota.size > 0) {
    now += how.publishMs;
    publish([...rota.keys()].slice(0, how.parallelLanes), now);
  }
  return out;
}

/** The authors of the next messages, up to the second one of an author. */
function runFrom(next: number, authors: readonly number[], { requestMessages }: Publishing): number[] {
  const run = new Set<number>();
  for (const author of authors.slice(next, next + requestMessages)) {
    if (run.has(author)) break;
    run.add(author);
  }
  return [...run];
}
