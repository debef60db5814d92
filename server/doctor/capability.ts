/** What a key may do against what it needs: pure comparison of Ably capabilities. */

/** Channel name or pattern -> operations. */
export type Capability = Readonly<Record<string, readonly string[]>>;

export interface Comparison {
  /** Needed and not allowed, as `operation on channel`. */
  readonly missing: readonly string[];
  /** Allowed and not needed. */
  readonly excess: readonly string[];
}

/** Compare what a key has with what it needs. */
export function compare(has: Capability, needs: Capability): Comparison {
  return { missing: notCovered(needs, has), excess: notCovered(has, needs) };
}

function notCovered(asked: Capability, given: Capability): string[] {
  return Object.entries(asked).flatMap(([channel, operations]) =>
    operations
      .filter(
        (operation) => !Object.entries(given).some(([other, ops]) => covers(other, channel) && allows(ops, operation)),
      )
      .map((operation) => `${operation} on ${channel}`),
  );
}

const allows = (operations: readonly string[], operation: string): boolean =>
  operations.includes("*") || operations.includes(operation);

/** Ably's rule: `*` at the end stands for one or more segments, elsewhere for exactly one. */
function covers(pattern: string, channel: string): boolean {
  const wanted = pattern.split(":");
  const segments = channel.split(":");
  if (wanted.at(-1) === "*" ? segments.length < wanted.length : segments.length !== wanted.length) return false;
  return wanted.every((segment, index) => segment === "*" || segment === segments[index]);
}
