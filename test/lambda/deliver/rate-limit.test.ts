/** A flood and what it may cost others: nothing of theirs, and little of its own. */
import { describe, expect, test } from "vitest";
import { createHandler } from "../../../lambda/create-handler.ts";
import { RateLimit, type Verdict } from "../../../lambda/deliver/rate-limit.ts";
import { limits } from "../../../lambda/limits.ts";
import { createFakeClock } from "../../helpers/fake-clock.ts";
import { FakeAbly } from "../helpers/fake-ably.ts";
import { MemoryQuarantine } from "../helpers/memory-quarantine.ts";
import { CONFIG, contextWith, signed } from "../helpers/requests.ts";

const START = 1_700_000_000_000;
const PUBLISH_MS = 25;

function start() {
  const time = createFakeClock(START);
  const ably = new FakeAbly(time.now);
  const publish = ably.publish.bind(ably);
  ably.publish = async (channel, message) => {
    await time.sleep(PUBLISH_MS);
    return await publish(channel, message);
  };
  const quarantine = new MemoryQuarantine();
  const handler = createHandler(CONFIG, {
    now: time.now,
    sleep: time.sleep,
    publisher: ably,
    quarantine,
    log: () => undefined,
  });
  const call = (...messages: object[]) =>
    time.run(
      handler(
        signed(
          JSON.stringify({
            items: [{ source: "channel.message", data: { channelId: "chat:from-clients", messages } }],
          }),
        ),
        contextWith(12_000),
      ),
    );
  const message = (author: string, n: number, data: unknown = `${author} ${n}`) => ({
    id: `${author}-${n}`,
    clientId: `${author}.${author}aaa`,
    timestamp: time.now(),
    data,
  });
  const many = (author: string, count: number) => Array.from({ length: count }, (_, n) => message(author, n));
  return { time, ably, quarantine, call, message, many };
}

const MALLORY = "mallory.malloryaaa";

const toldOf = (ably: FakeAbly, author: string) =>
  ably.notices(author).flatMap((notice) => {
    const { "source-id": first, also = [], reason } = Object(notice);
    return [first, ...also].map((sourceId) => ({ sourceId, reason }));
  });

test("a thousand messages of one person hold nobody up, and all of them are published or told", async () => {
  const { ably, time, quarantine, call, message, many } = start();
  const answer = await call(message("ann", 0), ...many("mallory", 1_000), message("bob", 0), message("ann", 1));
  expect(answer).toMatchObject({ statusCode: 200 });
  expect(time.now() - START).toBeLessThanOrEqual(limits.burstMs + 3 * PUBLISH_MS);
  for (const text of ["ann 0", "bob 0", "ann 1"]) expect(ably.texts()).toContain(text);
  const bob = ably.delivered.find(({ message: { data } }) => data === "bob 0");
  expect((bob?.at ?? 0) - START).toBeLessThanOrEqual(limits.inOrderMs + 2 * PUBLISH_MS);
  const shown = ably.texts().filter((text) => String(text).startsWith("mallory"));
  const told = toldOf(ably, MALLORY);
  expect(shown).toEqual(shown.map((_, n) => `mallory ${n}`));
  expect(shown.length).toBeGreaterThanOrEqual(limits.steadyMessages);
  expect(shown.length + told.length).toBe(1_000);
  expect(new Set(told.map(({ reason }) => reason))).toEqual(new Set(["too-fast"]));
  expect(ably.notices(MALLORY).length).toBeLessThan(10);
  expect(quarantine.entries).toEqual([]);
});

test("a short conversation keeps its order across authors", async () => {
  const { ably, call, message } = start();
  await call(message("ann", 0), message("bob", 0), message("ann", 1), message("bob", 1));
  expect(ably.texts()).toEqual(["ann 0", "bob 0", "ann 1", "bob 1"]);
});

test("rooms take turns, whoever writes in them", async () => {
  const { ably, time, many } = start();
  const crowd = Array.from({ length: 300 }, (_, n) => many(`p${n}x`, 1)).flat();
  const items = [
    { source: "channel.message", data: { channelId: "chat:from-clients", messages: crowd } },
    { source: "channel.message", data: { channelId: "chat:from-clients:garden", messages: many("ann", 2) } },
  ];
  const handler = createHandler(CONFIG, { now: time.now, sleep: time.sleep, publisher: ably, log: () => undefined });
  await time.run(handler(signed(JSON.stringify({ items })), contextWith(12_000)));
  expect(ably.texts("chat:to-clients:garden")).toEqual(["ann 0", "ann 1"]);
  const last = ably.delivered.findLast(({ channel }) => channel === "chat:to-clients:garden");
  expect((last?.at ?? 0) - START).toBeLessThanOrEqual(limits.inOrderMs + 3 * PUBLISH_MS);
});

test("says the same again when the request is repeated", async () => {
  const { ably, call, many } = start();
  const flood = many("mallory", 200);
  await call(...many("ann", 1), ...flood);
  const shown = ably.texts();
  const told = toldOf(ably, MALLORY);
  await call(...many("ann", 1), ...flood);
  expect(ably.texts()).toEqual(shown);
  expect(toldOf(ably, MALLORY)).toEqual(told);
});

test("takes messages again after a while, and what was too fast when it is sent again", async () => {
  const { ably, time, call, message, many } = start();
  await call(message("ann", 0), ...many("mallory", 100));
  const before = ably.texts().length;
  time.tick(limits.rateWindowMs);
  await call({ ...message("mallory", 99), id: "mallory-99~1" }, message("mallory", 100));
  expect(ably.texts().slice(before)).toEqual(["mallory 99", "mallory 100"]);
});

test("counts characters too", async () => {
  const { ably, call, message } = start();
  const long = "x".repeat(2_000);
  await call(message("ann", 0), ...Array.from({ length: 30 }, (_, n) => message("mallory", n, { text: long })));
  const shown = ably.texts().filter((text) => text === long).length;
  expect(shown).toBeGreaterThan(0);
  expect(shown * 2_000).toBeLessThanOrEqual(limits.burstCharacters);
});

test("somebody who is alone may send what waited for a connection all at once", async () => {
  const { ably, call, many } = start();
  await call(...many("ann", 30));
  expect(ably.texts()).toEqual(Array.from({ length: 30 }, (_, n) => `ann ${n}`));
});

test("but not for longer than a request may take: the rest is told", async () => {
  const { ably, time, call, many } = start();
  await call(...many("ann", 60));
  expect(time.now() - START).toBeLessThanOrEqual(limits.aloneBurstMs + 3 * PUBLISH_MS);
  const shown = ably.texts();
  expect(shown.length).toBeGreaterThan(limits.aloneBurstMs / PUBLISH_MS - 3);
  expect(shown.length + toldOf(ably, "ann.annaaa").length).toBe(60);
});

test("what is said elsewhere than in a room counts for nobody", async () => {
  const { ably, time, many } = start();
  const handler = createHandler(CONFIG, { now: time.now, sleep: time.sleep, publisher: ably, log: () => undefined });
  const data = { channelId: "other", messages: many("ann", 200) };
  const event = signed(JSON.stringify({ items: [{ source: "channel.message", data }] }));
  expect(await time.run(handler(event, contextWith(12_000)))).toMatchObject({ body: '{"ignored":200}' });
  expect(ably.publishes).toBe(0);
});

test("a name is no other person", async () => {
  const { ably, call, many } = start();
  const renamed = many("mallory", 100).map((each, n) => ({ ...each, clientId: `M${n}.malloryaaa` }));
  await call(...many("ann", 1), ...renamed);
  expect(ably.texts().length).toBeLessThan(1 + limits.burstMessages);
});

describe("the limit of a person", () => {
  const begin = () => {
    const limit = new RateLimit(() => START);
    let events = 0;
    const entryOf = (person: string, at: number | null, data: unknown) => {
      const message = { clientId: `Ada.${person}`, timestamp: at, data };
      return { kind: "message", channel: "chat:from-clients", sourceId: "", message } as const;
    };
    /** Says something new. */
    const say = (person: string, at: number | null = START, data: unknown = "x"): Verdict => {
      events += 1;
      return limit.judge(entryOf(person, at, data), `event ${events}`);
    };
    const times = (count: number, person: string, at?: number) => Array.from({ length: count }, () => say(person, at));
    return { limit, entryOf, say, times };
  };
  const counted = (verdicts: readonly Verdict[]) => {
    const counts: Partial<Record<Verdict, number>> = {};
    for (const verdict of verdicts) counts[verdict] = (counts[verdict] ?? 0) + 1;
    return counts;
  };

  test("is a few messages that are always taken, and a burst", () => {
    const { times, say } = begin();
    say("bob");
    expect(counted(times(limits.burstMessages + 2, "ann"))).toEqual({
      steady: limits.steadyMessages,
      burst: limits.burstMessages - limits.steadyMessages,
      "too-fast": 2,
    });
  });

  test("is a longer burst for somebody who is alone", () => {
    expect(counted(begin().times(limits.aloneBurstMessages + 2, "ann"))).toEqual({
      steady: limits.steadyMessages,
      alone: limits.aloneBurstMessages - limits.steadyMessages,
      "too-fast": 2,
    });
  });

  test.each([
    [limits.aloneMs, "burst"],
    [limits.aloneMs + 1, "alone"],
  ] as const)("is, when somebody else wrote %d ms ago, that of a person who is in a %s", (ms, verdict) => {
    const { times, say } = begin();
    say("bob", START - ms);
    expect(times(limits.steadyMessages + 1, "ann").at(-1)).toBe(verdict);
  });

  test("counts the messages of a while, by Ably's stamps or the time when there is none", () => {
    const { times, say } = begin();
    times(limits.steadyMessages, "ann", START - limits.rateWindowMs);
    expect(say("ann", START - 1)).toBe("alone");
    expect(say("ann", null)).toBe("steady");
    times(limits.steadyMessages - 2, "ann");
    expect([say("ann"), say("ann")]).toEqual(["alone", "alone"]);
  });

  test.each([
    ["a text", "x".repeat(limits.burstCharacters / 2)],
    ["bytes", new Uint8Array(limits.burstCharacters / 2)],
    ["JSON", { text: "x".repeat(limits.burstCharacters / 2 - JSON.stringify({ text: "" }).length) }],
  ])("counts the characters of %s", (_, half) => {
    const { say } = begin();
    expect([say("ann", START, half), say("ann", START, half), say("ann", START, "x")]).toEqual([
      "steady",
      "steady",
      "too-fast",
    ]);
    // what has no JSON has no characters
    expect(say("ann", START, Symbol("x"))).toBe("steady");
  });

  test("says of an event what it said before, and counts once", () => {
    const { limit, entryOf, times } = begin();
    const entry = entryOf("ann", START, "x");
    times(limits.steadyMessages, "ann");
    expect(limit.judge(entry, "again")).toBe("alone");
    expect(limit.judge(entry, "again")).toBe("steady");
    expect(limit.refuse(entry, "again")).toBe("too-fast");
    expect(limit.judge(entry, "again")).toBe("too-fast");
    expect(limit.refuse(entryOf("nobody", START, "x"), "never judged")).toBe("too-fast");
  });

  test("is forgotten of who was silent longest, when very many people write", () => {
    const { times, say } = begin();
    say("bob");
    times(limits.burstMessages, "ann");
    for (let n = 2; n < limits.recentEntries; n += 1) say(`p${n}`);
    expect(say("ann")).toBe("too-fast");
    for (let n = 0; n < limits.recentEntries; n += 1) say(`q${n}`);
    expect(say("ann")).toBe("steady");
  });
});
