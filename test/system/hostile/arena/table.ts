/** The table of the arena: attack, what the honest waited with and without it, what was lost, who was left without a word. */
import type { Books } from "./honest.ts";
import type { Round } from "./round.ts";

/** How much longer the honest may wait than without the attacker. */
export const WAIT_FACTOR = 1.5;

/** A share of the delays, in whole milliseconds. */
export function quantile(delays: readonly number[], share: number): number {
  const sorted = [...delays].sort((a, b) => a - b);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN);
}

const waits = ({ delays }: Books): string => `${quantile(delays, 0.5)}/${quantile(delays, 0.99)}`;

/** The rounds as aligned text. */
export function formatRounds(rounds: readonly Round[]): string {
  const head = ["attack", "p50/p99 ms without", "with", "said", "lost", "untold", "told", "shut out", "broken"];
  const lines = rounds.map(({ attack, without, beside, broken }) => [
    attack,
    without === undefined ? "" : waits(without),
    beside.delays.length === 0 ? "" : waits(beside),
    String(beside.said),
    String(beside.lost),
    String(beside.untold),
    [...beside.told].map(([what, count]) => `${count} × ${what}`).join(", ") || "0",
    String(beside.shutOut.length),
    [...new Set([...broken, ...beside.shutOut])].join("; ") || "nothing",
  ]);
  const all = [head, ...lines];
  const widths = head.map((_, column) => Math.max(...all.map((line) => line[column]?.length ?? 0)));
  const text = all.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  return `${text.join("\n")}\n`;
}

/** What a round breaks of what is promised, in words; timing counts only where it was measured long enough. */
export function brokenIn({ without, beside, broken }: Round, isTimed: boolean): string[] {
  const slow =
    isTimed && without !== undefined && quantile(beside.delays, 0.99) > WAIT_FACTOR * quantile(without.delays, 0.99);
  return [
    ...broken,
    ...(beside.lost > 0 ? [`${beside.lost} lost`] : []),
    ...(beside.untold > 0 ? [`${beside.untold} untold`] : []),
    ...(beside.told.size > 0 ? [`refused: ${[...beside.told.keys()].join(", ")}`] : []),
    ...(beside.shutOut.length > 0 ? [`${beside.shutOut.length} shut out`] : []),
    ...(slow ? [`the honest waited more than ${WAIT_FACTOR} times as long`] : []),
  ];
}
