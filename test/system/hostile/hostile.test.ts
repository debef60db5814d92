/**
 * What a stranger can send. The broker must stay up, serve its good clients all the while, tell nobody what is not
 * theirs, and be as small afterwards as it was before. A run is made by its seed; a failure names it, and
 * `HOSTILE_SEED=<seed> npx vitest run test/system/hostile` repeats it.
 */
import { afterEach, expect, test } from "vitest";
import { ACTION } from "../../../server/broker/wire/actions.ts";
import { parseAnnotation } from "../../../server/broker/wire/annotation.ts";
import { decode } from "../../../server/broker/wire/codec.ts";
import { parseFrame } from "../../../server/broker/wire/frame.ts";
import { parseMessage } from "../../../server/broker/wire/message.ts";
import { length } from "../../helpers/length.ts";
import { type Arena, ATTACKER_KEY, startArena } from "./arena.ts";
import { type Attacker, attack, upgradeRequest } from "./attacker.ts";
import { annotationPayload, brokenPayload, readablePayload } from "./payloads.ts";
import { type Chance, createChance } from "./random.ts";
import { hostileRequest } from "./requests.ts";
import { brokenFrame, soundFrame } from "./websocket.ts";

const seed = Number(process.env.HOSTILE_SEED ?? Math.floor(Math.random() * 2 ** 31));
const FRAMES = length(15_000, 100_000);
const REQUESTS = length(1_000, 10_000);
const BROKEN = length(30_000, 300_000);
const ANNOTATIONS = length(5_000, 15_000);
const FRAMES_PER_CONNECTION = 38;
const AT_ONCE = 40;
const repeat = `HOSTILE_SEED=${seed}`;

/** Nothing of anybody. */
const EMPTY = { connections: 0, connected: 0, channels: 0, rules: [] };

const arenas: Arena[] = [];

afterEach(async () => {
  for (const arena of arenas.splice(0)) await arena.close();
});

async function enterArena(): Promise<Arena> {
  const arena = await startArena();
  arenas.push(arena);
  await arena.talk();
  return arena;
}

const QUERIES = [
  `key=${ATTACKER_KEY}&v=6&format=json`,
  `key=${ATTACKER_KEY}&v=6&format=msgpack`,
  `key=${ATTACKER_KEY}&v=6&format=json&clientId=mallory&echo=false&heartbeats=true`,
  `key=${ATTACKER_KEY}&v=6&format=msgpack&clientId=mallory&remainPresentFor=-1&heartbeatInterval=1`,
];

const WEIRD_QUERIES = [
  "",
  "key=hostile.root:guess&v=6",
  "key=__proto__.constructor:x&v=6",
  "access_token=e30.e30.e30&v=6",
  "access_token=hostile.x&accessToken=y&key=z",
  `key=${ATTACKER_KEY}&v=-1&format=yaml`,
  `key=${ATTACKER_KEY}&v=6&resume=__proto__!x`,
  `key=${ATTACKER_KEY}&v=6&recover=%00%ff`,
  `key=${ATTACKER_KEY}&v=6&clientId=*`,
  `key=${ATTACKER_KEY}&v=6&clientId=%ff`,
  `key=${ATTACKER_KEY}&v=6&heartbeatInterval=1e999`,
  `key=%`,
  `v=6&${"a=b&".repeat(1_000)}`,
];

/** Frames for one connection: many that can be read, and as the last ones those that it hardly survives. */
function frames(chance: Chance, binary: boolean): Buffer[] {
  const sent: Buffer[] = [];
  while (sent.length < FRAMES_PER_CONNECTION) sent.push(soundFrame(readablePayload(chance, binary)));
  sent.push(soundFrame(brokenPayload(chance)));
  if (chance.bool()) sent.push(brokenFrame(chance));
  return sent;
}

test(`survives ${FRAMES} hostile frames (${repeat})`, { timeout: 240_000 }, async () => {
  const chance = createChance(seed);
  const arena = await enterArena();
  let count = 0;
  while (count < FRAMES) {
    const wave: Attacker[] = [];
    for (let n = 0; n < AT_ONCE; n++) {
      const query = chance.bool(0.9) ? chance.pick(QUERIES) : chance.pick(WEIRD_QUERIES);
      const sent = frames(chance, query.includes("msgpack"));
      count += sent.length;
      const attacker = attack(arena.port, arena.ear, upgradeRequest(query));
      attacker.socket.write(Buffer.concat(sent));
      attacker.socket.end();
      wave.push(attacker);
    }
    await Promise.all(wave.map(({ closed }) => closed));
    await arena.talk();
  }
  expect(await arena.aftermath(), repeat).toEqual(EMPTY);
  expect(arena.ear.leaks, repeat).toEqual([]);
  expect(arena.ear.statuses.get("101"), repeat).toBeGreaterThan(count / FRAMES_PER_CONNECTION / 2);
  expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
});

test(`reads ${BROKEN} broken payloads without a throw (${repeat})`, { timeout: 240_000 }, () => {
  const chance = createChance(seed + 3);
  for (let count = 0; count < BROKEN; count++) {
    const { binary, bytes } = brokenPayload(chance);
    const decoded = decode(binary ? "msgpack" : "json", bytes);
    if (!decoded.ok) continue;
    const frame = parseFrame(decoded.value);
    if (!frame.ok || !("items" in frame.value)) continue;
    for (const item of frame.value.items) {
      parseMessage(item);
      parseAnnotation(item);
    }
  }
  expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
});

test(`survives ${ANNOTATIONS} hostile annotations of one message, and counts right (${repeat})`, {
  timeout: 120_000,
}, async () => {
  const chance = createChance(seed + 4);
  const arena = await enterArena();
  const messages = `http://127.0.0.1:${arena.port}/channels/hostile%3Aannotated/messages`;
  const headers = {
    authorization: `Basic ${Buffer.from(ATTACKER_KEY).toString("base64")}`,
    "content-type": "application/json",
  };
  const published = await fetch(messages, { method: "POST", headers, body: '{"data":"x"}' });
  const [serial] = Object(await published.json()).serials;
  for (let count = 0; count < ANNOTATIONS; count += AT_ONCE * FRAMES_PER_CONNECTION) {
    const wave = Array.from({ length: AT_ONCE }, () => {
      const query = chance.pick(QUERIES);
      const binary = query.includes("msgpack");
      const sent = Array.from({ length: FRAMES_PER_CONNECTION }, (_, msgSerial) =>
        soundFrame(annotationPayload(chance, binary, "hostile:annotated", msgSerial, serial)),
      );
      const attacker = attack(arena.port, arena.ear, upgradeRequest(query));
      attacker.socket.end(Buffer.concat(sent));
      return attacker;
    });
    await Promise.all(wave.map(({ closed }) => closed));
    arena.pass(1_000);
    await arena.talk();
  }
  const message = await fetch(`${messages}/${encodeURIComponent(serial)}`, { headers });
  const { summary } = Object(await message.json()).annotations;
  const counts = Object.entries(summary).flatMap(([type, entry]) =>
    /:(total|flag)\.v1$/.test(type) ? [entry] : Object.values(Object(entry)),
  );
  expect(counts.length, repeat).toBeGreaterThan(20);
  expect(counts.length, repeat).toBeLessThanOrEqual(100);
  for (const { total, clientIds = [], clipped } of counts.map(Object)) {
    const listed = Array.isArray(clientIds) ? clientIds : Object.keys(clientIds);
    expect(Number.isSafeInteger(total) && total > 0, repeat).toBe(true);
    expect(listed.length, repeat).toBeLessThanOrEqual(clipped ? 200 : total);
  }
  expect(await arena.aftermath(), repeat).toEqual(EMPTY);
  expect(arena.ear.leaks, repeat).toEqual([]);
  expect(Object.hasOwn(Object.prototype, "total")).toBe(false);
});

test(`survives sockets that stall, stay half open or come in floods (${repeat})`, { timeout: 120_000 }, async () => {
  const chance = createChance(seed + 1);
  const arena = await enterArena();
  const attackers: Attacker[] = [];
  const open = (first: string | Buffer, reads = true): Attacker => {
    const attacker = attack(arena.port, arena.ear, first, { reads });
    attackers.push(attacker);
    return attacker;
  };
  const attachAll = soundFrame({ binary: false, bytes: Buffer.from('{"action":10,"channel":"hostile:a"}') });
  for (let n = 0; n < 100; n++) {
    const upgrade = upgradeRequest(chance.pick(QUERIES));
    open(upgrade.slice(0, chance.int(upgrade.length))); // half a request
    open(upgrade).socket.end(); // a FIN right after it
    const reset = open(upgrade);
    reset.socket.once("connect", () => reset.socket.resetAndDestroy()); // gone before the answer
    open(upgrade, false).socket.write(attachAll); // attached, and never reads
    open(upgrade).socket.write(brokenFrame(chance)); // a frame that never ends, perhaps
    if (n % 10 === 0) await arena.talk();
  }
  // everybody who is attached and does not read is flooded
  const loud = Buffer.alloc(60_000, "x").toString();
  for (let n = 0; n < 20; n++) {
    const publisher = open(upgradeRequest(`key=${ATTACKER_KEY}&v=6&format=json`));
    for (let serial = 0; serial < 40; serial++) {
      const frame = { action: ACTION.message, channel: "hostile:a", msgSerial: serial, messages: [{ data: loud }] };
      publisher.socket.write(soundFrame({ binary: false, bytes: Buffer.from(JSON.stringify(frame)) }));
    }
    publisher.socket.end();
    await publisher.closed;
    arena.pass(1_000);
    await arena.talk();
  }
  for (const { socket } of attackers) socket.resetAndDestroy();
  await Promise.all(attackers.map(({ closed }) => closed));
  expect(await arena.aftermath(), repeat).toEqual(EMPTY);
  expect(arena.ear.leaks, repeat).toEqual([]);
});

test(`answers ${REQUESTS} hostile REST requests with a refusal or not at all (${repeat})`, {
  timeout: 120_000,
}, async () => {
  const chance = createChance(seed + 2);
  const arena = await enterArena();
  for (let count = 0; count < REQUESTS; count += AT_ONCE) {
    const wave = Array.from({ length: AT_ONCE }, () => {
      const attacker = attack(arena.port, arena.ear, hostileRequest(chance, ATTACKER_KEY));
      attacker.socket.end();
      return attacker;
    });
    await Promise.all(wave.map(({ closed }) => closed));
    await arena.talk();
  }
  expect(await arena.aftermath(), repeat).toEqual(EMPTY);
  expect(arena.ear.leaks, repeat).toEqual([]);
  const failed = [...arena.ear.statuses.keys()].filter((status) => status.startsWith("5"));
  expect(failed, repeat).toEqual([]);
});
