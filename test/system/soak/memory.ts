/** Does memory grow? What lives after each collection of garbage, over the second half of a run. */
import { median } from "../../bench/table.ts";

/** The share of the second half that is compared: its beginning with its end. */
const SHARE = 1 / 3;

/** Bytes at the beginning and at the end of the second half, as medians of its first and last third. */
export function secondHalfOf(samples: readonly number[]): { readonly begins: number; readonly ends: number } {
  const half = samples.slice(Math.floor(samples.length / 2));
  const part = Math.max(1, Math.floor(half.length * SHARE));
  return { begins: median(half.slice(0, part)), ends: median(half.slice(-part)) };
}
