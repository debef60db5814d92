/**
 * `npm run bench -- pipeline`: the moderated path, from one person's publish to everybody's screen, beside a floor with the
 * same hops and nothing in them. Both get the same traffic from a process of its own; they take turns; medians are printed.
 */
import { availableParallelism } from "node:os";
import { type Peer, startPeer } from "./peer.ts";
import type { Carrier, LoadCalls, Written } from "./pipeline/load.ts";
import type { RuleMode, ServerCalls } from "./pipeline/server.ts";
import { median, type Row, type Table } from "./table.ts";

interface Plan {
  readonly rounds: number;
  readonly ms: number;
  readonly rates: readonly number[];
  readonly readers: number;
}

const FULL: Plan = { rounds: 3, ms: 6_000, rates: [100, 1_000, 3_000], readers: 10 };
const QUICK: Plan = { ...FULL, rounds: 1, ms: 2_000 };

interface Candidate {
  readonly name: string;
  readonly carrier: Carrier;
  readonly ruleMode: RuleMode;
}

/** One message a second each, so that nobody is too fast. */
const authorsAt = (rate: number): number => Math.max(100, rate);

/** The pause between batches is Ably's and not the machine's work, so the batch rule is measured without it. */
const CANDIDATES: readonly Candidate[] = [
  { name: "floor", carrier: "floor", ruleMode: "single" },
  { name: "batch", carrier: "asterism", ruleMode: "batch" },
  { name: "single", carrier: "asterism", ruleMode: "single" },
  { name: "both", carrier: "asterism", ruleMode: "both" },
];

interface Measured extends Written {
  /** Microseconds of CPU for each message that was carried. */
  readonly cpu: number;
}

async function measure({ carrier, ruleMode }: Candidate, rate: number, plan: Plan): Promise<Measured> {
  const server: Peer<ServerCalls> = startPeer(new URL("./pipeline/server.ts", import.meta.url));
  const load: Peer<LoadCalls> = startPeer(new URL("./pipeline/load.ts", import.meta.url));
  try {
    const { port } = await server.call("start", { carrier, ruleMode, batchIntervalMs: 0 });
    await load.call("connect", { carrier, port, authors: authorsAt(rate), readers: plan.readers });
    await load.call("write", { perSecond: Math.min(rate, 1_000), ms: 2_000 });
    const before = await server.call("cpu", null);
    const written = await load.call("write", { perSecond: rate, ms: plan.ms });
    const cpu = ((await server.call("cpu", null)) - before) / Math.max(1, written.carried);
    return { ...written, cpu };
  } finally {
    await Promise.all([server.kill(), load.kill()]);
  }
}

const milli = (value: number): string => `${value.toFixed(1)} ms`;
const micro = (value: number): string => `${value.toFixed(0)} µs`;
const perSecond = (value: number): string => `${value.toFixed(0)}/s`;

function rowsOf(rate: number, name: string, ours: readonly Measured[], floor: readonly Measured[]): Row[] {
  const of = (all: readonly Measured[], pick: (one: Measured) => number): number => median(all.map(pick));
  const row = (what: string, pick: (one: Measured) => number, show: (value: number) => string): Row => ({
    measure: `${name} at ${rate}/s: ${what}`,
    ours: show(of(ours, pick)),
    other: show(of(floor, pick)),
    ratio: of(ours, pick) / of(floor, pick),
  });
  const p50 = row("p50", (one) => one.p50, milli);
  const p99 = row("p99", (one) => one.p99, milli);
  const rows: Row[] = [
    rate <= 100 ? { ...p50, target: { at: "most", ratio: 1.5 } } : p50,
    rate === 1_000
      ? { ...p99, other: milli(20), ratio: of(ours, (one) => one.p99) / 20, target: { at: "most", ratio: 1 } }
      : p99,
    { ...row("CPU for a message", (one) => one.cpu, micro), target: { at: "most", ratio: 1.5 } },
  ];
  const carried = row("carried while it is offered", (one) => one.carriedPerSecond, perSecond);
  rows.push(rate >= 3_000 ? { ...carried, target: { at: "least", ratio: 0.8 } } : carried);
  const wrong = ours.reduce((sum, one) => sum + one.doubled + one.reordered + one.leaked + one.sent - one.carried, 0);
  rows.push({
    measure: `${name} at ${rate}/s: lost, doubled, reordered or leaked`,
    ours: String(wrong),
    other: "0",
    ratio: wrong,
    target: { at: "most", ratio: 0 },
  });
  return rows;
}

/** Measures; `--quick` for one short round, `--rates=100,1000`, `--modes=single,both`. */
export async function run(args: readonly string[], show: (table: Table) => void): Promise<void> {
  const option = (name: string): string | undefined =>
    args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
  const base = args.includes("--quick") ? QUICK : FULL;
  const plan: Plan = { ...base, rates: option("rates")?.split(",").map(Number) ?? base.rates };
  const modes = option("modes")?.split(",");
  const candidates = CANDIDATES.filter(({ name }) => name === "floor" || modes === undefined || modes.includes(name));
  const rows: Row[] = [];
  for (const rate of plan.rates) {
    const seen = new Map<string, Measured[]>(candidates.map(({ name }) => [name, []]));
    for (let round = 0; round < plan.rounds; round += 1) {
      for (const candidate of candidates) {
        seen.get(candidate.name)?.push(await measure(candidate, rate, plan));
        process.stderr.write(".");
      }
    }
    for (const { name } of candidates.slice(1)) {
      rows.push(...rowsOf(rate, name, seen.get(name) ?? [], seen.get("floor") ?? []));
    }
  }
  process.stderr.write("\n");
  const where = `Node ${process.version}, ${availableParallelism()} cores`;
  const how = `a message a second from each author, ${plan.readers} readers, medians of ${plan.rounds} round(s)`;
  show({ title: `pipeline: ${how}, ${where}`, rows });
}
