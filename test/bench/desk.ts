/**
 * `npm run bench -- desk`: how long a held message takes to the desk and, approved, to everybody's screen; and how the desk's
 * page bears a queue of 5,000 cases. Compared with budgets: 150 ms for the whole way, and what people feel as at once.
 */

import { measureApproval } from "./desk/approve.ts";
import { measureQueue } from "./desk/queue.ts";
import type { Progress } from "./progress.ts";
import { median, percentile, type Row, type Table } from "./table.ts";

const WHOLE_MS = 150;
const AT_ONCE_MS = 100;

/** Measures the desk. */
export async function run(_args: readonly string[], show: (table: Table) => void, progress: Progress): Promise<void> {
  progress.step("held, approved, shown");
  const { held, shown, whole } = await measureApproval();
  show({
    title: "desk: held, approved, shown",
    rows: [
      budget("held: from the publish to the desk, p50", median(held)),
      budget("approved: from the decision to a reader, p50", median(shown)),
      budget("the whole way, p50", median(whole), WHOLE_MS),
      budget("the whole way, p99", percentile(whole, 0.99)),
    ],
  });
  progress.step("the queue with 5,000 cases");
  const queue = await measureQueue();
  show({
    title: "desk: the queue with 5,000 cases",
    rows: Object.entries(queue).flatMap(([what, { longest, work }]) => [
      budget(`${what}: the page's work for one step`, work, AT_ONCE_MS),
      budget(`${what}: longest time between two frames`, longest),
    ]),
  });
}

function budget(measure: string, ours: number, most?: number): Row {
  const row = { measure, ours: `${ours.toFixed(1)} ms` };
  if (most === undefined) return { ...row, other: "", ratio: Number.NaN };
  return { ...row, other: `${most} ms`, ratio: ours / most, target: { at: "most", ratio: 1 } };
}
