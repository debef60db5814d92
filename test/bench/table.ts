/** One line of a bench's table. */
export interface Row {
  /** What was measured. */
  readonly measure: string;
  /** Ours, with its unit. */
  readonly ours: string;
  /** What it is compared with, with its unit. */
  readonly other: string;
  /** Ours divided by the other. */
  readonly ratio: number;
  /** Absent on a row that only helps to read the others. */
  readonly target?: Target;
}

/** Where the ratio has to be. */
export interface Target {
  readonly at: "least" | "most";
  readonly ratio: number;
}

/** Whether a row meets its target; one without a target does. */
export function isMet({ ratio, target }: Row): boolean {
  if (target === undefined) return true;
  return target.at === "least" ? ratio >= target.ratio : ratio <= target.ratio;
}

/** Prints rows as an aligned table and answers whether each target is met. */
export function printTable(title: string, rows: readonly Row[]): boolean {
  const lines = rows.map((row) => [
    row.measure,
    row.ours,
    row.other,
    row.ratio.toFixed(2),
    row.target === undefined ? "" : `${row.target.at === "least" ? "≥" : "≤"} ${row.target.ratio}`,
    row.target === undefined ? "" : isMet(row) ? "pass" : "FAIL",
  ]);
  const all = [["measure", "ours", "against", "ratio", "target", ""], ...lines];
  const widths = all.reduce<number[]>((wide, line) => line.map((cell, i) => Math.max(wide[i] ?? 0, cell.length)), []);
  process.stdout.write(`\n${title}\n`);
  for (const line of all) {
    process.stdout.write(
      `${line
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join("  ")
        .trimEnd()}\n`,
    );
  }
  return rows.every(isMet);
}

/** The middle value; of an even number the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The value below which the given share of the values lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
