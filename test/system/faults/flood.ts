/**
 * Honest people beside somebody who writes as fast as the broker admits, in virtual time: a publish takes 25 ms, and a room
 * takes 50 of them a second. How long do the honest wait, with the flooder and without?
 */
import { createHandler } from "../../../lambda/create-handler.ts";
import { createFakeClock, type FakeClock } from "../../helpers/fake-clock.ts";
import { FakeAbly } from "../../lambda/helpers/fake-ably.ts";
import { MemoryQuarantine } from "../../lambda/helpers/memory-quarantine.ts";
import { CONFIG, contextWith } from "../../lambda/helpers/requests.ts";
import { Random } from "./random.ts";
import { BatchRule, type RuleEvent } from "./rule.ts";

const START = 1_700_000_000_000;
const LASTS_MS = 120_000;
const PUBLISH_MS = 25;
const ROOM_RATE = 50;
const ROOMS = ["chat:from-clients", "chat:from-clients:garden"] as const;
const HONEST = 12;
/** Each of the honest writes about so often. */
const HONEST_MS = 4_000;
/** By then the honest have begun to talk. */
const FLOOD_AFTER_MS = 5_000;
const FLOODER = "Mallory.mmmmmmmmmm";

/** Messages a second, and how many of them are in one publish: a channel takes 50 publishes a second. */
export const FLOODS = [
  { rate: 5, each: 1 },
  { rate: 10, each: 1 },
  { rate: 20, each: 1 },
  { rate: 45, each: 1 },
  { rate: 50, each: 1 },
  { rate: 200, each: 4 },
  { rate: 1_000, each: 20 },
  { rate: 1_000, each: 1_000 },
] as const;

/** With the flooder, 99 of 100 honest messages are there within so many times what it takes without. */
export const P99_TIMES = 1.5;

type Flood = (typeof FLOODS)[number];

/** What became of the honest. */
export interface Served {
  readonly p50: number;
  readonly p99: number;
  readonly written: number;
  /** Neither shown nor told. */
  readonly untold: number;
  readonly refused: number;
  readonly quarantined: number;
}

export interface Flooded {
  readonly flood: Flood;
  readonly without: Served;
  readonly with: Served;
  /** Of the flooder's own. */
  readonly flooder: { readonly written: number; readonly shown: number; readonly untold: number };
}

/** One rate: the same honest people write the same, once with the flooder and once without. */
export async function runFlood(flood: Flood, seed: number): Promise<Flooded> {
  const { honest: without } = await simulate(undefined, seed);
  const flooded = await simulate(flood, seed);
  return { flood, without, with: flooded.honest, flooder: flooded.flooder };
}

interface Written {
  readonly author: string;
  readonly room: string;
  readonly ids: readonly string[];
  readonly at: number;
}

async function simulate(flood: Flood | undefined, seed: number) {
  const time = createFakeClock(START);
  const ably = new FakeAbly(time.now);
  const quarantine = new MemoryQuarantine();
  const handler = createHandler(CONFIG, {
    now: time.now,
    sleep: time.sleep,
    random: new Random(seed).next,
    publisher: slow(ably, time),
    quarantine,
    log: () => undefined,
  });
  const rule = new BatchRule({
    time,
    random: new Random(seed),
    repeats: 0,
    holds: 0,
    post: async (event) => {
      const { statusCode, body = "" } = await handler(event, contextWith(12_000));
      return { status: statusCode, body };
    },
  });
  const written = [...honestWords(seed), ...(flood === undefined ? [] : floodWords(flood))].sort((a, b) => a.at - b.at);
  const everything = async () => {
    for (const one of written) {
      await time.sleep(one.at - time.now());
      rule.offer(eventOf(one));
    }
    await rule.finish();
  };
  await time.run(everything());
  const isHonest = ({ author }: Written) => author !== FLOODER;
  const kept = quarantine.entries.filter(
    ({ what }) => what.kind === "message" && what.message.clientId !== FLOODER,
  ).length;
  return {
    honest: { ...serviceOf(written.filter(isHonest), ably), quarantined: kept },
    flooder: flooderOf(
      written.filter((one) => !isHonest(one)),
      ably,
    ),
  };
}

/** Each publish takes a while, and a room takes no more than so many a second. */
function slow(ably: FakeAbly, time: FakeClock) {
  const lately = new Map<string, number[]>();
  return {
    async publish(...[channel, message]: Parameters<FakeAbly["publish"]>) {
      const inLastSecond = (lately.get(channel) ?? []).filter((at) => at > time.now() - 1_000);
      lately.set(channel, inLastSecond);
      await time.sleep(PUBLISH_MS);
      if (inLastSecond.length >= ROOM_RATE) return { ok: false, kind: "transient", code: 42_911 } as const;
      inLastSecond.push(time.now());
      return await ably.publish(channel, message);
    },
    idsSince: (...query: Parameters<FakeAbly["idsSince"]>) => ably.idsSince(...query),
  };
}

function honestWords(seed: number): Written[] {
  const random = new Random(seed);
  return Array.from({ length: HONEST }, (_, person) => {
    const author = `Person${person}.person${String(person).padStart(4, "0")}`;
    const room = ROOMS[person % ROOMS.length] ?? ROOMS[0];
    const words: Written[] = [];
    for (let at = START + random.between(0, HONEST_MS); at < START + LASTS_MS; at += random.between(500, 2 * HONEST_MS))
      words.push({ author, room, ids: [`${author}-${words.length}`], at });
    return words;
  }).flat();
}

function floodWords({ rate, each }: Flood): Written[] {
  const count = Math.floor((rate * (LASTS_MS - FLOOD_AFTER_MS)) / 1_000 / each);
  return Array.from({ length: count }, (_, n) => ({
    author: FLOODER,
    room: ROOMS[0],
    ids: Array.from({ length: each }, (_, index) => `flood-${n}-${index}`),
    at: START + FLOOD_AFTER_MS + Math.floor((n * 1_000 * each) / rate),
  }));
}

function eventOf({ author, room, ids, at }: Written): RuleEvent {
  const messages = ids.map((id) => ({ id, clientId: author, timestamp: at, data: `what ${id} says` }));
  return { at, item: { source: "channel.message", data: { channelId: room, site: "sim", messages } } };
}

function serviceOf(written: readonly Written[], ably: FakeAbly): Omit<Served, "quarantined"> {
  const shown = new Map<string, number>();
  for (const { at, message } of ably.delivered) {
    if ("extras" in message) shown.set(message.extras.headers["source-id"], at);
  }
  const told = toldIn(ably);
  const waits = written.flatMap(({ ids, at }) => ids.flatMap((id) => (shown.get(id) ?? Number.NaN) - at));
  const seen = waits.filter((wait) => !Number.isNaN(wait)).sort((a, b) => a - b);
  const ids = written.flatMap((one) => one.ids);
  return {
    p50: quantile(seen, 0.5),
    p99: quantile(seen, 0.99),
    written: ids.length,
    untold: ids.filter((id) => !shown.has(id) && !told.has(id)).length,
    refused: ids.filter((id) => told.has(id)).length,
  };
}

function flooderOf(written: readonly Written[], ably: FakeAbly): Flooded["flooder"] {
  const { written: count, untold, refused } = serviceOf(written, ably);
  return { written: count, shown: count - untold - refused, untold };
}

function toldIn(ably: FakeAbly): Set<string> {
  const told = new Set<string>();
  for (const { message } of ably.delivered) {
    if (message.name !== "notice") continue;
    const { "source-id": first, also = [] } = JSON.parse(message.data);
    for (const id of [first, ...also]) told.add(id);
  }
  return told;
}

const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
