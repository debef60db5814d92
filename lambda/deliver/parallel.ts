/** Work on many things side by side, a few at a time. */

/** Works on at most `limit` things at a time, in their order. */
export async function inParallel<T>(
  things: readonly T[],
  limit: number,
  work: (thing: T) => Promise<void>,
): Promise<void> {
  const queue = things.values();
  const worker = async () => {
    for (const thing of queue) await work(thing);
  };
  await Promise.all(Array.from({ length: Math.min(limit, things.length) }, worker));
}
