/** A storage that cannot write, or whose data cannot be used: nothing is acknowledged that is not kept, the rest goes on. */
import * as Ably from "ably";
import { afterEach, describe, expect, test } from "vitest";
import { readKept } from "../../../../server/broker/storage/kept.ts";
import { MemoryStorage } from "../../../../server/broker/storage/memory-storage.ts";
import type { Change } from "../../../../server/broker/storage/storage.ts";
import { createFakeClock } from "../../../helpers/fake-clock.ts";
import { type BrokerHost, hostBroker } from "../broker-host.ts";

/** In memory, and full whenever a test says so. */
class FullStorage extends MemoryStorage {
  isFull = false;
  writes = 0;

  override async write(changes: readonly Change[]): Promise<void> {
    this.writes++;
    if (this.isFull) throw new Error("IO error: No space left on device");
    await super.write(changes);
  }
}

const hosts: BrokerHost[] = [];
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.close();
});

async function host(storage: MemoryStorage, clock = createFakeClock()): Promise<BrokerHost> {
  const started = await hostBroker({ clock, storage: await readKept(storage) });
  hosts.push(started);
  return started;
}

const codeOf = async (publish: Promise<unknown>): Promise<number | undefined> =>
  await publish.then(
    () => undefined,
    (error: unknown) => (error instanceof Ably.ErrorInfo ? error.code : -1),
  );

const textsOf = async (channel: Ably.Channel): Promise<unknown[]> =>
  (await channel.history({ direction: "forwards" })).items.map(({ data }) => data);

describe("while the disk is full", () => {
  test("publishes are refused with 50001 and leave nothing, over both doors; everything else goes on", async () => {
    const storage = new FullStorage();
    const clock = createFakeClock();
    const started = await host(storage, clock);
    const client = started.realtime({ clientId: "ann" });
    const channel = client.channels.get("mutable:room");
    const rest = started.rest().channels.get("mutable:room");
    const heard: unknown[] = [];
    await channel.subscribe(({ data }) => heard.push(data));
    await channel.publish("m", "one");
    const [first] = (await rest.history()).items;
    const serial = first?.serial ?? "";

    storage.isFull = true;
    expect(await codeOf(channel.publish({ id: "two", data: "two" }))).toBe(50001);
    expect(await codeOf(channel.publish({ id: "two", data: "two" }))).toBe(50001);
    expect(await codeOf(rest.publish({ id: "three", data: "three" }))).toBe(50001);
    expect(await codeOf(rest.updateMessage({ serial, data: "changed" }))).toBe(50001);
    expect(await codeOf(rest.annotations.publish(serial, { type: "likes:total.v1" }))).toBe(50001);
    expect(await textsOf(rest)).toEqual(["one"]);
    await channel.presence.enter("still here");
    await started.realtime().channels.get("another").attach();
    expect((await channel.presence.get()).map(({ data }) => data)).toEqual(["still here"]);

    storage.isFull = false;
    await clock.advance(1_000);
    while ((await codeOf(channel.publish({ id: "two", data: "two" }))) !== undefined) await clock.advance(1_000);
    await rest.publish({ id: "three", data: "three" });
    expect(await textsOf(rest)).toEqual(["one", "two", "three"]);
    await channel.publish("last", "four");
    while (heard.length < 4) await new Promise(setImmediate);
    expect(heard).toEqual(["one", "two", "three", "four"]);

    await started.close();
    const after = (await host(storage, clock)).rest().channels.get("mutable:room");
    expect(await textsOf(after)).toEqual(["one", "two", "three", "four"]);
    expect((await after.getMessageVersions(serial)).items.length).toBe(1);
  });

  test("publishes that met the full disk together are refused together, and appends before them stand", async () => {
    const storage = new FullStorage();
    const started = await host(storage);
    const channel = started.realtime().channels.get("mutable:room");
    await channel.attach();
    const { serials } = await channel.publish("m", "a");
    const serial = serials[0] ?? "";
    await channel.appendMessage({ serial, data: "b" });
    storage.isFull = true;
    const codes = ["c", "d", "e"].map((data) => codeOf(channel.appendMessage({ serial, data })));
    expect(await Promise.all(codes)).toEqual([50001, 50001, 50001]);
    const message = await started.rest().channels.get("mutable:room").getMessage(serial);
    expect(message.data).toBe("ab");
  });

  test("the storage is asked once a second and not for each publish", async () => {
    const storage = new FullStorage();
    const started = await host(storage);
    const channel = started.rest().channels.get("room");
    storage.isFull = true;
    await codeOf(channel.publish("m", "x"));
    const before = storage.writes;
    for (let at = 0; at < 5; at++) await codeOf(channel.publish("m", "x"));
    expect(storage.writes).toBe(before);
  });
});

describe("bounds", () => {
  test("what the history forgets leaves the storage, and what it lost is remembered", async () => {
    const storage = new MemoryStorage();
    const clock = createFakeClock();
    const started = await hostBroker({ clock, limits: { historyPublishes: 3 }, storage: await readKept(storage) });
    hosts.push(started);
    const channel = started.rest().channels.get("room");
    for (const text of ["1", "2", "3", "4", "5"]) await channel.publish("m", text);
    const kept = async () => (await readKept(storage)).apps.get("app")?.channels;
    const room = (await kept())?.get("room");
    expect(room?.events.length).toBe(3);
    expect(room?.lostUpTo).toBeDefined();
    await clock.advance(300_000);
    await started.rest().channels.get("other").publish("m", "a turn that is committed");
    expect((await kept())?.has("room")).toBe(false);
  });
});

describe("data that cannot be used", () => {
  const meta = (fields: object) => ({ key: "meta", value: Buffer.from(JSON.stringify(fields)) });

  test("of a newer broker", async () => {
    const storage = new MemoryStorage();
    await storage.write([meta({ format: 2, count: 0, newest: "", at: 0 })]);
    await expect(readKept(storage)).rejects.toThrow(
      "unable to use the data in memory; a newer version of the broker wrote it; install that version, or name another folder",
    );
  });

  test.each([
    ["entries are missing", { key: "other", value: undefined }, /0 of 1 entries are there/],
    ["an entry of an unknown kind", { key: "what\napp\nx", value: Buffer.from([0x80]) }, /an entry cannot be read/],
    [
      "an entry that is no record",
      { key: "event\napp\nroom\n1", value: Buffer.from([0xc1]) },
      /an entry cannot be read/,
    ],
  ])("%s", async (_what, { key, value }, sentence) => {
    const storage = new MemoryStorage();
    await storage.write([
      meta({ format: 1, count: 1, newest: "", at: 0 }),
      value === undefined ? { key } : { key, value },
    ]);
    await expect(readKept(storage)).rejects.toThrow(sentence);
  });

  test("what is known of it cannot be read", async () => {
    const storage = new MemoryStorage();
    await storage.write([{ key: "meta", value: Buffer.from("nonsense") }]);
    await expect(readKept(storage)).rejects.toThrow(/files are damaged .*bring back a copy/);
  });
});
