/**
 * `npm run bench -- pipeline`: the moderated path, from one person's publish to everybody's screen, beside a floor with the
 * same hops and nothing in them. Both get the same traffic from processes of their own. Each candidate and a floor run beside each
 * other, warm, and take turns of a few seconds, so that a machine that is slow for a minute is slow for both; medians are printed.
 * Local mode makes both hops, the rule's request and the publish, in the process; the floor keeps them on HTTP, as at Ably. The
 * floor writes nothing down; ours writes each starred message, one in ten, to the audit in its store, and tells the desk of all.
 * Both run bundled, as `npm run build` bundles the server, and with the flags that `npm start` gives Node.
 */
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import packageJson from "../../package.json" with { type: "json" };
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
  rounds: 3,
  ms: 3_000,
  stages: [
    { readers: 10, rates: [1_000, 100, 10] },
    { readers: 10, rates: [5_000, 3_000] },
    { readers: 100, rates: [300, 100, 10] },
    { readers: 1_000, rates: [30, 10] },
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

const FLOOR: Candidate = { name: "floor", carrier: "floor", ruleMode: "single" };

const CANDIDATES: readonly Candidate[] = [
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

/** Node's own flags in `npm start`. */
const FLAGS = packageJson.scripts.start.split(" ").filter((word) => word.includes("-semi-space-size="));

interface Measured extends Written {
  /** Microseconds of CPU for each message that was carried, beyond what the server takes while nobody writes. */
  readonly cpu: number;
}

interface Setting {
  readonly authors: number;
  readonly readers: number;
  readonly batchIntervalMs: number;
}

/** A candidate at work: its server, and the people who write and read. */
interface Side {
  /** Microseconds of CPU so far. */
  cpu(): Promise<number>;
  /** `idle` is what the server takes while nobody writes, microseconds of CPU a second. */
  measure(rate: number, ms: number, idle: number): Promise<Measured>;
  close(): Promise<void>;
}

/** Starts a candidate and warms it up. */
async function open(candidate: Candidate, setting: Setting): Promise<Side> {
  const { carrier, ruleMode, isDirect = false, isPlain = false } = candidate;
  const { authors, readers, batchIntervalMs } = setting;
  const server: Peer<ServerCalls> = startPeer(pathToFileURL(join(SERVER_FOLDER, "server.js")), [], FLAGS);
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
  const cpu = (): Promise<number> => server.call("cpu", null);
  return {
    cpu,
    async measure(rate, ms, idle) {
      const [before, startedAt] = [await cpu(), performance.now()];
      const written = await load.call("write", { perSecond: rate, ms, ...how });
      const beside = (idle * (performance.now() - startedAt)) / 1_000;
      return { ...written, cpu: ((await cpu()) - before - beside) / Math.max(1, written.carried) };
    },
    close,
  };
}

/** Long enough to hold what is done every two seconds; the median leaves out what a server clears away after its work. */
const IDLE = { ms: 4_000, times: 5 } as const;

/** Microseconds of CPU that each side takes in a second in which nobody writes. */
async function idleCpu(sides: readonly Side[]): Promise<number[]> {
  const taken = sides.map((): number[] => []);
  for (let time = 0; time < IDLE.times; time += 1) {
    const before = await Promise.all(sides.map((side) => side.cpu()));
    await sleep(IDLE.ms);
    const after = await Promise.all(sides.map((side) => side.cpu()));
    for (const [at, all] of taken.entries()) all.push((((after[at] ?? 0) - (before[at] ?? 0)) * 1_000) / IDLE.ms);
  }
  return taken.map(median);
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
    for (let round = 0; round < rounds; round += 1) all.push(await side.measure(CONVERSATION_RATE, 3 * ms, 0));
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

/** Measures one candidate and a floor of its own at the rates of one stage. */
async function runPair(
  candidate: Candidate,
  { readers, rates, rounds, ms }: Stage & Plan,
  progress: Progress,
): Promise<Row[]> {
  const { name } = candidate;
  const people = { authors: authorsAt(Math.max(...rates)), readers };
  progress.step(`${name} starts, for ${readers} readers`);
  const floor = await open(FLOOR, { ...people, batchIntervalMs: pauseOf(FLOOR.ruleMode) });
  const own = await open(candidate, { ...people, batchIntervalMs: pauseOf(candidate.ruleMode) }).catch(
    async (error) => {
      await floor.close();
      throw error;
    },
  );
  try {
    const [floorIdle = 0, ownIdle = 0] = await idleCpu([floor, own]);
    const rows: Row[] = [];
    for (const rate of rates) {
      const seen: { floor: Measured[]; own: Measured[] } = { floor: [], own: [] };
      for (let round = 0; round < rounds; round += 1) {
        progress.step(`${name} at ${rate}/s to ${readers}, round ${round + 1} of ${rounds}`);
        seen.floor.push(await floor.measure(rate, ms, floorIdle));
        seen.own.push(await own.measure(rate, ms, ownIdle));
      }
      rows.push(...rowsOf({ rate, readers, name }, seen.own, seen.floor));
    }
    rows.push({
      measure: `${name} with ${readers} readers while nobody writes: CPU a second`,
      ours: milli(ownIdle / 1_000),
      other: milli(floorIdle / 1_000),
      ratio: ownIdle / floorIdle,
    });
    return rows;
  } finally {
    await Promise.all([floor.close(), own.close()]);
  }
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
  const candidates = CANDIDATES.filter(({ name }) => modes === undefined || modes.includes(name));
  await bundleProgram(fileURLToPath(new URL("./pipeline/server.ts", import.meta.url)), SERVER_FOLDER);
  const rows: Row[] = [];
  for (const stage of plan.stages) {
    for (const candidate of candidates) rows.push(...(await runPair(candidate, { ...plan, ...stage }, progress)));
  }
  progress.step("a conversation");
  if (listOf("readers") === undefined) rows.push(...(await conversation(candidates, plan)));
  const where = `Node ${process.version}, ${availableParallelism()} cores`;
  const how = `a message a second from each author, 10 readers where nothing else is said, medians of ${plan.rounds} round(s)`;
  show({ title: `pipeline: ${how}, ${where}; ${DIFFERENCE}`, rows });
}
