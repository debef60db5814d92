/**
 * `npm run bench -- function`: what the function costs, under AWS's own runtime client. Three handlers take turns: one
 * that does nothing, one that only publishes, and ours without and with a store; so that the differences hold on a busy machine.
 */
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { buildFunction } from "../../lambda/deploy/build.ts";
import { AblyStub } from "../lambda/helpers/ably-stub.ts";
import { signed } from "../lambda/helpers/requests.ts";
import { isInstalled, NODES, type NodeName, Runtime } from "../system/runtime/runtime-api.ts";
import { type Progress, print } from "./progress.ts";
import { budgetRow, type Row, type Table } from "./table.ts";

const BUNDLE_LIMIT_KB = 200;
const INIT_LIMIT = 1.7;
const OVERHEAD_LIMIT_MS = 0.5;

const STORE_LIMIT = 1.03;
/** So many more starts are measured with a store and without: what it costs is less than what one start differs from another. */
const STORE_STARTS = 4;

const HANDLERS = ["trivial", "publishes only", "ours", "ours, with a store"] as const;
type HandlerName = (typeof HANDLERS)[number];

interface Start {
  readonly initMs: number;
  readonly initCpuMs: number;
  readonly firstMs: number;
  /** Of the start and the first call. */
  readonly answerCpuMs: number;
}

/** Run the benchmark; `--starts` and `--calls` say how often, `--quick` a few times. */
export async function run(args: readonly string[], show: (table: Table) => void, progress: Progress): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { starts: { type: "string" }, calls: { type: "string" }, quick: { type: "boolean", default: false } },
    allowPositionals: true,
  });
  const starts = Number(values.starts ?? (values.quick ? 5 : 41));
  const calls = Number(values.calls ?? (values.quick ? 200 : 1_000));
  const rows: Row[] = [];
  const folder = mkdtempSync(join(tmpdir(), "asterism-bench-"));
  const stub = new AblyStub();
  const table = createServer(answerEmpty);
  try {
    const bytes = await buildFunction(join(folder, "ours"));
    rows.push(budgetRow("bundle", bytes / 1_024, { most: BUNDLE_LIMIT_KB, unit: "KB", digits: 2 }));
    if (!isInstalled) {
      print("SKIPPED: the real Lambda runtime is not here; run `sh test/system/runtime/install.sh` first");
      process.exitCode = 1;
      return;
    }
    await buildOthers(folder);
    await stub.start();
    table.listen(0, "127.0.0.1");
    await once(table, "listening");
    const environment = environmentFor(stub.port);
    const store = storeAt((table.address() as AddressInfo).port);
    for (const node of NODES) {
      progress.step(`${node}, ${starts} starts and ${calls} calls of each handler`);
      rows.push(...(await compare({ node, folder, environment, store, starts, calls })));
    }
    show({ title: `function: ${starts} cold starts and ${calls} calls of each handler`, rows });
  } finally {
    await stub.close();
    table.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The handlers to compare with, built as ours is. */
async function buildOthers(folder: string): Promise<void> {
  const handlers: Record<string, string> = {
    trivial: "export const handler = async (event, context) => ({ statusCode: 200 });",
    "publishes only": `
      import { createRestPublisher } from "./lambda/deliver/rest-publisher.ts";
      import { parseFunctionConfig } from "./lambda/config.ts";
      const publisher = createRestPublisher(parseFunctionConfig(process.env));
      let count = 0;
      export const handler = async (event, context) => {
        count += 1;
        const headers = { "source-id": "x", "source-timestamp": "1", starred: "0" };
        const message = { id: process.pid + "-" + count + ":0", name: "message", clientId: "a", data: "x", extras: { headers } };
        await publisher.publish("chat:to-clients", message, 2500);
        return { statusCode: 200 };
      };`,
  };
  for (const [name, contents] of Object.entries(handlers)) {
    mkdirSync(join(folder, name));
    await build({
      stdin: { contents, resolveDir: join(import.meta.dirname, "..", ".."), loader: "ts" },
      outfile: join(folder, name, "handler.mjs"),
      bundle: true,
      minify: true,
      platform: "node",
      format: "esm",
      target: "node20",
      banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    });
    writeFileSync(join(folder, name, "words.txt"), "potato\n");
  }
}

interface Comparison {
  readonly node: NodeName;
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Added where there is a store. */
  readonly store: Readonly<Record<string, string>>;
  readonly starts: number;
  readonly calls: number;
}

async function compare({ node, folder, environment: usual, store, starts, calls }: Comparison): Promise<Row[]> {
  const runtimeFor = (name: HandlerName) => {
    const [handler = "", hasStore] = name.split(", ");
    const environment = hasStore === undefined ? usual : { ...usual, ...store };
    return new Runtime({ node, folder: join(folder, handler), environment, timeoutMs: 12_000 });
  };
  const begun = new Map<HandlerName, Start[]>(HANDLERS.map((name) => [name, []]));
  for (let round = 0; round < starts; round += 1) {
    for (const name of HANDLERS) {
      const runtime = runtimeFor(name);
      try {
        begun.get(name)?.push(await coldStart(runtime, `${node}-${name}-${round}`));
      } finally {
        await runtime.close();
      }
    }
  }
  const storeTimes = await timesWithStore(runtimeFor, starts * STORE_STARTS);
  print(`\n${node}, ${starts} cold starts and ${calls} calls each`);
  print("handler             init ms   init CPU ms   first call ms   warm p50 ms   warm p99 ms   RSS +MB");
  const runtimes = HANDLERS.map((name) => [name, runtimeFor(name)] as const);
  const warm = await warmCalls(runtimes, node, calls).finally(() =>
    Promise.all(runtimes.map(([, runtime]) => runtime.close())),
  );
  for (const name of HANDLERS) {
    const all = begun.get(name) ?? [];
    const times = warm.get(name);
    const cells = [
      median(all.map(({ initMs }) => initMs))
        .toFixed(1)
        .padStart(7),
      median(all.map(({ initCpuMs }) => initCpuMs))
        .toFixed(1)
        .padStart(13),
      median(all.map(({ firstMs }) => firstMs))
        .toFixed(1)
        .padStart(15),
      (times?.p50 ?? 0).toFixed(2).padStart(13),
      (times?.p99 ?? 0).toFixed(2).padStart(13),
      (times?.grownMb ?? 0).toFixed(1).padStart(9),
    ];
    print(`${name.padEnd(20)}${cells.join(" ")}`);
  }
  const measure = `${node}: init CPU with a store, times that without`;
  return [...rowsOf(node, begun, warm), budgetRow(measure, storeTimes, { most: STORE_LIMIT, unit: "x", digits: 3 })];
}

/** Starts without and with a store in turns. The faster half of each counts: what happens beside a start only adds to it. */
async function timesWithStore(runtimeFor: (name: HandlerName) => Runtime, starts: number): Promise<number> {
  const all = { ours: [] as number[], "ours, with a store": [] as number[] };
  for (let start = 0; start < starts; start += 1) {
    for (const name of ["ours", "ours, with a store"] as const) {
      const runtime = runtimeFor(name);
      try {
        await runtime.start();
        all[name].push(runtime.cpuMs());
      } finally {
        await runtime.close();
      }
    }
  }
  const ofFaster = (values: readonly number[]) =>
    [...values]
      .sort((a, b) => a - b)
      .slice(0, Math.ceil(values.length / 2))
      .reduce((sum, value) => sum + value, 0);
  return ofFaster(all["ours, with a store"]) / ofFaster(all.ours);
}

type Figure = "initCpuMs" | "answerCpuMs";

/** Ratios pair by pair: what takes its turn in the same moment is slowed down by the same neighbours. */
function rowsOf(
  node: NodeName,
  begun: ReadonlyMap<HandlerName, readonly Start[]>,
  warm: ReadonlyMap<HandlerName, Warm>,
): Row[] {
  const all = (name: HandlerName, figure: Figure) => (begun.get(name) ?? []).map((start) => start[figure]);
  const times = (name: HandlerName, other: HandlerName, figure: Figure) => {
    const others = all(other, figure);
    return median(all(name, figure).map((value, round) => value / (others[round] ?? Number.NaN)));
  };
  const cpu = (measure: string, [name, other]: readonly [HandlerName, HandlerName], figure: Figure): Row => {
    const [ours, against] = [median(all(name, figure)), median(all(other, figure))];
    return {
      measure,
      ours: `${ours.toFixed(1)} ms`,
      other: `${against.toFixed(1)} ms`,
      ratio: times(name, other, figure),
    };
  };
  const overhead = (warm.get("ours")?.p50 ?? 0) - (warm.get("publishes only")?.p50 ?? 0);
  const message = warm.get("ours")?.cpuMs ?? Number.NaN;
  return [
    budgetRow(`${node}: init CPU, times the trivial handler's`, times("ours", "trivial", "initCpuMs"), {
      most: INIT_LIMIT,
      unit: "x",
      digits: 2,
    }),
    budgetRow(`${node}: warm overhead over the publish call, p50`, overhead, {
      most: OVERHEAD_LIMIT_MS,
      unit: "ms",
      digits: 2,
    }),
    cpu(`${node}: CPU of a start, against the trivial handler's`, ["ours", "trivial"], "initCpuMs"),
    cpu(`${node}: CPU up to the first answer`, ["ours", "trivial"], "answerCpuMs"),
    cpu(`${node}: CPU up to the first answer, with a store`, ["ours, with a store", "trivial"], "answerCpuMs"),
    {
      measure: `${node}: CPU of a warm message, against one that is only published`,
      ours: `${message.toFixed(2)} ms`,
      other: `${(warm.get("publishes only")?.cpuMs ?? Number.NaN).toFixed(2)} ms`,
      ratio: message / (warm.get("publishes only")?.cpuMs ?? Number.NaN),
    },
  ];
}

const environmentFor = (port: number) => ({
  ABLY_PUBLISH_KEY: "appid.publisher:secret",
  ABLY_SIGNING_KEY: "appid.signer:s3cr3tValue",
  ABLY_ENDPOINT: "127.0.0.1",
  ABLY_PORT: String(port),
  ABLY_TLS: "false",
});

const storeAt = (port: number) => ({
  STORE_TABLE: "asterism",
  STORE_ENDPOINT: `http://127.0.0.1:${port}/`,
  AWS_ACCESS_KEY_ID: "id",
  AWS_SECRET_ACCESS_KEY: "secret",
});

/** A table in which nothing was saved yet. */
const answerEmpty: RequestListener = (request, response) => {
  request.resume().once("end", () => response.end('{"Items":[]}'));
};

async function coldStart(runtime: Runtime, id: string): Promise<Start> {
  const startedAt = performance.now();
  await runtime.start();
  const initMs = performance.now() - startedAt;
  const initCpuMs = runtime.cpuMs();
  const calledAt = performance.now();
  await runtime.invoke(eventWith(id));
  return { initMs, initCpuMs, firstMs: performance.now() - calledAt, answerCpuMs: runtime.cpuMs() };
}

interface Warm {
  readonly p50: number;
  readonly p99: number;
  readonly grownMb: number;
  /** CPU of one call. */
  readonly cpuMs: number;
}

/** The handlers take turns, call by call, so that a busy moment hits all of them. */
async function warmCalls(
  runtimes: readonly (readonly [HandlerName, Runtime])[],
  node: string,
  calls: number,
): Promise<Map<HandlerName, Warm>> {
  const times = new Map<HandlerName, number[]>(runtimes.map(([name]) => [name, []]));
  const before = new Map<HandlerName, { readonly bytes: number; readonly cpuMs: number }>();
  for (const [, runtime] of runtimes) await runtime.start();
  const warmUp = 100;
  for (let call = 0; call < warmUp + calls; call += 1) {
    for (const [name, runtime] of runtimes) {
      if (call === warmUp) before.set(name, { bytes: runtime.residentBytes(), cpuMs: runtime.cpuMs() });
      const event = eventWith(`${node}-warm-${call}`);
      const startedAt = performance.now();
      const { error } = await runtime.invoke(event);
      if (error !== undefined) throw new Error(error);
      if (call >= warmUp) times.get(name)?.push(performance.now() - startedAt);
    }
  }
  const results = new Map<HandlerName, Warm>();
  for (const [name, runtime] of runtimes) {
    const all = times.get(name) ?? [];
    const { bytes = 0, cpuMs = 0 } = before.get(name) ?? {};
    const grownMb = (runtime.residentBytes() - bytes) / 1_048_576;
    const each = (runtime.cpuMs() - cpuMs) / calls;
    results.set(name, { p50: median(all), p99: quantile(all, 0.99), grownMb, cpuMs: each });
  }
  return results;
}

const eventWith = (id: string) =>
  signed(
    JSON.stringify({
      items: [
        {
          source: "channel.message",
          data: {
            channelId: "chat:from-clients",
            messages: [{ id, clientId: "Ada.x1y2z3", timestamp: Date.now(), data: "I like potato" }],
          },
        },
      ],
    }),
  );

function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
}

const median = (values: readonly number[]): number => quantile(values, 0.5);
