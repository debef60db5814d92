/** A broker under attack, and the good clients whose service must not suffer. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import * as Ably from "ably";
import { expect } from "vitest";
import { type Broker, type Census, createBroker } from "../../../server/broker/index.ts";
import { createFakeClock, type FakeClock } from "../../helpers/fake-clock.ts";
import { createEar } from "./attacker.ts";

/** What the attackers have: a key of the same app, for channels of their own. */
export const ATTACKER_KEY = "hostile.key:hostilesecret";

const APP = "hostile";

/** Longer than anything the broker remembers of a connection or channel. */
const AGES_MS = 100 * 60 * 60 * 1000;

/** What only the good clients may read. */
export const SECRET = "what-only-friends-may-read";

export interface Arena {
  readonly port: number;
  readonly broker: Broker;
  readonly ear: ReturnType<typeof createEar>;
  /** The broker's time follows real time; this moves it on. */
  pass(ms: number): void;
  /** The good clients say something; resolves when each of them has heard it, and all before it. */
  talk(): Promise<void>;
  /** Everybody leaves and all that the broker remembers of anybody expires: what is left? */
  aftermath(): Promise<Census | undefined>;
  close(): Promise<void>;
}

/** Starts a broker with two good clients, one for each format, in an app that an attacker has a key of. */
export async function startArena(): Promise<Arena> {
  const clock = createFakeClock(Date.now());
  const broker = createBroker({
    clock,
    limits: {
      restRate: 1_000_000,
      tokenRate: 1_000_000,
      connectionRate: 1_000_000,
      channelRate: 1_000_000,
      channelMessageRate: 1_000,
      inboundRate: 200,
      outboundRate: 1_000,
    },
    apps: [
      {
        appId: APP,
        keys: [
          { id: "root", secret: "friends" },
          { id: "key", secret: "hostilesecret", capability: { "hostile:*": ["*"] } },
        ],
        namespaces: [{ id: "hostile", mutableMessages: true }],
      },
    ],
  });
  const server = createServer((request, response) => broker.handleRequest(request, response));
  server.on("upgrade", (request, socket, head) => broker.handleUpgrade(request, socket, head));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", 4096, resolve));
  const { port } = server.address() as AddressInfo;
  const pass = followRealTime(clock);
  const follow = setInterval(() => pass(0), 50);
  const friends = await Promise.all([befriend(port, false), befriend(port, true)]);
  let said = 0;
  return {
    port,
    broker,
    ear: createEar([SECRET]),
    pass,
    async talk() {
      said += 1;
      const text = `${SECRET} ${said}`;
      await Promise.all(friends.map((friend) => friend.channel.publish("word", `${friend.name}: ${text}`)));
      await Promise.all(friends.map((friend) => friend.heard(said * friends.length)));
    },
    async aftermath() {
      await Promise.all(friends.map(({ leave }) => leave()));
      await expect.poll(() => openSockets(server), { timeout: 10_000 }).toBe(0);
      clearInterval(follow);
      pass(AGES_MS);
      return broker.census(APP);
    },
    async close() {
      clearInterval(follow);
      await Promise.all(friends.map(({ leave }) => leave()));
      await broker.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function openSockets(server: Server): Promise<number> {
  return new Promise((resolve, reject) => server.getConnections((e, count) => (e ? reject(e) : resolve(count))));
}

function followRealTime(clock: FakeClock): (ms: number) => void {
  return (ms) => clock.tick(Math.max(0, Date.now() - clock.now()) + ms);
}

interface Friend {
  readonly name: string;
  readonly channel: Ably.RealtimeChannel;
  /** Resolves when this many messages have arrived; rejects when one is not a friend's. */
  heard(count: number): Promise<void>;
  leave(): Promise<void>;
}

async function befriend(port: number, useBinaryProtocol: boolean): Promise<Friend> {
  const name = useBinaryProtocol ? "msgpack-friend" : "json-friend";
  const client = new Ably.Realtime({
    key: "hostile.root:friends",
    clientId: name,
    endpoint: "127.0.0.1",
    port,
    tls: false,
    useBinaryProtocol,
    disableConnectivityCheck: true,
    logLevel: 0,
  });
  const channel = client.channels.get("private:secret");
  let count = 0;
  let problem: Error | undefined;
  const waiting = new Map<number, { resolve: () => void; reject: (error: Error) => void }>();
  await channel.subscribe((message) => {
    count += 1;
    if (!String(message.data).includes(SECRET)) problem = new Error(`a stranger's message: ${message.data}`);
    const waiter = waiting.get(count);
    waiting.delete(count);
    if (problem === undefined) waiter?.resolve();
    else waiter?.reject(problem);
  });
  await channel.presence.enter(SECRET);
  client.connection.once("disconnected", ({ reason }) => {
    problem = new Error(`${name} lost its connection: ${reason?.message}`);
  });
  return {
    name,
    channel,
    heard(wanted) {
      if (problem !== undefined) return Promise.reject(problem);
      if (count >= wanted) return Promise.resolve();
      return new Promise((resolve, reject) => waiting.set(wanted, { resolve, reject }));
    },
    async leave() {
      client.close();
      await client.connection.whenState("closed");
    },
  };
}
