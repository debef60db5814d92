/** The results of a run as a file: what documents and charts are made from. */
import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { availableParallelism, cpus, totalmem } from "node:os";
import * as z from "zod";
import { isMet, type Table } from "./table.ts";

/** Writes the tables with the machine and the day on which they were measured. */
export async function saveResults(file: string, tables: readonly Table[]): Promise<void> {
  const results = {
    date: new Date().toISOString().slice(0, 10),
    machine: {
      processor: cpus()[0]?.model.trim() ?? "unknown",
      cores: availableParallelism(),
      memoryGb: Math.round(totalmem() / 2 ** 30),
      node: process.version,
    },
    tables: tables.map(({ title, rows }) => ({ title, rows: rows.map((row) => ({ ...row, met: isMet(row) })) })),
  };
  await writeFile(file, `${JSON.stringify(results, null, 2)}\n`);
}

/** What nothing is compared with has no ratio: NaN, which JSON writes as null. */
const Ratio = z.nullable(z.number()).transform((ratio) => ratio ?? Number.NaN);

/** The rows as they were measured. */
const WithRatios = z.object({
  tables: z.array(
    z.object({
      rows: z.array(
        z.object({
          measure: z.string(),
          ours: z.string(),
          other: z.string(),
          ratio: Ratio,
          target: z.exactOptional(z.object({ at: z.enum(["least", "most"]), ratio: z.number() })),
        }),
      ),
    }),
  ),
});

const Results = z.object({
  date: z.string(),
  machine: z.object({ processor: z.string(), cores: z.number(), memoryGb: z.number(), node: z.string() }),
  tables: z.array(
    z.object({
      title: z.string(),
      rows: z.array(z.object({ measure: z.string(), ours: z.string(), other: z.string(), ratio: Ratio })),
    }),
  ),
});

/**
 * The tables with the rows that the file has before theirs, for what is measured in pieces. A row of the same measure is
 * replaced.
 */
export function addedTo(file: string, tables: readonly Table[]): Table[] {
  const before = existsSync(file) ? WithRatios.parse(JSON.parse(readFileSync(file, "utf8"))).tables : [];
  return tables.map(({ title, rows }, at) => {
    const measured = new Set(rows.map(({ measure }) => measure));
    const others = (before[at]?.rows ?? []).filter(({ measure }) => !measured.has(measure));
    return { title, rows: [...others, ...rows] };
  });
}

export type Results = z.infer<typeof Results>;

/** "Node v20 on 2 cores of AMD EPYC, 2026-11-26". */
export const whereMeasured = ({ date, machine: { cores, processor, node } }: Results): string =>
  `Node ${node} on ${cores} cores of ${processor}, ${date}`;

/** Reads what `saveResults` has written. */
export const readResults = (file: string | URL): Results => Results.parse(JSON.parse(readFileSync(file, "utf8")));

/** Our figure of a row, without its unit; throws when there is no such row. */
export function figureOf({ tables }: Results, measure: string): number {
  const row = tables.flatMap(({ rows }) => rows).find((found) => found.measure === measure);
  const figure = Number.parseFloat((row?.ours ?? "").replaceAll(",", ""));
  if (Number.isNaN(figure)) throw new Error(`there is no figure for ${JSON.stringify(measure)}`);
  return figure;
}

type MeasuredRow = Results["tables"][number]["rows"][number];

/** The rows whose measure matches, each with what the first group matched. */
export const rowsOf = ({ tables }: Results, pattern: RegExp): { readonly match: string; readonly row: MeasuredRow }[] =>
  tables.flatMap(({ rows }) =>
    rows.flatMap((row) => {
      const found = pattern.exec(row.measure);
      return found === null ? [] : [{ match: found[1] ?? "", row }];
    }),
  );

/** How ours compares with the other in a row; throws when there is no such row. */
export function ratioOf({ tables }: Results, measure: string): number {
  const row = tables.flatMap(({ rows }) => rows).find((found) => found.measure === measure);
  if (row === undefined) throw new Error(`there is no figure for ${JSON.stringify(measure)}`);
  return row.ratio;
}
