/** A broker that ends and one that goes on with its storage: what was acknowledged is there, clients are told the truth. */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import * as Ably from "ably";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type NamespaceSpec,
  openStorage,
  type RuleSpec,
  type StartBrokerOptions,
  type StartedBroker,
  startBroker,
  type Undelivered,
} from "../../../../server/broker/index.ts";
import { APP, hostBroker } from "../broker-host.ts";

const KEY = "app.root:root-secret";
const NAMESPACES: readonly NamespaceSpec[] = [{ id: "mutable", mutableMessages: true }];

let data = "";
const ends: (() => unknown)[] = [];
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), "broker-restart-"));
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  rmSync(data, { recursive: true, force: true });
});

async function start(options: StartBrokerOptions = {}): Promise<StartedBroker> {
  const broker = await startBroker({ key: KEY, namespaces: NAMESPACES, data, log: () => {}, ...options });
  ends.push(() => broker.stop());
  return broker;
}

const optionsFor = ({ endpoint, port }: StartedBroker): Ably.ClientOptions => ({
  key: KEY,
  endpoint,
  port,
  tls: false,
  logLevel: 0,
  disconnectedRetryTimeout: 30,
});

const restOf = (broker: StartedBroker): Ably.Rest => new Ably.Rest(optionsFor(broker));

function realtimeOf(broker: StartedBroker, options: Partial<Ably.ClientOptions> = {}): Ably.Realtime {
  const client = new Ably.Realtime({ ...optionsFor(broker), ...options });
  ends.push(() => client.close());
  return client;
}

/** The same port with another broker. */
async function restart(broker: StartedBroker, options: StartBrokerOptions = {}): Promise<StartedBroker> {
  await broker.stop();
  return await start({ port: broker.port, ...options });
}

const textsOf = async (channel: Ably.Channel | Ably.RealtimeChannel): Promise<unknown[]> =>
  (await channel.history({ direction: "forwards" })).items.map(({ data: text }) => text);

describe("after a restart", () => {
  test("the history is as it was, binary, JSON and extras included, and serials go on rising", async () => {
    const first = await start();
    const channel = restOf(first).channels.get("room");
    await channel.publish("a", "text");
    await channel.publish([{ name: "b", data: { json: true } }, { data: Buffer.from([1, 2, 255]) }]);
    await channel.publish({ name: "c", data: "last", extras: { headers: { x: "1" } } });
    const before = (await channel.history()).items;
    const after = restOf(await restart(first)).channels.get("room");
    expect((await after.history()).items).toEqual(before);
    await after.publish("d", "new");
    const [newest, second] = (await after.history()).items;
    expect(newest?.data).toBe("new");
    expect((newest?.serial ?? "") > (second?.serial ?? "~")).toBe(true);
  });

  test("versions and annotations are there, and go on where they were", async () => {
    const first = await start();
    const channel = restOf(first).channels.get("mutable:room");
    const { serials } = await channel.publish("m", "one");
    const serial = serials[0] ?? "";
    await channel.updateMessage({ serial, data: "two" });
    await channel.annotations.publish(serial, { type: "likes:total.v1" });
    const after = restOf(await restart(first)).channels.get("mutable:room");
    await after.appendMessage({ serial, data: " and three" });
    await after.annotations.publish(serial, { type: "likes:total.v1" });
    const message = await after.getMessage(serial);
    expect(message.data).toBe("two and three");
    expect(message.annotations?.summary["likes:total.v1"]).toEqual({ total: 2 });
    const versions = (await after.getMessageVersions(serial)).items;
    expect(versions.map(({ data: text }) => text)).toEqual(["one", "two", "two and three"]);
    expect((await after.annotations.get(serial, {})).items.length).toBe(2);
    expect(await textsOf(after)).toEqual(["two and three"]);
  });

  test("a message with an id that was published before is answered like the first, and not published again", async () => {
    const first = await start();
    const before = await restOf(first).channels.get("room").publish({ id: "own-1", data: "once" });
    const channel = restOf(await restart(first)).channels.get("room");
    expect(await channel.publish({ id: "own-1", data: "once" })).toEqual(before);
    expect(await textsOf(channel)).toEqual(["once"]);
  });

  test("a client resumes its connection and its channels, and gets what it missed", async () => {
    const first = await start();
    const client = realtimeOf(first);
    const channel = client.channels.get("room");
    const heard: unknown[] = [];
    await channel.subscribe(({ data: text }) => heard.push(text));
    await channel.publish("m", "before");
    const { id } = client.connection;
    const attached: Ably.ChannelStateChange[] = [];
    channel.on("attached", (change) => attached.push(change));
    const second = await restart(first);
    await restOf(second).channels.get("room").publish("m", "missed, or not");
    await channel.whenState("attached");
    const last = new Promise<void>((resolve) => void channel.subscribe("last", () => resolve()));
    await channel.publish("last", "after");
    await last;
    expect(client.connection.id).toBe(id);
    expect(client.connection.errorReason).toBeNull();
    expect(attached.map(({ resumed }) => resumed)).toEqual([true]);
    expect(heard).toEqual(["before", "missed, or not", "after"]);
  });

  test("a client is told that it has no continuity when some of what it missed is gone", async () => {
    const first = await start();
    const client = realtimeOf(first);
    const channel = client.channels.get("room");
    await channel.attach();
    await channel.publish("m", "before");
    const changes: Ably.ChannelStateChange[] = [];
    const back = new Promise<void>((resolve) => {
      channel.on(["attached", "update"], (change) => {
        changes.push(change);
        resolve();
      });
    });
    client.connection.once("disconnected", () => {});
    await first.stop();
    // Another broker was here meanwhile, and kept little.
    const other = await start({ limits: { historyPublishes: 2 } });
    const rest = restOf(other).channels.get("room");
    for (const text of ["1", "2", "3"]) await rest.publish("m", text);
    await other.stop();
    await start({ port: first.port });
    await back;
    expect(changes[0]).toMatchObject({ resumed: false, reason: { code: 90003 } });
    expect(await textsOf(channel)).toEqual(["2", "3"]);
  });

  test("a connection that was lost for longer than it is kept is refused with 80018, and another one made", async () => {
    let now = Date.now();
    const clock = {
      now: () => now,
      after(ms: number, task: () => void) {
        const timer = setTimeout(task, ms);
        return () => clearTimeout(timer);
      },
    };
    const first = await start({ clock });
    const client = realtimeOf(first);
    await client.connection.whenState("connected");
    const { id } = client.connection;
    const back = new Promise<Ably.ConnectionStateChange>((resolve) => {
      client.connection.once("disconnected", () => client.connection.once("connected", resolve));
    });
    await first.stop();
    now += 121_000;
    await start({ port: first.port, clock });
    expect((await back).reason?.code).toBe(80018);
    expect(client.connection.id).not.toBe(id);
  });
});

describe("what rules have not delivered", () => {
  /** An endpoint that answers as it is told, and keeps what it was sent. */
  async function endpoint() {
    const bodies: string[] = [];
    let status = 500;
    const server = createServer(async (request, response) => {
      let body = "";
      for await (const part of request) body += String(part);
      bodies.push(body);
      server.emit("posted");
      response.writeHead(status).end();
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    ends.push(() => {
      server.close();
      server.closeAllConnections();
    });
    return {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      bodies,
      answer(with_: number) {
        status = with_;
      },
      posted: () => once(server, "posted"),
    };
  }

  test.each(["batch", "single"] as const)("goes out once more, and then no more: %s", async (requestMode) => {
    const target = await endpoint();
    const source = { type: "channel.message", channelFilter: "^room$" } as const;
    const rules: RuleSpec[] = [{ id: "r1", requestMode, source, target: { url: target.url, format: "json" } }];
    const host = async () => {
      const broker = await hostBroker({ apps: [{ ...APP, rules }], storage: await openStorage(data) });
      ends.push(() => broker.close());
      return broker;
    };
    const first = await host();
    const posted = target.posted();
    await first.rest().channels.get("room").publish({ id: "m1", data: "to be delivered" });
    await posted;
    await first.close();

    target.answer(200);
    const again = target.posted();
    const second = await host();
    await again;
    while ((second.broker.census("app")?.rules[0]?.events ?? 0) > 0) await setImmediate();
    expect(target.bodies.filter((body) => body.includes("to be delivered")).length).toBe(2);
    await second.close();

    const third = await host();
    const next = target.posted();
    await third.rest().channels.get("room").publish({ id: "m2", data: "another" });
    await next;
    expect(target.bodies.length).toBe(3);
    expect(target.bodies[2]).not.toContain("to be delivered");
  });

  test("is reported as lost when the rule is gone", async () => {
    const target = await endpoint();
    const source = { type: "channel.message", channelFilter: "^room$" } as const;
    const rules: RuleSpec[] = [{ id: "r1", requestMode: "batch", source, target: { url: target.url, format: "json" } }];
    const first = await hostBroker({ apps: [{ ...APP, rules }], storage: await openStorage(data) });
    await first.rest().channels.get("room").publish({ id: "m1", data: "to be delivered" });
    await first.close();
    const lost: Undelivered[] = [];
    const second = await hostBroker({ undelivered: (event) => lost.push(event), storage: await openStorage(data) });
    await second.close();
    expect(lost).toMatchObject([{ ruleId: "r1", channel: "room", messages: [{ id: "m1" }] }]);
    const third = await hostBroker({ undelivered: (event) => lost.push(event), storage: await openStorage(data) });
    await third.close();
    expect(lost.length).toBe(1);
  });
});

test("the folder holds little more than the history: what that forgets is compacted away", async () => {
  const limits = { historyPublishes: 10, compactionBytes: 100_000, channelMessageRate: 10_000, messageRate: 10_000 };
  const host = await hostBroker({ limits, storage: await openStorage(data) });
  ends.push(() => host.close());
  const text = randomBytes(1_500).toString("base64"); // nothing that LevelDB could press together
  for (let round = 0; round < 40; round++) {
    for (let at = 0; at < 50; at++) host.broker.publish("app", "room", { id: `${round}-${at}`, name: "m", data: text });
    await host.rest().channels.get("room").history(); // answered when that is written
  }
  await host.close();
  const files = readdirSync(join(data, "entries")).map((name) => statSync(join(data, "entries", name)).size);
  expect(files.reduce((sum, size) => sum + size, 0)).toBeLessThan(1_000_000); // of 4,000,000 that were written
  const again = await openStorage(data);
  expect(again.apps.get("app")?.channels.get("room")?.events.length).toBe(10);
  await again.storage.close();
});
