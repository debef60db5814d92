/** The tables of what was measured of the moderated path: delays by rate and readers, and a soak run. In Markdown. */
import { type Results, whereMeasured } from "../results.ts";
import { type GrowthTable, markdown } from "./markdown.ts";

const MODES = ["direct", "batch", "both"] as const;

/** The delays of each rate and number of readers, beside a publish that nobody moderates and the floor. */
export function pathDelays(results: Results): GrowthTable {
  const rows = results.tables.flatMap((table) => table.rows);
  const find = (measure: string) => rows.find((row) => row.measure === measure);
  const cases = rows.flatMap(({ measure }) => {
    const [, where, rate = "", readers = "10"] = /^both at ((\d+)\/s(?: to (\d+))?): p50$/.exec(measure) ?? [];
    return where === undefined ? [] : [{ where, rate: Number(rate), readers: Number(readers) }];
  });
  const lines = [...cases]
    .sort((a, b) => a.readers - b.readers || a.rate - b.rate)
    .map(({ where, rate, readers }) => {
      const delays = MODES.map((mode) =>
        pair(find(`${mode} at ${where}: p50`)?.ours, find(`${mode} at ${where}: p99`)?.ours),
      );
      // elsewhere a p99 may stand beside its goal
      const floor = pair(find(`direct at ${where}: p50`)?.other, find(`direct at ${where}: p99`)?.other);
      const carried = find(`both at ${where}: carried while it is offered`)?.ours ?? "";
      const wrong = MODES.map((mode) =>
        Number(find(`${mode} at ${where}: lost, doubled, reordered or leaked`)?.ours ?? 0),
      );
      return [
        rate.toLocaleString("en"),
        readers.toLocaleString("en"),
        ...delays,
        floor,
        carried,
        String(wrong.reduce((sum, one) => sum + one, 0)),
      ];
    });
  const head = [
    "messages/s",
    "readers",
    "direct: p50, p99",
    "batch rule",
    "both rules",
    "floor",
    "both carry",
    "lost, doubled, out of order",
  ];
  return { title: `The moderated path on one machine (${whereMeasured(results)})`, lines: markdown(head, lines) };
}

const pair = (p50 = "", p99 = ""): string => `${p50}, ${p99}`;

/** What a soak run tried, and what came of it. */
export function soakFigures(results: Results): GrowthTable {
  const [table] = results.tables;
  const lines = (table?.rows ?? []).map(({ measure, ours, other }) => [
    measure,
    other === "" ? ours : `${ours} (${other})`,
  ]);
  return {
    title: `A ${table?.title ?? "soak"} (${whereMeasured(results)})`,
    lines: markdown(["what", "figure (against)"], lines),
  };
}
