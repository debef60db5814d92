/**
 * The embedded broker against the floor (a bare `ws` server that sends one shared buffer to each socket) and socket.io.
 * Each measurement runs in fresh processes, one for the server and one for the load; the servers take turns, so that a
 * busy machine is busy for all; what is printed are medians. CPU is the server process's own.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import type { Kind } from "./broker/dialect.ts";
import type { FanOutResult, LoadCalls } from "./broker/load.ts";
import type { ServerCalls } from "./broker/server.ts";
import { type Peer, startPeer } from "./peer.ts";
import type { Progress } from "./progress.ts";
import { median, type Row, type Table } from "./table.ts";

/** Subscribers that are few. */
const FEW = 100;

/** Bytes of a delivered frame, about those of a chat message. */
const FRAME_BYTES = 300;

interface Plan {
  readonly rounds: number;
  /** Milliseconds that a measurement lasts, after as long to warm up; a fan-out to very few or very many lasts longer. */
  readonly ms: number;
  readonly subscribers: readonly number[];
  /** Connections of the rows that name 5,000. */
  readonly many: number;
  readonly stallMs: number;
}

const FULL: Plan = { rounds: 5, ms: 3_000, subscribers: [100, 1_000, 5_000, 10_000], many: 5_000, stallMs: 10_000 };
const QUICK: Plan = { rounds: 1, ms: 1_000, subscribers: [100, 1_000], many: 1_000, stallMs: 3_000 };

interface Session {
  readonly kind: Kind;
  readonly port: number;
  readonly server: Peer<ServerCalls>;
  readonly load: Peer<LoadCalls>;
}

async function inSession<T>(
  kind: Kind,
  body: (session: Session) => Promise<T>,
  options: { acknowledges?: boolean; data?: string } = {},
): Promise<T> {
  const server = startPeer<ServerCalls>(new URL("./broker/server.ts", import.meta.url));
  const load = startPeer<LoadCalls>(new URL("./broker/load.ts", import.meta.url));
  try {
    const { port } = await server.call("start", { kind, frameBytes: FRAME_BYTES, ...options });
    return await body({ kind, port, server, load });
  } finally {
    await Promise.all([server.kill(), load.kill()]);
  }
}

/** Measures each candidate once a round, in turns, and answers each one's median. */
async function interleaved<Name extends string>(
  rounds: number,
  candidates: Readonly<Record<Name, () => Promise<Record<string, number>>>>,
): Promise<Record<Name, (measure: string) => number>> {
  const names = Object.keys(candidates) as Name[];
  const seen = new Map<Name, Record<string, number>[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(turn + round) % names.length] ?? names[0];
      if (name === undefined) continue;
      seen.get(name)?.push(await candidates[name]());
    }
  }
  const medianOf = (name: Name) => (measure: string) =>
    median((seen.get(name) ?? []).map((values) => values[measure] ?? Number.NaN));
  return Object.fromEntries(names.map((name) => [name, medianOf(name)])) as Record<Name, (measure: string) => number>;
}

/** Data of this many bytes makes a delivered frame of FRAME_BYTES. */
const DATA_BYTES: Record<Kind, number> = { asterism: 0, ws: 100, socketio: FRAME_BYTES - '42["message",""]'.length };

/** Finds out how many bytes the broker adds to the data of a message. */
async function calibrate(): Promise<void> {
  const { bytes } = await inSession("asterism", async (session) => {
    await session.load.call("connect", { ...on(session), count: 1, channels: [["bench"]] });
    return fanOutFor(session, { channels: ["bench"], subscribers: 1, window: 1, ms: 200, dataBytes: 100 });
  });
  const header = 4;
  DATA_BYTES.asterism = Math.max(0, Math.round(FRAME_BYTES + header - (bytes - 100)));
}

const on = ({ kind, port }: Session): { kind: Kind; port: number } => ({ kind, port });

type FanOut = { channels: readonly string[]; subscribers: number; window: number; ms: number; dataBytes?: number };

function fanOutFor(session: Session, what: FanOut): Promise<FanOutResult> {
  return session.load.call("fanOut", { dataBytes: DATA_BYTES[session.kind], ...what, ...on(session) });
}

/** Warms up, then measures deliveries a second, CPU for each in µs, and p99 to the last subscriber in ms. */
async function measureFanOut(session: Session, what: FanOut): Promise<Record<string, number>> {
  await fanOutFor(session, what);
  const before = await session.server.call("cpu", null);
  const { deliveries, seconds, p99 } = await fanOutFor(session, what);
  const cpu = (await session.server.call("cpu", null)) - before;
  return { rate: deliveries / seconds, cpu: cpu / deliveries, p99 };
}

const toAll = (subscribers: number, window: number, ms: number): FanOut => ({
  channels: ["bench"],
  subscribers,
  window,
  // To few, what is done once a publish counts, and has to be compiled first; to many, a 99th percentile takes its time.
  ms: ms * Math.max(subscribers <= FEW ? 2 : 1, subscribers / 5_000),
});

function subscribed(
  kind: Kind,
  subscribers: number,
  window: number,
  ms: number,
): () => Promise<Record<string, number>> {
  return () =>
    inSession(kind, async (session) => {
      await session.load.call("connect", { ...on(session), count: subscribers, channels: [["bench"]] });
      return measureFanOut(session, toAll(subscribers, window, ms));
    });
}

const count = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const perSecond = (value: number): string => `${count.format(value)}/s`;
const micro = (value: number): string => `${value.toFixed(2)} µs`;
const milli = (value: number): string => `${value.toFixed(1)} ms`;
const kilo = (value: number): string => `${(value / 1024).toFixed(1)} KiB`;
const mega = (value: number): string => `${(value / 1024 / 1024).toFixed(1)} MiB`;

interface Pair {
  readonly ours: number;
  readonly other: number;
  readonly show: (value: number) => string;
}

function row(measure: string, { ours, other, show }: Pair, at: "least" | "most", ratio: number): Row {
  return { measure, ours: show(ours), other: show(other), ratio: ours / other, target: { at, ratio } };
}

async function fanOut({ rounds, ms, subscribers }: Plan): Promise<Row[]> {
  const rows: Row[] = [];
  for (const n of subscribers) {
    // the 99th percentile of few subscribers rests on some seventy messages a round
    const turns = n <= FEW ? 2 * rounds : rounds;
    const { asterism, ws, socketio } = await interleaved(turns, {
      asterism: subscribed("asterism", n, 1, ms),
      ws: subscribed("ws", n, 1, ms),
      socketio: subscribed("socketio", n, 1, ms),
    });
    const name = `fan-out to ${count.format(n)}`;
    const pair = (other: typeof ws, measure: string, show: Pair["show"]): Pair => ({
      ours: asterism(measure),
      other: other(measure),
      show,
    });
    rows.push(
      row(`${name}: deliveries, floor`, pair(ws, "rate", perSecond), "least", 0.95),
      row(`${name}: CPU for each, floor`, pair(ws, "cpu", micro), "most", 1),
      row(`${name}: p99 to the last, floor`, pair(ws, "p99", milli), "most", 1.1),
      row(`${name}: deliveries, socket.io`, pair(socketio, "rate", perSecond), "least", 1.5),
      {
        measure: `${name}: deliveries of the floor itself, socket.io`,
        ours: perSecond(ws("rate")),
        other: perSecond(socketio("rate")),
        ratio: ws("rate") / socketio("rate"),
      },
    );
  }
  return rows;
}

async function burst({ rounds, ms, subscribers }: Plan): Promise<Row[]> {
  const rows: Row[] = [];
  for (const n of subscribers) {
    const { asterism, ws } = await interleaved(rounds, {
      asterism: subscribed("asterism", n, 8, ms),
      ws: subscribed("ws", n, 8, ms),
    });
    const pair: Pair = { ours: asterism("cpu"), other: ws("cpu"), show: micro };
    rows.push(row(`8 in flight to ${count.format(n)}: CPU for each, floor`, pair, "most", 0.3));
  }
  return rows;
}

async function publish({ rounds, ms }: Plan): Promise<Row[]> {
  const measure = (kind: Kind) => () =>
    inSession(
      kind,
      async ({ load, port }) => {
        const params = { kind, port, connections: 50, dataBytes: 220 };
        await load.call("publish", { ...params, ms: ms / 2 });
        return { rate: await load.call("publish", { ...params, ms }) };
      },
      { acknowledges: true },
    );
  const { asterism, ws } = await interleaved(rounds, { asterism: measure("asterism"), ws: measure("ws") });
  const pair: Pair = { ours: asterism("rate"), other: ws("rate"), show: perSecond };
  return [row("publishes acknowledged to 50 connections, floor", pair, "least", 0.7)];
}

/** The same with a data folder, against a storage in memory and against the broker that keeps nothing. */
async function data({ rounds, ms }: Plan): Promise<Row[]> {
  const rateOf = async (folder?: string): Promise<Record<string, number>> =>
    await inSession(
      "asterism",
      async ({ kind, load, port }) => {
        const params = { kind, port, connections: 50, dataBytes: 220 };
        await load.call("publish", { ...params, ms: ms / 2 });
        return { rate: await load.call("publish", { ...params, ms }) };
      },
      folder === undefined ? {} : { data: folder },
    );
  const inFiles = async (): Promise<Record<string, number>> => {
    const folder = await mkdtemp(join(tmpdir(), "broker-bench-"));
    try {
      return await rateOf(folder);
    } finally {
      await rm(folder, { recursive: true });
    }
  };
  const candidates = { files: inFiles, twin: () => rateOf("twin"), none: () => rateOf() };
  const { files, twin, none } = await interleaved(rounds, candidates);
  const pair: Pair = { ours: files("rate"), other: twin("rate"), show: perSecond };
  return [
    row("publishes acknowledged with a data folder, the storage in memory", pair, "least", 0.6),
    {
      measure: "publishes acknowledged with a data folder, nothing kept",
      ours: perSecond(files("rate")),
      other: perSecond(none("rate")),
      ratio: files("rate") / none("rate"),
    },
  ];
}

/** Connections are compared with bare ones: of `ws` only the upgrade. */
const toAttach = (kind: Kind): string[][] => (kind === "ws" ? [[]] : [["bench"]]);

/**
 * Connections, also with --quick: what V8 once takes for young objects, up to 32 MiB, and once compiles is shared by all of
 * them, and for a thousand it is more than they cost themselves.
 */
const CONNECTIONS = 5_000;

async function memory({ rounds }: Plan): Promise<Row[]> {
  const many = CONNECTIONS;
  const measure = (kind: Kind) => () =>
    inSession(kind, async (session) => {
      const channels = toAttach(kind);
      await session.load.call("connect", { ...on(session), count: 200, channels });
      const before = await session.server.call("memory", null);
      await session.load.call("connect", { ...on(session), count: many, channels });
      return { bytes: ((await session.server.call("memory", null)) - before) / many };
    });
  const { asterism, ws } = await interleaved(rounds, { asterism: measure("asterism"), ws: measure("ws") });
  const pair: Pair = { ours: asterism("bytes"), other: ws("bytes"), show: kilo };
  return [row(`memory of one of ${count.format(many)} attached connections, floor`, pair, "most", 1.2)];
}

async function connect({ rounds }: Plan): Promise<Row[]> {
  const many = CONNECTIONS;
  const measure = (kind: Kind) => () =>
    inSession(kind, async (session) => {
      const channels = toAttach(kind);
      await session.load.call("connect", { ...on(session), count: many / 5, channels });
      const before = await session.server.call("cpu", null);
      await session.load.call("connect", { ...on(session), count: many, channels });
      return { cpu: ((await session.server.call("cpu", null)) - before) / many };
    });
  const { asterism, ws } = await interleaved(rounds, { asterism: measure("asterism"), ws: measure("ws") });
  const pair: Pair = { ours: asterism("cpu"), other: ws("cpu"), show: micro };
  return [row("CPU to connect and attach, a ws upgrade", pair, "most", 1.8)];
}

async function stalled({ rounds, stallMs }: Plan): Promise<Row[]> {
  let told = 0;
  let expected = 0;
  const measure = (readers: number) => () =>
    inSession("asterism", async (session) => {
      await session.load.call("connect", { ...on(session), count: 10, channels: [["bench"]] });
      const params = { ...on(session), channel: "bench", perSecond: 1_000, dataBytes: 8_192 };
      await session.load.call("stall", { ...params, stalled: 0, ms: 1_000 });
      await session.server.call("memory", null);
      await session.server.call("peak", null);
      const { p99, codes } = await session.load.call("stall", { ...params, stalled: readers, ms: stallMs });
      told += codes.filter((code) => code !== undefined).length;
      expected += readers;
      return { p99, peak: await session.server.call("peak", null) };
    });
  const { without, two } = await interleaved(rounds, { without: measure(0), two: measure(2) });
  const extra = two("peak") - without("peak");
  const limit = 16 * 1024 * 1024;
  const p99: Pair = { ours: two("p99"), other: without("p99"), show: milli };
  return [
    row("two stalled readers: memory beyond that without them", { ours: extra, other: limit, show: mega }, "most", 1),
    row("two stalled readers: p99 of the others, without them", p99, "most", 1.2),
    row("two stalled readers: closed with a code", { ours: told, other: expected, show: String }, "least", 1),
  ];
}

async function growth({ rounds, ms, many }: Plan): Promise<Row[]> {
  const cpuOf = (prepare: (session: Session) => Promise<FanOut>) => () =>
    inSession("asterism", async (session) => measureFanOut(session, await prepare(session)));
  const withSubscribers =
    (n: number, extra: { idle?: number; mixed?: boolean; history?: number } = {}) =>
    async (session: Session): Promise<FanOut> => {
      const { load } = session;
      if (extra.history) {
        const alone = { channels: ["bench"], subscribers: 1, window: 8 };
        await load.call("connect", { ...on(session), count: 1, channels: [["bench"]] });
        for (let left = extra.history; left > 0; ) left -= (await fanOutFor(session, { ...alone, ms: 300 })).messages;
        n -= 1;
      }
      await load.call("connect", { ...on(session), count: n, channels: [["bench"]], mixed: extra.mixed === true });
      const subscribers = n + (extra.history ? 1 : 0);
      if (extra.idle) await load.call("connect", { ...on(session), count: extra.idle, channels: [] });
      return toAll(subscribers, 1, ms);
    };
  const withChannels =
    (n: number) =>
    async (session: Session): Promise<FanOut> => {
      const readers = 10;
      const names = Array.from({ length: n }, (_, index) => `bench:${index}`);
      // a connection takes up to 100 channels; ten connections share each of these groups
      const groups = Array.from({ length: Math.ceil(n / 100) }, (_, g) => names.slice(g * 100, g * 100 + 100));
      await session.load.call("connect", { ...on(session), count: groups.length * readers, channels: groups });
      return { channels: names, subscribers: readers, window: 10, ms };
    };
  const withData =
    (dataBytes: number) =>
    async (session: Session): Promise<FanOut> => ({ ...(await withSubscribers(1_000)(session)), dataBytes });
  const cases = await interleaved(rounds, {
    few: cpuOf(withSubscribers(100)),
    many: cpuOf(withSubscribers(many)),
    tenChannels: cpuOf(withChannels(10)),
    manyChannels: cpuOf(withChannels(many)),
    plain: cpuOf(withSubscribers(1_000)),
    idle: cpuOf(withSubscribers(1_000, { idle: many })),
    history: cpuOf(withSubscribers(1_000, { history: 10_000 })),
    mixed: cpuOf(withSubscribers(1_000, { mixed: true })),
    large: cpuOf(withData(8_192)),
    largest: cpuOf(withData(60_000)),
  });
  const pair = (ours: keyof typeof cases, other: keyof typeof cases): Pair => ({
    ours: cases[ours]("cpu"),
    other: cases[other]("cpu"),
    show: micro,
  });
  const n = count.format(many);
  return [
    row(`CPU for a delivery, ${n} subscribers against 100`, pair("many", "few"), "most", 1.7),
    row(`CPU for a delivery, ${n} channels against 10`, pair("manyChannels", "tenChannels"), "most", 1.3),
    row(`CPU for a delivery, ${n} idle connections against none`, pair("idle", "plain"), "most", 1.2),
    row("CPU for a delivery, 10,000 messages of history against none", pair("history", "plain"), "most", 1.2),
    row("CPU for a delivery, half the subscribers on msgpack against none", pair("mixed", "plain"), "most", 1.15),
    row("CPU for a delivery, messages of 8 KB against 300 bytes", pair("large", "plain"), "most", 1.7),
    row("CPU for a delivery, messages of 60 KB against 300 bytes", pair("largest", "plain"), "most", 5),
  ];
}

const ROWS: Readonly<Record<string, (plan: Plan) => Promise<Row[]>>> = {
  fanout: fanOut,
  burst,
  publish,
  data,
  memory,
  connect,
  stalled,
  growth,
};

/**
 * Runs all rows or those named; `--quick` with fewer connections and one round, `--rounds=N` with N,
 * `--subscribers=N,M` with fan-outs of these sizes.
 */
export async function run(args: readonly string[], show: (table: Table) => void, progress: Progress): Promise<void> {
  const names = args.filter((arg) => !arg.startsWith("--"));
  const unknown = names.filter((name) => !(name in ROWS));
  if (unknown.length > 0) {
    process.stderr.write(`no row of the name ${unknown.join(", ")}; there are: ${Object.keys(ROWS).join(", ")}\n`);
    process.exitCode = 2;
    return;
  }
  const base = args.includes("--quick") ? QUICK : FULL;
  const option = (name: string): string | undefined =>
    args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
  const rounds = Number(option("rounds") ?? base.rounds);
  const subscribers = option("subscribers")?.split(",").map(Number) ?? base.subscribers;
  const plan = { ...base, rounds, subscribers };
  await calibrate();
  const rows: Row[] = [];
  for (const [name, measure] of Object.entries(ROWS)) {
    if (names.length > 0 && !names.includes(name)) continue;
    progress.step(name);
    rows.push(...(await measure(plan)));
  }
  const machine = `Node ${process.version}, ${availableParallelism()} cores`;
  const how = `medians of at least ${rounds} round(s), frames of ${FRAME_BYTES} bytes`;
  show({ title: `broker: ${how}, ${machine}`, rows });
}
