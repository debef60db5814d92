/** A map that holds so many entries at most: whatever was set longest ago is forgotten first. */

/**
 * Makes the function that sets an entry of `map` as its newest, and forgets the oldest beyond `most`. Its iterator goes on where it
 * stopped: a new one would pass every hole that an earlier deletion left.
 */
export function keepNewest<Value>(map: Map<string, Value>, most: number): (key: string, value: Value) => void {
  const oldestFirst = map.keys();
  return (key, value) => {
    map.delete(key);
    map.set(key, value);
    if (map.size <= most) return;
    const { value: oldest } = oldestFirst.next();
    if (oldest !== undefined) map.delete(oldest);
  };
}
