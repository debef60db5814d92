/**
 * `npm run bench -- pipeline`: the moderated path, from one person's publish to everybody's screen, beside a floor with the
 * same hops and nothing in them. Both get the same traffic from processes of their own. All candidates run beside each other, warm,
 * and take turns of a few seconds, so that a machine that is slow for a minute is slow for all; medians of the turns are printed.
 * Local mode makes both hops, the rule's request and the publish, in the process; the floor keeps them on HTTP, as at Ably. The
 * floor writes nothing down; ours writes each starred message, one in ten, to the audit in its store, and tells the desk of all.
 * Both run as production does: bundled as `npm run build` bundles the server.
 */
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { bundleProgram } from "../../server/bundle.ts";
import { type Peer, startPeer } from "./peer.ts";
import type { Carrier, LoadCalls, Written } from "./pipeline/load.ts";
import type { RuleMode, ServerCalls } from "./pipeline/server.ts";
import type { Progress } from "./progress.ts";
import { median, type Row, type Table } from "./table.ts";

interface Plan {
  /** Turns of each candidate at each rate. */
  readonly rounds: number;
  /** How long a turn is. */
  readonly ms: number;
  readonly stages: readonly Stage[];
}

/** What the same processes are measured at, one rate after the other. */
interface Stage {
  readonly readers: number;
  /** Messages a second. */
  readonly rates: readonly number[];
}

const FULL: Plan = {
  rounds: 7,
  ms: 3_000,
  stages: [
    { readers: 10, rates: [10, 100, 1_000] },
    { readers: 10, rates: [3_000, 5_000] },
    { readers: 100, rates: [10, 100, 300] },
    { readers: 1_000, rates: [10, 30] },
  ],
};
const QUICK: Plan = { rounds: 1, ms: 2_000, stages: [{ readers: 10, rates: [100, 1_000, 3_000] }] };

interface Candidate {
  readonly name: string;
  readonly carrier: Carrier;
  readonly ruleMode: RuleMode;
  /** Past the function: what a publish takes that nobody moderates. */
  readonly isDirect?: boolean;
  /** No message holds a banned word, so that nothing is written into the store. */
  readonly isPlain?: boolean;
}

/** One message a second each, so that nobody is too fast. */
const authorsAt = (rate: number): number => Math.max(100, rate);

/**
 * A process that has just started is busy with its own compiling: after 4,000 messages the compiler's threads still took a
 * fifth of our CPU, after 7,000 a fiftieth. The same for all.
 */
const WARM_UP = { deliveriesPerSecond: 8_000, mostPerSecond: 800, ms: 9_000 };

/**
 * The pause between batches is Ably's and not the machine's work, so the batch rule alone is measured without it. With both
 * rules nobody waits for it: they run as `npm start` has them.
 */
const pauseOf = (ruleMode: RuleMode): number => (ruleMode === "both" ? 1_000 : 0);

const CANDIDATES: readonly Candidate[] = [
  { name: "floor", carrier: "floor", ruleMode: "single" },
  { name: "batch", carrier: "asterism", ruleMode: "batch" },
  { name: "single", carrier: "asterism", ruleMode: "single" },
  { name: "both", carrier: "asterism", ruleMode: "both" },
  { name: "batch without stars", carrier: "asterism", ruleMode: "batch", isPlain: true },
  { name: "direct", carrier: "asterism", ruleMode: "batch", isDirect: true },
];

/** What the two do not have in common, for who reads the table. */
const DIFFERENCE =
  "the floor's two hops are HTTP and it keeps nothing; ours are calls in the process, with history, audit and the desk's events";

/** Within the project, so that it finds the packages. */
const SERVER_FOLDER = fileURLToPath(new URL("../../dist/bench/", import.meta.url));

interface Measured extends Written {
  /** Microseconds of CPU for each message that was carried. */
  readonly cpu: number;
}

interface Setting {
  readonly authors: number;
  readonly readers: number;
  readonly batchIntervalMs: number;
}

/** A candidate at work: its server, and the people who write and read. */
interface Side extends Candidate {
  measure(rate: number, ms: number): Promise<Measured>;
  close(): Promise<void>;
}

/** Starts a candidate and warms it up. */
async function open(candidate: Candidate, setting: Setting): Promise<Side> {
  const { carrier, ruleMode, isDirect = false, isPlain = false } = candidate;
  const { authors, readers, batchIntervalMs } = setting;
  const server: Peer<ServerCalls> = startPeer(pathToFileURL(join(SERVER_FOLDER, "server.js")));
  const load: Peer<LoadCalls> = startPeer(new URL("./pipeline/load.ts", import.meta.url));
  const close = async (): Promise<void> => {
    await Promise.all([server.kill(), load.kill()]);
  };
  const how = { isDirect, isPlain, byStamp: carrier === "asterism" && ruleMode !== "batch" && !isDirect };
  try {
    const { port } = await server.call("start", { carrier, ruleMode, batchIntervalMs });
    await load.call("connect", { carrier, port, authors, readers });
    const warm = Math.min(WARM_UP.mostPerSecond, Math.ceil(WARM_UP.deliveriesPerSecond / readers));
    await load.call("write", { perSecond: warm, ms: WARM_UP.ms, ...how });
  } catch (error) {
    await close();
    throw error;
  }
  return {
    ...candidate,
    async measure(rate, ms) {
      const before = await server.call("cpu", null);
      const written = await load.call("write", { perSecond: rate, ms, ...how });
      const cpu = ((await server.call("cpu", null)) - before) / Math.max(1, written.carried);
      return { ...written, cpu };
    },
    close,
  };
}

const milli = (value: number): string => `${value.toFixed(1)} ms`;
const micro = (value: number): string => `${value.toFixed(0)} µs`;
const perSecond = (value: number): string => `${value.toFixed(0)}/s`;

/** The candidates that have goals. */
const JUDGED: ReadonlySet<string> = new Set(["batch", "single", "both"]);

/** Which measurements a row is about. */
interface Measurement {
  readonly name: string;
  readonly rate: number;
  readonly readers: number;
}

function rowsOf({ rate, readers, name }: Measurement, ours: readonly Measured[], floor: readonly Measured[]): Row[] {
  const where = `${name} at ${rate}/s${readers === 10 ? "" : ` to ${readers}`}`;
  const isJudged = readers === 10 && JUDGED.has(name);
  const of = (all: readonly Measured[], pick: (one: Measured) => number): number => median(all.map(pick));
  const row = (what: string, pick: (one: Measured) => number, show: (value: number) => string): Row => ({
    measure: `${where}: ${what}`,
    ours: show(of(ours, pick)),
    other: show(of(floor, pick)),
    ratio: of(ours, pick) / of(floor, pick),
  });
  const p50 = row("p50", (one) => one.p50, milli);
  const p99 = row("p99", (one) => one.p99, milli);
  const cpu = row("CPU for a message", (one) => one.cpu, micro);
  const rows: Row[] = [
    isJudged && rate === 100 ? { ...p50, target: { at: "most", ratio: 1.5 } } : p50,
    isJudged && rate === 1_000
      ? { ...p99, other: milli(20), ratio: of(ours, (one) => one.p99) / 20, target: { at: "most", ratio: 1 } }
      : p99,
    isJudged && rate <= 3_000 ? { ...cpu, target: { at: "most", ratio: 1.5 } } : cpu,
  ];
  const carried = row("carried while it is offered", (one) => one.carriedPerSecond, perSecond);
  rows.push(isJudged && rate === 3_000 ? { ...carried, target: { at: "least", ratio: 0.8 } } : carried);
  const lost = (one: Measured): number => one.sent - one.refused - one.carried;
  const wrong = ours.reduce((sum, one) => sum + one.doubled + one.reordered + one.leaked + lost(one), 0);
  const refused = ours.reduce((sum, one) => sum + one.refused, 0);
  if (refused > 0) {
    rows.push({
      measure: `${where}: refused, as the sender is told`,
      ours: String(refused),
      other: "0",
      ratio: refused,
    });
  }
  rows.push({
    measure: `${where}: lost, doubled, reordered or leaked`,
    ours: String(wrong),
    other: "0",
    ratio: wrong,
    target: { at: "most", ratio: 0 },
  });
  return rows;
}

/** People who answer each other: a message every 150 ms, with Ably's pause between batches. */
const CONVERSATION = { authors: 2, readers: 2, batchIntervalMs: 1_000 };
const CONVERSATION_RATE = 1_000 / 150;
const CONVERSATION_GOALS = { p50: 20, p99: 100 } as const;

async function conversation(candidates: readonly Candidate[], { rounds, ms }: Plan): Promise<Row[]> {
  const rows: Row[] = [];
  for (const candidate of candidates.filter(({ name }) => JUDGED.has(name))) {
    const side = await open(candidate, CONVERSATION);
    const all: Measured[] = [];
    for (let round = 0; round < rounds; round += 1) all.push(await side.measure(CONVERSATION_RATE, 3 * ms));
    await side.close();
    for (const name of ["p50", "p99"] as const) {
      const value = median(all.map((one) => one[name]));
      const goal = CONVERSATION_GOALS[name];
      const row: Row = {
        measure: `${candidate.name} with a message every 150 ms: ${name}`,
        ours: milli(value),
        other: milli(goal),
        ratio: value / goal,
      };
      rows.push(candidate.ruleMode === "both" ? { ...row, target: { at: "most", ratio: 1 } } : row);
    }
  }
  return rows;
}

/** Measures all candidates at the rates of one stage. */
async function runStage(
  candidates: readonly Candidate[],
  { readers, rates, rounds, ms }: Stage & Plan,
  progress: Progress,
): Promise<Row[]> {
  const rows: Row[] = [];
  const sides: Side[] = [];
  try {
    for (const candidate of candidates) {
      progress.step(`${candidate.name} starts, for ${readers} readers`);
      const authors = authorsAt(Math.max(...rates));
      sides.push(await open(candidate, { authors, readers, batchIntervalMs: pauseOf(candidate.ruleMode) }));
    }
    for (const rate of rates) {
      const seen = new Map<string, Measured[]>(sides.map(({ name }) => [name, []]));
      for (let round = 0; round < rounds; round += 1) {
        for (const side of sides) {
          progress.step(`${side.name} at ${rate}/s to ${readers}, round ${round + 1} of ${rounds}`);
          seen.get(side.name)?.push(await side.measure(rate, ms));
        }
      }
      for (const { name } of sides.slice(1)) {
        rows.push(...rowsOf({ rate, readers, name }, seen.get(name) ?? [], seen.get("floor") ?? []));
      }
    }
  } finally {
    await Promise.all(sides.map((side) => side.close()));
  }
  return rows;
}

/** Measures; `--quick` for one short round, `--rates=100,1000`, `--readers=10,100`, `--modes=single,both`, `--rounds=5`. */
export async function run(args: readonly string[], show: (table: Table) => void, progress: Progress): Promise<void> {
  const option = (name: string): string | undefined =>
    args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
  const base = args.includes("--quick") ? QUICK : FULL;
  const listOf = (name: string): number[] | undefined => option(name)?.split(",").map(Number);
  const rates = listOf("rates");
  const plan: Plan = {
    ...base,
    rounds: Number(option("rounds") ?? base.rounds),
    stages: rates === undefined ? base.stages : (listOf("readers") ?? [10]).map((readers) => ({ readers, rates })),
  };
  const modes = option("modes")?.split(",");
  const candidates = CANDIDATES.filter(({ name }) => name === "floor" || modes === undefined || modes.includes(name));
  await bundleProgram(fileURLToPath(new URL("./pipeline/server.ts", import.meta.url)), SERVER_FOLDER);
  const rows: Row[] = [];
  for (const stage of plan.stages) rows.push(...(await runStage(candidates, { ...plan, ...stage }, progress)));
  progress.step("a conversation");
  if (listOf("readers") === undefined) rows.push(...(await conversation(candidates, plan)));
  const where = `Node ${process.version}, ${availableParallelism()} cores`;
  const how = `a message a second from each author, 10 readers where nothing else is said, medians of ${plan.rounds} round(s)`;
  show({ title: `pipeline: ${how}, ${where}; ${DIFFERENCE}`, rows });
}
