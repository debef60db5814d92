/**
 * The charts of the documents, made by Vega-Lite from what the benches measured: as SVG that can be read in the light and
 * in the dark, and that tells a screen reader what it shows.
 */
import * as vega from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import type { Measured } from "./documents.ts";
import { type Results, rowsOf, whereMeasured } from "./results.ts";

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

/** All charts. */
export const chartsOf = (read: Measured): Chart[] => [
  delayChart(read("pipeline")),
  listChart(read("engine")),
  fanOutChart(read("fan-out")),
];

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
function pointsOf(results: Results, pattern: RegExp, of: "ours" | "other"): Line["points"] {
  return rowsOf(results, pattern).flatMap(({ match, row }) => {
    const y = numberIn(row[of]);
    return Number.isNaN(y) ? [] : [{ x: numberIn(match), y }];
  });
}

const numberIn = (text: string): number => Number.parseFloat(text.replaceAll(",", ""));

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

/** Lines a second, as microseconds a line. */
const microseconds = (points: Line["points"]): Line["points"] => points.map(({ x, y }) => ({ x, y: 1_000_000 / y }));

function listChart(results: Results): Chart {
  const line = (name: string, pattern: RegExp, of: "ours" | "other"): Line => ({
    name,
    points: microseconds(pointsOf(results, pattern, of)),
  });
  const automaton = /^(\d+) words, aho-corasick$/;
  return {
    file: "list-length.svg",
    title: "Cost against list length",
    description: `Processor time of a clean chat line for each length of the word list; ${whereMeasured(results)}.`,
    x: "words in the list",
    y: "processor time of a line, µs",
    lines: [
      line("asterism", automaton, "ours"),
      line("Aho-Corasick, no disguise", automaton, "other"),
      line("fastest other that knows disguises", /^(\d+) words, (?!aho-corasick)/, "other"),
    ],
    isLogarithmic: true,
  };
}

function fanOutChart(results: Results): Chart {
  const line = (name: string, against: string, of: "ours" | "other"): Line => ({
    name,
    points: pointsOf(results, new RegExp(`^fan-out to ([\\d,]+): deliveries, ${against}$`), of),
  });
  return {
    file: "fan-out.svg",
    title: "Fan-out against subscribers",
    description: `Deliveries a second for each number of subscribers, one message in flight; ${whereMeasured(results)}.`,
    x: "subscribers",
    y: "deliveries a second",
    lines: [
      line("asterism", "floor", "ours"),
      line("bare ws: one buffer to each socket", "floor", "other"),
      line("socket.io", "socket\\.io", "other"),
    ],
    isLogarithmic: false,
  };
}
