/** What a bench gives back: rows under a title. */
export interface Table {
  readonly title: string;
  readonly rows: readonly Row[];
}

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

/** The rows of all tables that have a target, each named after its part, which is what its table's title begins with. */
export const goalsOf = (tables: readonly Table[]): Row[] =>
  tables.flatMap(({ title, rows }) =>
    rows
      .filter(({ target }) => target !== undefined)
      .map((row) => ({ ...row, measure: `${title.slice(0, title.indexOf(":"))}: ${row.measure}` })),
  );

/** The table as aligned text. */
export function formatTable({ title, rows }: Table): string {
  const lines = rows.map((row) => [
    row.measure,
    row.ours,
    row.other,
    Number.isNaN(row.ratio) ? "" : row.ratio.toFixed(2),
    row.target === undefined ? "" : `${row.target.at === "least" ? "≥" : "≤"} ${row.target.ratio}`,
    row.target === undefined ? "" : isMet(row) ? "pass" : "FAIL",
  ]);
  const all = [["measure", "ours", "against", "ratio", "target", ""], ...lines];
  const widths = all.reduce<number[]>((wide, line) => line.map((cell, i) => Math.max(wide[i] ?? 0, cell.length)), []);
  const text = all.map((line) =>
    line
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  return `\n${title}\n${text.join("\n")}\n`;
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

/** A row about something that may come to no more than a budget. */
export function budgetRow(
  measure: string,
  ours: number,
  { most, unit, digits = 1 }: { readonly most: number; readonly unit: string; readonly digits?: number },
): Row {
  return {
    measure,
    ours: `${ours.toFixed(digits)} ${unit}`,
    other: `${most} ${unit}`,
    ratio: ours / most,
    target: { at: "most", ratio: 1 },
  };
}
