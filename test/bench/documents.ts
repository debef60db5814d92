/** What the documents say of speed, in the words of the documents, made from what the benches measured. */
import { figureOf, type Results, ratioOf, readResults, rowsOf, whereMeasured } from "./results.ts";

/** The results of a bench, by the name of its file in `measured/`. */
export type Measured = (part: string) => Results;

/** A stretch of a document between `<!-- measured: name -->` and `<!-- /measured -->`. */
export interface Passage {
  /** The page, from the root of the project. */
  readonly page: string;
  readonly name: string;
  readonly text: string;
}

/** All of them. */
export const passagesOf = (read: Measured): Passage[] => [
  { page: "docs/local-ably.md", name: "fan-out", text: fanOut(read("fan-out")) },
  { page: "docs/local-ably.md", name: "broker", text: broker(read("broker")) },
  { page: "server/broker/README.md", name: "costs", text: costs(read("packages"), read("broker")) },
  { page: "docs/accuracy.md", name: "lists", text: lists(read("lists")) },
  { page: "docs/accuracy.md", name: "speed", text: speed(read("engine"), read("lists")) },
  { page: "docs/moderators.md", name: "desk", text: desk(read("desk")) },
  { page: "docs/chat-page.md", name: "page", text: page(read("page")) },
];

/** What the benches wrote with `--json`. */
export const measured: Measured = (part) => readResults(new URL(`measured/${part}.json`, import.meta.url));

/** The page with its passages as they were measured; throws when the page has no place for one. */
export function withPassages(page: string, passages: readonly Passage[]): string {
  return passages.reduce((text, passage) => {
    const place = new RegExp(`(<!-- measured: ${passage.name} -->\n)[\\s\\S]*?(<!-- /measured -->)`);
    if (!place.test(text)) throw new Error(`${passage.page} has no place for ${passage.name}`);
    return text.replace(place, (_, begin, end) => `${begin}${passage.text}\n${end}`);
  }, page);
}

const times = (ratio: number): string => `${ratio.toFixed(2)} ×`;
/** "1.5 to 12 ×", rounded to two digits. */
const rangeOf = (ratios: readonly number[]): string =>
  `${[Math.min(...ratios), Math.max(...ratios)].map((ratio) => Number(ratio.toPrecision(2))).join(" to ")} ×`;

function fanOut(results: Results): string {
  const bySize = rowsOf(results, /^fan-out to ([\d,]+): deliveries, floor$/).sort(
    (a, b) => Number(a.match.replaceAll(",", "")) - Number(b.match.replaceAll(",", "")),
  );
  const rows = bySize.map(({ match, row }) => {
    const ratio = (what: string) => times(ratioOf(results, `fan-out to ${match}: ${what}`));
    return `| ${match} | ${row.ours.replace("/s", "")} | ${times(row.ratio)} | ${ratio("CPU for each, floor")} | ${ratio("p99 to the last, floor")} | ${ratio("deliveries, socket.io")} |`;
  });
  return [
    `${whereMeasured(results)}:`,
    "",
    "| Subscribers | Deliveries a second | to bare `ws` | CPU for each, to bare `ws` | p99 to the last, to bare `ws` | Deliveries, to socket.io |",
    "|---|---|---|---|---|---|",
    ...rows,
  ].join("\n");
}

function broker(results: Results): string {
  const row = (measure: RegExp) => {
    const [found] = rowsOf(results, measure);
    if (found === undefined) throw new Error(`there is no figure for ${measure}`);
    return found.row;
  };
  const publish = row(/^publishes acknowledged to 50 connections, floor$/);
  const data = row(/^publishes acknowledged with a data folder, the storage in memory$/);
  const memory = row(/^memory of one of [\d,]+ attached connections, floor$/);
  const burst = row(/^8 in flight to [\d,]+: CPU for each, floor$/);
  return [
    `${whereMeasured(results)}:`,
    "",
    "| What | asterism | beside | |",
    "|---|---|---|---|",
    `| processor time of a delivery, eight messages in flight | ${burst.ours} | ${burst.other} with bare \`ws\` | ${times(burst.ratio)} |`,
    `| acknowledged publishes of 50 connections | ${publish.ours} | ${publish.other} with a \`ws\` server that parses and acknowledges | ${times(publish.ratio)} |`,
    `| the same with a data folder | ${data.ours} | ${data.other} with the same storage in memory | ${times(data.ratio)} |`,
    `| memory of one of 5,000 attached connections | ${memory.ours} | ${memory.other} with bare \`ws\` | ${times(memory.ratio)} |`,
  ].join("\n");
}

function costs(packages: Results, broker: Results): string {
  const cpu = (measure: RegExp) => {
    const [found] = rowsOf(packages, measure);
    if (found === undefined) throw new Error(`there is no figure for ${measure}`);
    return `${Math.ceil(Number.parseFloat(found.row.ours))} ms`;
  };
  const [memory] = rowsOf(broker, /^memory of one of [\d,]+ attached connections, floor$/);
  return [
    "| Costs | |",
    "|---|---|",
    `| to import | ${cpu(/^import the broker$/)} of one core |`,
    `| to start | ${cpu(/^start the first broker$/)} for the first, ${cpu(/^start the next one$/)} for the next; ${cpu(/data folder/)} with a data folder of 1,000 messages, opened, read and closed |`,
    `| a connection | ${memory?.row.ours} attached, ${times(memory?.row.ratio ?? Number.NaN)} that of a bare \`ws\` |`,
    "",
    `${whereMeasured(packages)}, by \`npm run bench -- packages\`.`,
  ].join("\n");
}

function lists(results: Results): string {
  const [all] = rowsOf(results, /^all (\d+) entries: of 100,000 English sentences$/);
  const [english] = rowsOf(results, /^the English list: of 100,000 English sentences$/);
  const languages = rowsOf(results, /^([a-z]{2}): starred though written otherwise, of 10,000 words$/);
  const [right] = rowsOf(results, /^all languages: disguised words masked exactly$/);
  const most = Math.max(...languages.map(({ row }) => Number(row.ours)));
  return [
    `${whereMeasured(results)}: in ${languages.length} languages ${most === 0 ? "no word is" : `at most ${most} of 10,000 words are`} starred for an entry of another spelling.`,
    `All ${Number(all?.match).toLocaleString("en")} entries together star ${all?.row.ours} such words in 100,000 English sentences, and the English list alone ${english?.row.ours}.`,
    `Words of ${languages.length} languages, disguised, in sentences of their own language are masked exactly in ${right?.row.ours} of the cases.`,
  ].join("\n");
}

function speed(results: Results, ready: Results): string {
  const clean = (size: number) => rowsOf(results, new RegExp(`^${size} words, aho-corasick$`))[0];
  const ratios = (pattern: RegExp) => rangeOf(rowsOf(results, pattern).map(({ row }) => row.ratio));
  const hits = rowsOf(results, /^\d+ words and hits, /).map(({ row }) => row.ours);
  const slowest = Math.max(...rowsOf(results, /: 16 KiB$/).map(({ row }) => Number.parseFloat(row.ours)));
  const [built] = rowsOf(ready, /^100,000 words: ready$/);
  const [memory] = rowsOf(ready, /^100,000 words: memory after the first sign for a letter$/);
  const first = Math.max(
    ...rowsOf(ready, /^the first letter .* of a process$/).map(({ row }) => Number.parseFloat(row.ours)),
  );
  const named = rowsOf(ready, /: time with ten named lists against one, /).map(({ row }) => row.ratio);
  return [
    `${whereMeasured(results)}:`,
    "",
    "| What | asterism | beside |",
    "|---|---|---|",
    `| clean chat lines with 10 words | ${clean(10)?.row.ours} | |`,
    `| clean chat lines with 100,000 words | ${clean(100_000)?.row.ours} | ${ratios(/^\d{4,} words, aho-corasick$/)} an Aho-Corasick automaton, which knows no disguise, from 1,000 words on |`,
    `| clean chat lines, by the length of the list | | ${ratios(/^\d+ words, (?!aho-corasick)/)} the fastest library there that knows disguises |`,
    `| lines of which one in ten holds a hit | ${hits.join(", ")} with 1,000, 10,000 and 100,000 words | ${ratios(/^\d+ words and hits, /)} that library |`,
    `| a list of 100,000 words is ready in | ${built?.row.ours}, and takes ${memory?.row.ours} at most | |`,
    `| the first letter of another style or script in a process | ${first.toFixed(1)} ms at most | |`,
    `| ten lists with names in place of one | | ${rangeOf(named)} its time |`,
    `| 16 KiB of the worst texts that are measured, 1,000 words | ${slowest.toFixed(1)} ms at most | |`,
  ].join("\n");
}

function desk(results: Results): string {
  const ms = (measure: string) => `${Math.round(figureOf(results, measure))} ms`;
  return [
    `${whereMeasured(results)}, the middle of 60 messages: a held message is at the desk after ${ms("held: from the publish to the desk, p50")}, and`,
    `with everybody ${ms("approved: from the decision to a reader, p50")} after you approve it; both together take ${ms("the whole way, p50")}.`,
  ].join("\n");
}

function page(results: Results): string {
  const rows = results.tables.flatMap((table) => table.rows);
  // A browser tells of no task that is shorter, so nothing is 0.
  const figure = (ours: string) => (ours === "0.0 ms" ? "none" : ours);
  return [
    `${whereMeasured(results)}:`,
    "",
    "| | measured | goal |",
    "|---|---|---|",
    ...rows.map(({ measure, ours, other }) => `| ${measure} | ${figure(ours)} | ${other} |`),
  ].join("\n");
}
