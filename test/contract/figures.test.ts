/** The charts and the figures of the documents are what the benches measured. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { chartsOf, svgOf } from "../bench/charts.ts";
import { measured, passagesOf, withPassages } from "../bench/documents.ts";
import { addedTo, figureOf, readResults, saveResults } from "../bench/results.ts";

const charts = chartsOf(measured);
const fileOf = (file: string): string => readFileSync(new URL(`../../docs/charts/${file}`, import.meta.url), "utf8");

test.each(charts.map((chart) => [chart.file, chart] as const))(
  "%s is drawn from the measured figures (npm run figures draws it anew)",
  async (file, chart) => {
    for (const { name, points } of chart.lines) expect(points.length, name).toBeGreaterThan(1);
    expect(fileOf(file)).toBe(await svgOf(chart));
  },
);

test("a chart tells a screen reader what it shows, and follows the reader's light or dark", () => {
  for (const { file, title, description } of charts) {
    const svg = fileOf(file);
    expect(svg).toContain(`<title id="title">${title}</title>`);
    expect(svg).toContain(description);
    expect(svg).toContain("prefers-color-scheme:dark");
  }
});

test("what is measured in pieces stands in one file, and what is measured again in place of what was there", async () => {
  const folder = mkdtempSync(join(tmpdir(), "asterism-figures-"));
  try {
    const file = join(folder, "pieces.json");
    const row = (measure: string, ours: string) => ({ measure, ours, other: "", ratio: 1 });
    const piece = (rows: ReturnType<typeof row>[]) => saveResults(file, addedTo(file, [{ title: "a part", rows }]));
    await piece([row("at 10/s", "1 ms"), row("at 100/s", "2 ms")]);
    await piece([row("at 100/s", "3 ms"), row("at 1000/s", "4 ms")]);
    const results = readResults(file);
    expect(["at 10/s", "at 100/s", "at 1000/s"].map((measure) => figureOf(results, measure))).toEqual([1, 3, 4]);
    expect(results.tables.flatMap(({ rows }) => rows)).toHaveLength(3);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each(passagesOf(measured).map((passage) => [passage.page, passage.name, passage] as const))(
  "%s says of %s what was measured (npm run figures writes it anew)",
  (page, _name, passage) => {
    const text = readFileSync(new URL(`../../${page}`, import.meta.url), "utf8");
    expect(passage.text).not.toMatch(/undefined|NaN|Infinity/);
    expect(withPassages(text, [passage])).toBe(text);
  },
);
