/**
 * `npm run bench -- packages`: what it costs a program to import the engine and the broker as npm hands them out, and to start a
 * broker. Each round is a process of its own; it reports its own processor time, so that a busy machine does not count.
 */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { startBroker } from "../../server/broker/index.ts";
import { median, type Row, type Table } from "./table.ts";

const ROUNDS = 15;
const ROOT = join(import.meta.dirname, "../..");
const start = promisify(execFile);

const entry = (folder: string): string => pathToFileURL(join(ROOT, folder, "dist/index.js")).href;
const ENGINE = entry("lambda/moderation");
const BROKER = entry("server/broker");

/** Milliseconds of one core, and on the clock, that a piece of a program takes. */
interface Cost {
  readonly cpu: number;
  readonly wall: number;
}

/** Runs `steps` one after another in a fresh process, several times; gives back the medians of each. */
async function measure(steps: readonly string[]): Promise<Cost[]> {
  const program = `
    const costs = [];
    const timed = async (step) => {
      const [cpu, wall] = [process.cpuUsage(), performance.now()];
      await step();
      const { user, system } = process.cpuUsage(cpu);
      costs.push({ cpu: (user + system) / 1000, wall: performance.now() - wall });
    };
    ${steps.map((step) => `await timed(async () => { ${step} });`).join("\n")}
    console.log(JSON.stringify(costs));
    process.exit();
  `;
  const rounds: Cost[][] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const { stdout } = await start(process.execPath, ["--input-type=module", "--eval", program]);
    rounds.push(JSON.parse(stdout));
  }
  return steps.map((_step, at) => ({
    cpu: median(rounds.map((costs) => costs[at]?.cpu ?? Number.NaN)),
    wall: median(rounds.map((costs) => costs[at]?.wall ?? Number.NaN)),
  }));
}

const row = (what: string, { cpu, wall }: Cost, most: number): Row => ({
  measure: what,
  ours: `${cpu.toFixed(1)} ms of a core, ${wall.toFixed(1)} ms`,
  other: `${most} ms of a core`,
  ratio: cpu / most,
  target: { at: "most", ratio: 1 },
});

/** Builds both packages and measures them. */
export async function run(_args: readonly string[], show: (table: Table) => void): Promise<void> {
  await start("npm", ["run", "build", "--workspaces"], { cwd: ROOT });
  const [engine = NONE] = await measure([`await import(${JSON.stringify(ENGINE)})`]);
  const importBroker = `globalThis.broker = await import(${JSON.stringify(BROKER)})`;
  const [broker = NONE, first = NONE, next = NONE] = await measure([
    importBroker,
    "await broker.startBroker()",
    "await broker.startBroker()",
  ]);
  const data = await filledFolder();
  const [, kept = NONE] = await measure([
    importBroker,
    `await broker.startBroker({ data: ${JSON.stringify(data)} }).then((one) => one.stop())`,
  ]);
  await rm(data, { recursive: true });
  const all = { cpu: broker.cpu + first.cpu, wall: broker.wall + first.wall };
  const rows = [
    row("import the engine", engine, 60),
    row("import the broker", broker, 120),
    row("start the first broker", first, 50),
    row("start the next one", next, 10),
    row("from nothing to a broker", all, 150),
    row(`start one with ${MESSAGES} messages in its data folder, and stop it`, kept, 150),
  ];
  show({ title: `packages: under Node ${process.versions.node}, against their budgets`, rows });
}

const MESSAGES = 1_000;

/** A data folder with messages in it. */
async function filledFolder(): Promise<string> {
  const data = await mkdtemp(join(tmpdir(), "broker-data-"));
  const limits = { messageRate: 10 * MESSAGES, channelMessageRate: 10 * MESSAGES, restRate: 10 * MESSAGES };
  const broker = await startBroker({ data, limits, namespaces: [{ id: "kept", persisted: true }] });
  const headers = { authorization: `Basic ${btoa(broker.key)}`, "content-type": "application/json" };
  const text = JSON.stringify({ data: "x".repeat(200) });
  for (let at = 0; at < MESSAGES; at++) {
    await fetch(`${broker.url}/channels/kept:room/messages`, { method: "POST", headers, body: text });
  }
  await broker.stop();
  return data;
}

const NONE: Cost = { cpu: Number.NaN, wall: Number.NaN };
