/**
 * The engine side by side with other filters: how much of what is disguised they find, how much innocent text they
 * leave alone, how fast they are on clean chat lines and with hits as the list grows, and whether our time is linear and
 * bounded.
 */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { createModerator } from "../../lambda/moderation/index.ts";
import { loadWords } from "../../lambda/policy/configured-words.ts";
import { readCorpus } from "../lambda/moderation/corpus.ts";
import {
  combined,
  DICTIONARY,
  DISGUISES,
  drawWords,
  pick,
  type Random,
  SENTENCES,
  seeded,
} from "../lambda/moderation/disguises.ts";
import { innocentRate, KINDS, ratesOf } from "../lambda/moderation/rates.ts";
import { AUTOMATON, FILTERS, OURS } from "./filters.ts";
import { englishSentences, languages, lists } from "./lists.ts";
import { type Progress, print } from "./progress.ts";
import { median, type Row, type Table } from "./table.ts";

const SIZES = [10, 100, 1_000, 10_000, 100_000] as const;
/** A filter slower than this many lines a second is not run with longer lists. */
const TOO_SLOW = 3_000;
/** Nor one that takes this long to compile a tenth of the next list. */
const SLOW_BUILD_MS = 1_500;
const ROUND_MS = 40;
/** What 16 KiB of anything may take. */
const WORST_MS = 4;

/** Milliseconds of processor time: what else the machine does meanwhile does not count. */
const cpuTime = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/**
 * Run all parts, or those named: rates, lists, languages, speed, hits, ready, named, linear,
 * worst. With --quick fewer rounds and
 * cases; with --seed=N other cases.
 */
export async function run(args: readonly string[], show: (table: Table) => void, progress: Progress): Promise<void> {
  const quick = args.includes("--quick");
  const named = args.filter((arg) => !arg.startsWith("--"));
  const wants = (part: string): boolean => {
    const isWanted = named.length === 0 || named.includes(part);
    if (isWanted) progress.step(part);
    return isWanted;
  };
  const seed = Number(args.find((arg) => arg.startsWith("--seed="))?.slice("--seed=".length) ?? 7);
  if (wants("rates")) show(rates(quick ? 300 : 2_000, seed));
  if (wants("lists")) show(lists(print));
  if (wants("languages")) show(languages(quick ? 100 : 400, seed, print));
  if (wants("speed")) show(speed(quick ? 3 : 7, quick));
  if (wants("hits")) show(hits(quick ? 3 : 7));
  if (wants("ready")) show(await ready());
  if (wants("named")) show(namedLists(quick ? 3 : 7));
  if (wants("linear")) show(linear(quick ? 3 : 7));
  if (wants("worst")) show(worst(quick ? 3 : 7));
}

/** Of what is found, the share whose place must be exact. */
const EXACT = 0.9995;
/** Innocent lines that must stay as they are. */
const INNOCENT = 0.997;

function rates(cases: number, seed: number): Table {
  const row = (measure: string, ratio: number, least: number): Row => ({
    measure,
    ours: `${(100 * ratio).toFixed(2)} %`,
    other: "",
    ratio,
    target: { at: "least", ratio: least },
  });
  const kinds = KINDS.map(({ name, target }) => ({ name, target, ...ratesOf(name, { cases, seed }) }));
  const masked = kinds.map(({ name, masked, target }) => row(`${name}: masked exactly`, masked, target));
  const exact = kinds.reduce((sum, { exact }) => sum + exact, 0) / kinds.length;
  const sentences = englishSentences().filter((_, at) => at % 20 === seed % 20);
  const corpus = readCorpus("must-not-match.txt")
    .filter(({ section }) => section === "ordinary sentences")
    .map(({ text }) => text);
  const rows = [
    ...masked,
    row("all kinds: exact places, of what is found", exact, EXACT),
    row("sentences of many languages: untouched", innocentRate(corpus, { lists: 20, seed }), INNOCENT),
    row("English sentences: untouched", innocentRate(sentences, { lists: 3, seed }), INNOCENT),
  ];
  return { title: `engine: of ${cases} generated cases each, and of lines with lists of 1,000 words`, rows };
}

/** Runs of a letter as one: `good` is `god` with a letter repeated, and so not clean where god is listed. */
const squeezed = (word: string): string => word.replace(/(.)\1+/g, "$1");

/** Clean chat lines of about 40 characters: common words, words that no list holds, ordinary punctuation. */
function cleanLines(random: Random, listed: ReadonlySet<string>): string[] {
  const common = COMMON.filter((word) => !listed.has(squeezed(word)));
  const rare = drawWords(random, 4_000, 3, 9).filter((word) => !listed.has(squeezed(word)));
  const lines: string[] = [];
  while (lines.length < 2_000) {
    let line = "";
    while (line.length < 36) line += `${line === "" ? "" : " "}${pick(random, random() < 0.75 ? common : rare)}`;
    lines.push(line.charAt(0).toUpperCase() + line.slice(1) + pick(random, [".", "!", "?", "", "", " :)"]));
  }
  return lines;
}

const COMMON =
  "the be to of and a in that have it for not on with he as you do at this but his by from they we say her she or an will my one all would there their what so up out if about who get which go me when make can like time no just him know take people into year your good some could them see other than then now look only come its over think also back after use two how our work first well way even new want because any these give day most us".split(
    " ",
  );

/** One line in so many holds a word of the list. */
const HIT_EVERY = 10;
/** Rounds before the first that counts: what a hit needs is compiled later than what clean text needs. */
const WARM_UP = 5;
/** Fastest of those that find half of what the best of them finds; the part `speed` shows which those are. */
const DISGUISE_AWARE = "allprofanity";

function hits(rounds: number): Table {
  const random = seeded(12);
  const common = new Set(COMMON);
  const pool = drawWords(random, 100_000, 3, 14).filter((word) => !common.has(word));
  const clean = cleanLines(random, new Set(pool.map(squeezed)));
  const rows: Row[] = [];
  for (const size of SIZES.filter((size) => size >= 1_000)) {
    const words = pool.slice(0, size);
    const lines = clean.map((line, at) =>
      at % HIT_EVERY === 0 ? line.replace(/ \S+/, ` ${pick(random, words)}`) : line,
    );
    const running = [OURS, DISGUISE_AWARE].map((name) => {
      const test = FILTERS.find((filter) => filter.name === name)?.build(words);
      if (test === undefined) throw new Error(`there is no filter ${name}`);
      return { test, times: [] as number[] };
    });
    for (let round = 0; round < rounds + WARM_UP; round += 1) {
      for (const { test, times } of running) {
        const rate = linesPerSecond(test, lines);
        if (round >= WARM_UP) times.push(rate);
      }
    }
    const [ours = 0, other = 0] = running.map(({ times }) => median(times));
    rows.push({
      measure: `${size} words and hits, ${DISGUISE_AWARE}`,
      ours: `${Math.round(ours).toLocaleString("en")}/s`,
      other: `${Math.round(other).toLocaleString("en")}/s`,
      ratio: ours / other,
      target: { at: "least", ratio: 5 },
    });
  }
  return { title: `engine: lines of which one in ${HIT_EVERY} holds a hit`, rows };
}

function speed(rounds: number, quick: boolean): Table {
  const random = seeded(11);
  const sizes = quick ? SIZES.filter((size) => size <= 10_000) : SIZES;
  const drawn = drawWords(random, 100_000, 3, 14);
  const common = new Set(COMMON);
  const pool = drawn.filter((word) => !common.has(word));
  const lines = cleanLines(random, new Set(pool.map(squeezed)));
  const found = detection(random);
  const perSecond = new Map<string, number[]>();
  const stopped = new Set<string>();
  for (const size of sizes) {
    const words = pool.slice(0, size);
    const running: { name: string; test: (text: string) => boolean; times: number[] }[] = [];
    for (const { name, build } of FILTERS) {
      if (stopped.has(name)) continue;
      const start = cpuTime();
      const test = attempt(() => build(words));
      if (cpuTime() - start > SLOW_BUILD_MS) stopped.add(name);
      if (test !== undefined) running.push({ name, test, times: [] });
    }
    for (let round = 0; round < rounds + 1; round += 1) {
      for (const { test, times } of running) {
        const rate = linesPerSecond(test, lines);
        if (round > 0) times.push(rate); // the first round warms up
      }
    }
    for (const { name, times } of running) {
      const rate = median(times);
      perSecond.set(name, [...(perSecond.get(name) ?? []), rate]);
      if (rate < TOO_SLOW) stopped.add(name);
    }
  }
  printRates(sizes, perSecond, found);
  return compare(sizes, perSecond, found);
}

function attempt<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined; // one RegExp of 100,000 words is more than the engine takes
  }
}

function linesPerSecond(test: (text: string) => boolean, lines: readonly string[]): number {
  const start = cpuTime();
  let count = 0;
  let elapsed = 0;
  while (elapsed < ROUND_MS) {
    for (let i = 0; i < 10; i += 1) test(lines[count++ % lines.length] ?? "");
    elapsed = cpuTime() - start;
  }
  return (count * 1_000) / elapsed;
}

interface Detection {
  readonly disguised: number;
  readonly innocent: number;
}

/** The share of disguised words each filter finds, and of innocent lines it leaves alone. */
function detection(random: Random): ReadonlyMap<string, Detection> {
  const words = drawWords(random, 200, 4, 10);
  const kinds = [...Object.values(DISGUISES), combined];
  const disguised = Array.from({ length: 600 }, (_, i) =>
    pick(random, SENTENCES).replace("_", () => kinds[i % kinds.length]?.(pick(random, words), random) ?? ""),
  );
  const innocent = readCorpus("must-not-match.txt").map(({ text }) => text);
  const share = (all: readonly string[], test: (text: string) => boolean): number =>
    all.filter(test).length / all.length;
  return new Map(
    FILTERS.map(({ name, build }) => {
      const test = build(words);
      return [name, { disguised: share(disguised, test), innocent: share(innocent, (text) => !test(text)) }];
    }),
  );
}

function printRates(
  sizes: readonly number[],
  perSecond: ReadonlyMap<string, number[]>,
  found: ReadonlyMap<string, Detection>,
): void {
  print("\nClean chat lines a second, medians, by words in the list; disguised words found; innocent lines left alone");
  print(
    [
      "".padEnd(16),
      ...sizes.map((size) => String(size).padStart(10)),
      "found".padStart(9),
      "innocent".padStart(9),
    ].join(" "),
  );
  for (const [name, list] of perSecond) {
    const cells = sizes.map((_, i) =>
      (list[i] === undefined ? "-" : Math.round(list[i] ?? 0).toLocaleString("en")).padStart(10),
    );
    const { disguised = 0, innocent = 0 } = found.get(name) ?? {};
    print([name.padEnd(16), ...cells, percent(disguised).padStart(9), percent(innocent).padStart(9)].join(" "));
  }
}

function compare(
  sizes: readonly number[],
  perSecond: ReadonlyMap<string, number[]>,
  found: ReadonlyMap<string, Detection>,
): Table {
  const rate = (name: string, index: number): number => perSecond.get(name)?.[index] ?? 0;
  const show = (value: number): string => `${Math.round(value).toLocaleString("en")}/s`;
  const best = Math.max(...FILTERS.map(({ name }) => (name === OURS ? 0 : (found.get(name)?.disguised ?? 0))));
  // none finds half of these disguises: those count that find half of what the best of them does
  const aware = FILTERS.map(({ name }) => name).filter(
    (name) => name !== OURS && (found.get(name)?.disguised ?? 0) >= best / 2,
  );
  const row = (measure: string, [ours, other]: readonly [number, number], least?: number): Row => {
    const measured = { measure, ours: show(ours), other: show(other), ratio: ours / other };
    return least === undefined ? measured : { ...measured, target: { at: "least", ratio: least } };
  };
  const rows: Row[] = [];
  for (const [index, size] of sizes.entries()) {
    const ours = rate(OURS, index);
    const fastest = aware.reduce((a, b) => (rate(b, index) > rate(a, index) ? b : a), aware[0] ?? "");
    // a short list is no contest: it only shows where the line begins
    const least = (ratio: number) => (size < 1_000 ? undefined : ratio);
    if (rate(fastest, index) > 0) rows.push(row(`${size} words, ${fastest}`, [ours, rate(fastest, index)], least(5)));
    rows.push(row(`${size} words, ${AUTOMATON}`, [ours, rate(AUTOMATON, index)], least(1)));
  }
  const last = sizes.length - 1;
  rows.push(row(`flat: ${sizes[last]} words against ${sizes[0]}`, [rate(OURS, last), rate(OURS, 0)], 0.5));
  return { title: "engine: speed against the targets", rows };
}

/** What a moderator may take. */
const MOST = { megabytes: 40, readyMs: 400, defaultListMs: 5, firstLetterMs: 5, namedLists: 1.1 };

async function ready(): Promise<Table> {
  const words = DICTIONARY.slice(0, 100_000);
  const time = (make: () => unknown): number => {
    const start = cpuTime();
    make();
    return cpuTime() - start;
  };
  const all = () => createModerator({ words });
  const { words: few } = loadWords({});
  const short = median(Array.from({ length: 9 }, () => time(() => createModerator({ words: few }))));
  const { made, used } = await memory();
  const row = (measure: string, ours: number, [most, unit, digits = 0]: [number, string, number?]): Row => ({
    measure,
    ours: `${ours.toFixed(digits)} ${unit}`,
    other: `${most} ${unit}`,
    ratio: ours / most,
    target: { at: "most", ratio: 1 },
  });
  const rows: Row[] = [
    row("100,000 words: memory", made / 1e6, [MOST.megabytes, "MB"]),
    row("100,000 words: memory after the first sign for a letter", used / 1e6, [MOST.megabytes, "MB"]),
    row("100,000 words: ready", median([time(all), time(all), time(all)]), [MOST.readyMs, "ms"]),
    row("the default list: ready", short, [MOST.defaultListMs, "ms", 2]),
  ];
  for (const [text, letter] of [
    ["𝓹otato", "of a style"],
    ["pоtato", "of another script"],
    ["p\u200botato", "with an invisible character"],
  ] as const) {
    rows.push(row(`the first letter ${letter} of a process`, await firstLetter(text), [MOST.firstLetterMs, "ms", 1]));
  }
  return { title: "engine: ready, in milliseconds of processor time", rows };
}

/** Runs a program in processes of its own, with the engine in it; gives back the numbers that it prints, of each round. */
async function inProcesses(program: string, rounds: number): Promise<number[][]> {
  const folder = await mkdtemp(join(tmpdir(), "engine-"));
  const file = join(folder, "engine.mjs");
  const entry = join(import.meta.dirname, "../../lambda/moderation/index.ts");
  await build({ entryPoints: [entry], bundle: true, format: "esm", platform: "node", charset: "utf8", outfile: file });
  const code = `import { createModerator } from ${JSON.stringify(pathToFileURL(file).href)};\n${program}`;
  const printed: number[][] = [];
  for (let round = 0; round < rounds; round += 1) {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--expose-gc", "--input-type=module", "--eval", code],
      { cwd: import.meta.dirname },
    );
    printed.push(stdout.trim().split(/\s+/).map(Number));
  }
  await rm(folder, { recursive: true });
  return printed;
}

/** Milliseconds that a text takes as the first one of a process that is not plain. */
async function firstLetter(text: string): Promise<number> {
  const program = `
    const { moderate } = createModerator({ words: ["potato", "cabbage"] });
    moderate("a p0tato as a start");
    const start = process.cpuUsage();
    moderate(${JSON.stringify(text)});
    const { user, system } = process.cpuUsage(start);
    console.log((user + system) / 1000);`;
  return median((await inProcesses(program, 9)).map(([time = Number.NaN]) => time));
}

/** The bytes that a moderator of the dictionary's first words takes, and those that it takes after a sign for a letter. */
async function memory(): Promise<{ made: number; used: number }> {
  const program = `
    import { createRequire } from "node:module";
    const words = createRequire(process.cwd() + "/")("an-array-of-english-words").slice(0, 100_000);
    const taken = async () => {
      for (let at = 0; at < 4; at += 1) {
        gc();
        await new Promise((done) => setImmediate(done));
      }
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      return heapUsed + arrayBuffers;
    };
    const before = await taken();
    const moderator = createModerator({ words });
    console.log((await taken()) - before);
    moderator.moderate("p*tato");
    console.log((await taken()) - before);
    moderator.moderate("");`;
  const [[made = Number.NaN, used = Number.NaN] = []] = await inProcesses(program, 1);
  return { made, used };
}

/** The same entries as one list and as ten with names, on clean lines and on lines with hits. */
function namedLists(rounds: number): Table {
  const random = seeded(14);
  const common = new Set(COMMON);
  const words = drawWords(random, 10_000, 3, 14).filter((word) => !common.has(word));
  const clean = cleanLines(random, new Set(words.map(squeezed)));
  const hit = clean.map((line, at) => (at % HIT_EVERY === 0 ? line.replace(/ \S+/, ` ${pick(random, words)}`) : line));
  const lists = Array.from({ length: 10 }, (_, list) => ({
    name: `list ${list}`,
    words: words.filter((_, at) => at % 10 === list),
  }));
  const [one, ten] = [createModerator({ words }), createModerator({ words: [], lists })];
  const rows: Row[] = Object.entries({ "clean lines": clean, "lines with hits": hit }).map(([measure, lines]) => {
    const running = [one, ten].map(({ moderate }) => ({
      test: (text: string) => moderate(text).matches.length > 0,
      times: [] as number[],
    }));
    for (let round = 0; round < rounds + WARM_UP; round += 1) {
      for (const { test, times } of running) {
        const rate = linesPerSecond(test, lines);
        if (round >= WARM_UP) times.push(rate);
      }
    }
    const [single = 0, several = 0] = running.map(({ times }) => median(times));
    return {
      measure: `${measure}: time with ten named lists against one, ${words.length} words`,
      ours: `${Math.round(several).toLocaleString("en")}/s`,
      other: `${Math.round(single).toLocaleString("en")}/s`,
      ratio: single / several,
      target: { at: "most", ratio: MOST.namedLists },
    };
  });
  return { title: "engine: several lists with names, in one pass", rows };
}

/** What the text is made of; every one is a worst case of some part of the engine. */
const LINEAR: Readonly<Record<string, string>> = {
  "clean text": "Hello there, how are you doing today? Fine! ",
  "one letter": "a",
  blanks: " ",
  marks: "e\u0301\u0302\u0303",
  stars: "*",
  "starred letters": "p*",
  brackets: "(",
  "near misses": "potat ",
  "spelled near misses": "p o t a t ",
  "dotted near misses": "p.o.t.a.t.",
  "readings of one letter": "1l",
  "spelled readings": "1 l ",
  "one long word": "cabbagcabbag",
  flags: "🇵",
  "leet signs": "@$!1|0",
  "signs of one letter": "i!1|l",
  "signs for letters": "p**a ",
  tags: "<b>",
  links: "http://a.b ",
  hits: "potato ",
  "spelled hits": "p o t a t o ",
  "hits of other scripts": "сор ",
};

function linear(rounds: number): Table {
  const { moderate } = createModerator({
    words: ["potato", "cabbage", "cop", "ill", "ilililil", ...drawWords(seeded(5), 1_000)],
  });
  const perUnit = (text: string, times: number): number => {
    const start = cpuTime();
    // the moderator remembers what the last text held
    for (let i = 0; i < times; i += 1) moderate(`${text} ${i}`);
    return ((cpuTime() - start) * 1e6) / (times * text.length);
  };
  const rows: Row[] = Object.entries(LINEAR).map(([measure, unit]) => {
    const small = unit.repeat(Math.ceil(2 ** 10 / unit.length));
    const large = unit.repeat(Math.ceil(2 ** 20 / unit.length));
    const short: number[] = [];
    const long: number[] = [];
    for (let round = 0; round < rounds + 1; round += 1) {
      const [one, other] = [perUnit(small, 100), perUnit(large, 1)];
      if (round === 0) continue;
      short.push(one);
      long.push(other);
    }
    const [a, b] = [median(short), median(long)];
    return {
      measure: `${measure}: time for a unit, 1 MiB against 1 KiB`,
      ours: `${b.toFixed(1)} ns/unit`,
      other: `${a.toFixed(1)} ns/unit`,
      ratio: b / a,
      target: { at: "most", ratio: 1.5 },
    };
  });
  return { title: "engine: linear, 1 MiB against 1 KiB", rows };
}

/** Every worst case, as one message of 16 KiB. */
function worst(rounds: number): Table {
  const size = 2 ** 14;
  const { moderate } = createModerator({ words: ["potato", "cabbage", "cop", ...drawWords(seeded(5), 1_000)] });
  const rows: Row[] = Object.entries(LINEAR).map(([measure, unit]) => {
    const text = unit.repeat(Math.ceil(size / unit.length));
    for (let round = 0; round < WARM_UP; round += 1) moderate(`${text} warm ${round}`);
    const times = Array.from({ length: rounds }, (_, round) => {
      const start = cpuTime();
      moderate(`${text} ${round}`);
      return cpuTime() - start;
    });
    const time = median(times);
    return {
      measure: `${measure}: 16 KiB`,
      ours: `${time.toFixed(1)} ms`,
      other: `${WORST_MS} ms`,
      ratio: time / WORST_MS,
      target: { at: "most", ratio: 1 },
    };
  });
  return { title: "engine: 16 KiB of anything", rows };
}
