/** One flooder beside honest people: everything of theirs arrives, and newcomers find room. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import * as Ably from "ably";
import { afterAll, expect, test } from "vitest";
import { createBroker } from "../../../server/broker/index.ts";
import { createFakeClock } from "../../helpers/fake-clock.ts";
import { ATTACKS, type Attack } from "./flooders.ts";

const KEY = "flooded.root:secret";
const ROOM = "room";
const MESSAGES = 40;
/** Between two messages of somebody who writes fast: limits are those of Ably, by the broker's own clock. */
const PACE_MS = 250;

interface Seen {
  readonly attack: string;
  /** Milliseconds from publish to arrival. */
  readonly delays: readonly number[];
  readonly lost: number;
  /** Publishes that were neither acknowledged nor refused. */
  readonly untold: number;
}

const table: Seen[] = [];
afterAll(() => {
  const at = (delays: readonly number[], share: number) =>
    ([...delays].sort((a, b) => a - b)[Math.ceil(delays.length * share) - 1] ?? Number.NaN).toFixed(1).padStart(7);
  const lines = table.map(
    ({ attack, delays, lost, untold }) =>
      `${attack.padEnd(44)}${at(delays, 0.5)}${at(delays, 0.99)}${String(lost).padStart(6)}${String(untold).padStart(8)}`,
  );
  process.stdout.write(`\n${"attack".padEnd(44)} p50 ms p99 ms  lost  untold\n${lines.join("\n")}\n`);
});

async function endure(attack: Attack | undefined): Promise<Seen> {
  const clock = createFakeClock(Date.now());
  const broker = createBroker({
    clock,
    apps: [{ appId: "flooded", keys: [{ id: "root", secret: "secret" }], namespaces: [{ id: ROOM, persisted: true }] }],
  });
  const server = createServer((request, response) => broker.handleRequest(request, response));
  server.on("upgrade", (request, socket, head) => broker.handleUpgrade(request, socket, head));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", 4096, resolve));
  const { port } = server.address() as AddressInfo;
  const common = { endpoint: "127.0.0.1", port, tls: false, logLevel: 0, disableConnectivityCheck: true } as const;
  const team = new Ably.Rest({ ...common, key: KEY });
  const people: Ably.Realtime[] = [];
  const enter = async (clientId: string): Promise<Ably.RealtimeChannel> => {
    const person = new Ably.Realtime({ ...common, tokenDetails: await team.auth.requestToken({ clientId }) });
    people.push(person);
    const channel = person.channels.get(ROOM);
    await channel.attach();
    return channel;
  };
  const [writer, reader] = [await enter("ann"), await enter("bob")];
  let isOver = false;
  const { token } = await team.auth.requestToken({ clientId: "mallory" });
  const flood = attack?.run({ port, token, room: ROOM, isOver: () => isOver });
  const delays: number[] = [];
  let untold = 0;
  const waiting = new Map<string, () => void>();
  await reader.subscribe((message) => waiting.get(message.id ?? "")?.());
  for (let at = 0; at < MESSAGES; at++) {
    clock.tick(PACE_MS);
    const id = `honest-${at}`;
    const began = performance.now();
    const arrived = new Promise<void>((resolve) => waiting.set(id, resolve));
    const told = await writer.publish({ id, name: "message", data: "hello" }).then(
      () => true,
      (error: Ably.ErrorInfo) => error.code !== undefined,
    );
    if (!told) untold++;
    await arrived;
    delays.push(performance.now() - began);
  }
  // a newcomer finds room, and so does what the function says
  const newcomer = await enter("carol");
  await newcomer.presence.enter();
  await newcomer.publish({ name: "message", data: "I am new" });
  clock.tick(1000);
  await team.channels.get("a new room").publish("message", "moderated");
  isOver = true;
  await flood;
  for (const person of people) person.close();
  await broker.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  return { attack: attack?.name ?? "nobody", delays, lost: MESSAGES - delays.length, untold };
}

test.each([{ name: "nobody", attack: undefined }, ...ATTACKS.map((attack) => ({ name: attack.name, attack }))])(
  "$name: all that honest people say arrives, and newcomers find room",
  { timeout: 60_000 },
  async ({ attack }) => {
    const seen = await endure(attack);
    table.push(seen);
    expect(seen).toMatchObject({ lost: 0, untold: 0 });
  },
);
