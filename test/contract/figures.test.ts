/** The charts of the documents are what the benches measured. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { chartsOf, measured, svgOf } from "../bench/charts.ts";

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
