/**
 * The charts of the documents, made by Vega-Lite from what the benches measured: as SVG that can be read in the light and
 * in the dark, and that tells a screen reader what it shows.
 */
import * as vega from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import { type Results, readResults, whereMeasured } from "./results.ts";

export interface Chart {
  /** The name of the file in `docs/charts/`. */
  readonly file: string;
  readonly title: string;
  /** Says what one sees. */
  readonly description: string;
  readonly x: string;
  readonly y: string;
  /** Each line's name, and its points. */
  readonly lines: readonly Line[];
  /** Where both axes are in powers of ten. */
  readonly isLogarithmic: boolean;
}

interface Line {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

/** Readable on white and on black. */
const COLOURS = ["#2f81f7", "#bf8700", "#2da44e", "#cf5cc0"];
const STYLE = "<style>text{fill:#1f2328}@media(prefers-color-scheme:dark){text{fill:#e6edf3}}</style>";

/** All charts. `part` is the name of a bench and of its file. */
export const chartsOf = (read: (part: string) => Results): Chart[] => [delayChart(read("pipeline"))];

/** What the benches wrote with `--json`. */
export const measured = (part: string): Results => readResults(new URL(`measured/${part}.json`, import.meta.url));

/** The chart as SVG. */
export async function svgOf({ title, description, x, y, lines, isLogarithmic }: Chart): Promise<string> {
  const values = lines.flatMap(({ name, points }) => points.map((point) => ({ name, ...point })));
  const scale = { type: isLogarithmic ? "log" : "linear" } as const;
  const spec: TopLevelSpec = {
    width: 460,
    height: 240,
    background: "transparent",
    data: { values },
    mark: { type: "line", point: true },
    encoding: {
      x: { field: "x", type: "quantitative", title: x, scale: { type: "log" }, axis: { values: ticksOf(values) } },
      y: { field: "y", type: "quantitative", title: y, scale, axis: { tickCount: 5 } },
      color: {
        field: "name",
        type: "nominal",
        title: null,
        sort: null,
        legend: { orient: "bottom", labelLimit: 0 },
        scale: { range: COLOURS },
      },
    },
    config: { view: { stroke: "#8888" }, axis: { gridColor: "#8884", domainColor: "#888", tickColor: "#888" } },
  };
  const view = new vega.View(vega.parse(compile(spec).spec), { renderer: "none" });
  const svg = await view.toSVG();
  view.finalize();
  const head = `<title id="title">${title}</title><desc id="desc">${description}</desc>${STYLE}`;
  return `${svg.replace(/^<svg([^>]*)>/, `<svg$1 role="img" aria-labelledby="title desc">${head}`)}\n`;
}

const ticksOf = (points: readonly { readonly x: number }[]): number[] => [...new Set(points.map((point) => point.x))];

/** The points of the rows whose measure matches, by the number in its first group. */
function pointsOf({ tables }: Results, pattern: RegExp, of: "ours" | "other"): Line["points"] {
  return tables.flatMap(({ rows }) =>
    rows.flatMap((row) => {
      const at = pattern.exec(row.measure)?.[1];
      const y = Number.parseFloat(row[of].replaceAll(",", ""));
      return at === undefined || Number.isNaN(y) ? [] : [{ x: Number(at.replaceAll(",", "")), y }];
    }),
  );
}

function delayChart(results: Results): Chart {
  const line = (name: string, mode: string, of: "ours" | "other" = "ours"): Line => ({
    name,
    points: pointsOf(results, new RegExp(`^${mode} at ([\\d,]+)/s: p50$`), of),
  });
  return {
    file: "delay.svg",
    title: "Delay against rate",
    description: `Half of the messages are on every screen within this time, for each rate; 10 readers, ${whereMeasured(results)}.`,
    x: "messages a second",
    y: "median delay, ms",
    lines: [
      line("both rules", "both"),
      line("batch rule", "batch"),
      line("floor: the same hops, empty", "both", "other"),
    ],
    isLogarithmic: true,
  };
}
