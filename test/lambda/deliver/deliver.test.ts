/** What becomes of messages when Ably is slow, away or says no, and when the same request comes again. */
import { describe, expect, test } from "vitest";
import { createHandler, type HandlerDeps } from "../../../lambda/create-handler.ts";
import { limits } from "../../../lambda/limits.ts";
import type { LogEntry } from "../../../lambda/log.ts";
import { fixedModeration } from "../../../lambda/moderation-in-force.ts";
import { createFakeClock } from "../../helpers/fake-clock.ts";
import { FakeAbly } from "../helpers/fake-ably.ts";
import { MemoryQuarantine } from "../helpers/memory-quarantine.ts";
import { policyOf } from "../helpers/moderation.ts";
import { CONFIG, contextWith, signed, withSecret } from "../helpers/requests.ts";

const START = 1_700_000_000_000;

/** A world in which processes come and go. */
function world({ hasQuarantine = true, isFull = false, batchFollows = false } = {}) {
  const time = createFakeClock(START);
  const ably = new FakeAbly(time.now);
  const quarantine = new MemoryQuarantine();
  if (isFull) quarantine.answer = "full";
  const logged: LogEntry[] = [];
  const fresh = (deps: Partial<HandlerDeps> = {}) => {
    const handler = createHandler(
      { ...CONFIG, batchFollows },
      {
        now: time.now,
        sleep: time.sleep,
        random: () => 0.5,
        publisher: ably,
        log: (entry) => logged.push(entry),
        ...(hasQuarantine && { quarantine }),
        ...deps,
      },
    );
    return (event: Parameters<typeof handler>[0]) => time.run(handler(event, contextWith(12_000)));
  };
  return { time, ably, quarantine, kept: quarantine.entries, logged, fresh };
}

const message = (id: string, more: object = {}, ageMs = 50) => ({
  id,
  clientId: "Ada.x1y2z3",
  timestamp: START - ageMs,
  data: `text ${id}`,
  ...more,
});

const aged = (id: string, ageMs: number) => message(id, {}, ageMs);

const batch = (messages: object[], channelId = "chat:from-clients") =>
  signed(JSON.stringify({ items: [{ source: "channel.message", data: { channelId, messages } }] }));

const single = (messages: object[]) =>
  withSecret(JSON.stringify({ source: "channel.message", channel: "chat:from-clients", messages }));

const away = () => Promise.resolve({ ok: false, kind: "transient" } as const);

test("works on channels side by side and in each of them one after the other", async () => {
  const { ably, time, fresh } = world();
  const publish = ably.publish.bind(ably);
  ably.publish = async (channel, sent) => {
    await time.sleep(100);
    return await publish(channel, sent);
  };
  const rooms = ["chat:from-clients:a", "chat:from-clients:b", "chat:from-clients:c"];
  const items = rooms.map((channelId) => ({
    source: "channel.message",
    data: { channelId, messages: [message("m1"), message("m2"), message("m3")] },
  }));
  await fresh()(signed(JSON.stringify({ items })));
  expect(time.now() - START).toBe(limits.inOrderMs + 300);
  for (const room of ["a", "b", "c"]) {
    expect(ably.texts(`chat:to-clients:${room}`)).toEqual(["text m1", "text m2", "text m3"]);
  }
});

test("carries out what came from different people together, in its order, and one person's messages one after the other", async () => {
  const { ably, time, fresh } = world();
  const moments: [number, unknown][] = [];
  const publish = ably.publish.bind(ably);
  ably.publish = async (channel, sent) => {
    moments.push([time.now() - START, sent.data]);
    await time.sleep(10);
    return await publish(channel, sent);
  };
  const byBob = { clientId: "Bob.aaaaaa" };
  const messages = [message("a1"), message("b1", byBob), message("b2", byBob), message("a2"), message("a3")];
  await fresh()(batch(messages));
  expect(moments).toEqual([
    [0, "text a1"],
    [0, "text b1"],
    [10, "text b2"],
    [10, "text a2"],
    [20, "text a3"],
  ]);
});

test("lets nothing overtake a message that Ably could not take", async () => {
  const { ably, fresh } = world();
  const publish = ably.publish.bind(ably);
  ably.publish = (channel, sent) => (sent.data === "text m1" ? away() : publish(channel, sent));
  expect(await fresh()(batch([message("m1"), message("m2")]))).toMatchObject({ statusCode: 503 });
  expect(ably.texts()).toEqual([]);
});

test("lets the others go on when one lane has stopped", async () => {
  const { ably, fresh, kept } = world();
  const publish = ably.publish.bind(ably);
  ably.publish = (channel, sent) => (sent.data === "text m1" ? away() : publish(channel, sent));
  const byBob = { clientId: "Bob.aaaaaa" };
  const messages = [message("m1"), message("m2"), message("m3", byBob), message("m4", byBob)];
  expect(await fresh()(batch(messages))).toMatchObject({ statusCode: 200 });
  expect(ably.texts()).toEqual(["text m3", "text m4"]);
  expect(kept.map(({ what }) => what.kind === "message" && what.sourceId)).toEqual(["m1", "m2"]);
});

test("a publish that hangs holds up nobody but its author", async () => {
  const { ably, time, fresh } = world();
  const publish = ably.publish.bind(ably);
  ably.publish = (channel, sent) => (sent.data === "text m1" ? new Promise(() => undefined) : publish(channel, sent));
  await fresh()(batch([message("m1"), message("m2"), message("m3", { clientId: "Bob.aaaaaa" })]));
  expect(ably.texts()).toEqual(["text m3"]);
  expect((ably.delivered[0]?.at ?? 0) - START).toBe(limits.inOrderMs);
  expect(time.now()).toBeGreaterThan(START);
});

test("finds a message in the history that was published before Ably forgot its id", async () => {
  const { ably, time, fresh } = world();
  await fresh()(batch([message("m1")]));
  time.tick(151_000);
  expect(await fresh()(batch([message("m1"), message("m2")]))).toMatchObject({ body: '{"published":1,"duplicate":1}' });
  expect(ably.texts()).toEqual(["text m1", "text m2"]);
  expect(ably.lookUps).toBe(1);
});

test("does not look into the history while Ably remembers, or the process does", async () => {
  const { ably, time, fresh } = world();
  const call = fresh();
  await call(batch([message("m1")]));
  time.tick(60_000);
  await fresh()(batch([message("m1")]));
  time.tick(91_000);
  await call(batch([message("m1")]));
  expect(ably.texts()).toEqual(["text m1"]);
  expect(ably.lookUps).toBe(0);
});

test("asks again while the history cannot be read, and keeps the message when that does not end", async () => {
  const { ably, time, fresh, kept } = world();
  ably.historyFailure = { ok: false, kind: "transient" };
  time.tick(151_000);
  expect(await fresh()(batch([message("m1")]))).toMatchObject({ statusCode: 503 });
  ably.historyFailure = { ok: false, kind: "denied", code: 40_160 };
  expect(await fresh()(batch([message("m1")]))).toMatchObject({ statusCode: 503 });
  time.tick(80_000);
  expect(await fresh()(batch([message("m1")]))).toMatchObject({ statusCode: 200 });
  expect(kept).toMatchObject([{ reason: "not-delivered" }]);
  expect(ably.texts()).toEqual([]);
});

test("keeps what a history that is too long cannot tell", async () => {
  const { ably, time, fresh, kept } = world();
  ably.historyFailure = { ok: false, kind: "rejected" };
  time.tick(151_000);
  expect(await fresh()(batch([message("m1")]))).toMatchObject({ statusCode: 200 });
  expect(kept).toMatchObject([{ reason: "unverifiable" }]);
  expect(ably.notices("Ada.x1y2z3")).toMatchObject([{ "source-id": "m1", reason: "unverifiable" }]);
});

test("rather publishes twice than never when there is neither history nor quarantine", async () => {
  const { ably, time, fresh } = world({ hasQuarantine: false });
  ably.historyFailure = { ok: false, kind: "denied" };
  time.tick(151_000);
  expect(await fresh()(batch([message("m1")]))).toMatchObject({ statusCode: 200 });
  expect(ably.texts()).toEqual(["text m1"]);
});

test.each([
  ["batch", batch, 224_000, 503],
  ["batch", batch, 226_000, 200],
  ["single", single, 10_000, 503],
  ["single", single, 21_000, 200],
] as const)(
  "in %s mode keeps what would not come back: at %d ms it answers %d",
  async (_mode, request, age, status) => {
    const { ably, fresh, kept } = world();
    ably.publish = away;
    expect(await fresh()(request([aged("m1", age - 9_000)]))).toMatchObject({ statusCode: status });
    expect(kept).toHaveLength(status === 200 ? 1 : 0);
  },
);

test("publishes no more what is in quarantine, unless its sender sends it again", async () => {
  const { ably, time, fresh, kept } = world();
  const call = fresh();
  const publish = ably.publish.bind(ably);
  ably.publish = (channel, sent) => (ably.publishes > 0 && "extras" in sent ? away() : publish(channel, sent));
  await call(batch([message("m1"), message("m2")]));
  expect(kept).toHaveLength(1);
  ably.publish = publish;
  expect(await call(batch([message("m1"), message("m2"), message("m3")]))).toMatchObject({
    body: '{"published":1,"duplicate":2}',
  });
  time.tick(5_000);
  await call(batch([aged("m2", -14_000)]));
  expect(ably.texts()).toEqual(["text m1", "text m3", "text m2"]);
});

test("does not put the same event into quarantine twice", async () => {
  const { ably, fresh, kept } = world();
  const call = fresh();
  ably.publish = away;
  const poison = message("m1", { timestamp: "soon" });
  expect(await call(batch([poison, message("m2")]))).toMatchObject({ statusCode: 503 });
  expect(await call(batch([poison, message("m2")]))).toMatchObject({ statusCode: 503 });
  expect(kept).toHaveLength(1);
});

test("refuses at once when the quarantine is full, and asks again for what could yet go out", async () => {
  const { ably, time, fresh } = world({ isFull: true });
  const call = fresh();
  expect(await call(batch([{ ...message("m1"), data: 7 }, message("m2")]))).toMatchObject({ statusCode: 200 });
  expect(time.now()).toBe(START);
  expect(ably.texts()).toEqual(["text m2"]);
  expect(ably.notices("Ada.x1y2z3")).toMatchObject([{ "source-id": "m1", reason: "not-text" }]);
  const publish = ably.publish.bind(ably);
  ably.publish = (channel, sent) => ("extras" in sent ? away() : publish(channel, sent));
  expect(await call(batch([aged("m3", 226_000)]))).toMatchObject({ statusCode: 503 });
});

/** Too deep for the stack of a worker thread, which is larger than that of a process. */
const DEEP = `${"[".repeat(60_000)}${"]".repeat(60_000)}`;

test("answers 200 for a batch with what has no JSON: the others go out once and a trace is kept", async () => {
  const { ably, fresh, kept } = world();
  const call = fresh();
  const good = JSON.stringify({
    source: "channel.message",
    data: { channelId: "chat:from-clients", messages: [message("m1")] },
  });
  const request = signed(`{"items":[${good},${DEEP}]}`);
  expect(await call(request)).toMatchObject({ statusCode: 200 });
  expect(await call(request)).toMatchObject({ statusCode: 200 });
  expect(ably.texts()).toEqual(["text m1"]);
  expect(kept).toMatchObject([{ reason: "unreadable", what: { kind: "raw", raw: "", truncated: true } }]);
});

test("refuses a message whose data has no JSON, even one without an id, and tells its sender", async () => {
  const { ably, fresh } = world();
  const deep = `{"clientId":"Ada.x1y2z3","timestamp":${START},"data":${DEEP}}`;
  const items = `[{"source":"channel.message","data":{"channelId":"chat:from-clients","messages":[${deep}]}}]`;
  expect(await fresh()(signed(`{"items":${items}}`))).toMatchObject({ statusCode: 200 });
  expect(ably.notices("Ada.x1y2z3")).toMatchObject([{ reason: "not-text" }]);
});

test("does not hold the others up for poison when there is no quarantine", async () => {
  const { ably, fresh, logged } = world({ hasQuarantine: false });
  const poison = { ...message("m1"), encoding: "cipher+x" };
  expect(await fresh()(batch([poison, 7, message("m2")] as object[]))).toMatchObject({ statusCode: 200 });
  expect(ably.texts()).toEqual(["text m2"]);
  expect(ably.notices("Ada.x1y2z3")).toMatchObject([{ reason: "undecodable" }]);
  expect(logged[0]).not.toHaveProperty("quarantined");
});

test("tells the outcome of each try of the sender, and that of a repeated request once", async () => {
  const { ably, time, fresh } = world();
  const poison = (id: string) => ({ ...message(id), data: 7 });
  await fresh()(batch([poison("m1")]));
  await fresh()(batch([poison("m1")]));
  time.tick(30_000);
  await fresh()(batch([poison("m1~1")]));
  await fresh()(batch([poison("m1~1")]));
  expect(ably.notices("Ada.x1y2z3")).toMatchObject([
    { "source-id": "m1", reason: "not-text" },
    { "source-id": "m1", reason: "not-text" },
  ]);
});

test("tells the sender of the last try even when nothing could be kept", async () => {
  const { ably, fresh } = world({ hasQuarantine: false });
  const publish = ably.publish.bind(ably);
  ably.publish = (channel, sent) => ("extras" in sent ? away() : publish(channel, sent));
  expect(await fresh()(batch([aged("m1", 230_000)]))).toMatchObject({ statusCode: 503 });
  expect(ably.notices("Ada.x1y2z3")).toMatchObject([{ "source-id": "m1", outcome: "failed", reason: "not-delivered" }]);
});

test("asks for the rest of a batch that is larger than the time for it", async () => {
  const { ably, time, fresh, kept } = world();
  const publish = ably.publish.bind(ably);
  ably.publish = async (channel, sent) => {
    await time.sleep(500);
    return await publish(channel, sent);
  };
  const call = fresh();
  const many = batch(Array.from({ length: 1_000 }, (_, n) => message(`m${n}`, { clientId: `Ada.x${n}` })));
  const statuses: number[] = [];
  do {
    statuses.push((await call(many)).statusCode);
    time.tick(1_414);
  } while (statuses.at(-1) !== 200 && statuses.length < 10);
  expect(statuses).toEqual([503, 503, 200]);
  expect(kept).toEqual([]);
  expect(ably.texts().sort()).toEqual(Array.from({ length: 1_000 }, (_, n) => `text m${n}`).sort());
});

test("tells nothing twice, and again what did not arrive", async () => {
  const { ably, time, fresh } = world();
  const publish = ably.publish.bind(ably);
  const call = fresh();
  const refused = batch([message("m1", { data: 7 }), message("m2", { data: 7 })]);
  ably.publish = (channel, sent) => (String(sent.data).includes("m1") ? away() : publish(channel, sent));
  await call(refused);
  ably.publish = publish;
  time.tick(130_000);
  await call(refused);
  expect(ably.notices("Ada.x1y2z3").map((notice) => Object(notice)["source-id"])).toEqual(["m2", "m1"]);
});

test("leaves to the batch what a single request could not publish, and neither keeps nor tells it", async () => {
  const { ably, fresh, kept } = world({ batchFollows: true });
  const call = fresh();
  const publish = ably.publish.bind(ably);
  ably.publish = away;
  expect(await call(single([aged("m1", 60_000)]))).toMatchObject({ statusCode: 200 });
  expect(kept).toEqual([]);
  ably.publish = publish;
  expect(await call(batch([aged("m1", 60_000)]))).toMatchObject({ statusCode: 200 });
  expect(ably.texts()).toEqual(["text m1"]);
  expect(ably.delivered.filter(({ channel }) => channel.startsWith("chat:notices:"))).toEqual([]);
});

test("in a batch that brings again what a single request brought, asks for what could not be published", async () => {
  const { ably, fresh } = world({ batchFollows: true });
  ably.publish = away;
  expect(await fresh()(batch([message("m1")]))).toMatchObject({ statusCode: 503 });
});

test("tells with a single request what its sender can put right, and leaves it to the batch to tell of failures", async () => {
  const { ably, fresh, kept } = world({ batchFollows: true });
  const call = fresh();
  const publish = ably.publish.bind(ably);
  ably.publish = async (channel, sent) =>
    "extras" in sent ? { ok: false, kind: "rejected" } : await publish(channel, sent);
  expect(await call(single([message("m1"), message("m2", { data: 7 })]))).toMatchObject({ statusCode: 200 });
  const told = () => ably.notices("Ada.x1y2z3").map((notice) => Object(notice).reason);
  expect([told(), kept]).toEqual([["not-text"], []]);
  expect(await call(batch([message("m1"), message("m2", { data: 7 })]))).toMatchObject({ statusCode: 200 });
  expect([told(), kept.length]).toEqual([["not-text", "publish-rejected"], 1]);
});

describe("a person's share of the quarantine", () => {
  const poison = (n: number, more: object = {}) => message(`m${n}`, { timestamp: "soon", ...more });
  /** Not more of them at a time than anybody may say, and too old to come back. */
  const slowly = (n: number, more: object = {}) => message(`m${n}`, more, 350_000 - n * 2_500);

  test("is a number of messages; what goes beyond is told and not kept, and does not come back", async () => {
    const { ably, fresh, kept } = world();
    const publish = ably.publish.bind(ably);
    ably.publish = (channel, sent) => ("extras" in sent ? away() : publish(channel, sent));
    const many = Array.from({ length: limits.quarantineShare + 2 }, (_, n) => slowly(n));
    expect(await fresh()(batch(many))).toMatchObject({ statusCode: 200 });
    expect(kept).toHaveLength(limits.quarantineShare);
    expect(kept[0]).toMatchObject({ reason: "not-delivered", attempts: expect.any(Number) });
    expect(kept[0]?.attempts).toBeGreaterThan(0);
    const named = ably.notices("Ada.x1y2z3").flatMap((notice) => [notice, ...(Object(notice).also ?? [])]);
    expect(named).toHaveLength(many.length);
  });

  test.each([
    ["what makes no sense", poison, { data: "x".repeat(60_000) }],
    ["messages", slowly, { data: Buffer.from("😀".repeat(2_000)).toString("base64"), encoding: "utf-8/base64" }],
  ])("is a number of bytes of %s", async (_, make, data) => {
    const { ably, fresh, kept } = world();
    ably.publish = away;
    const all = Array.from({ length: limits.quarantineShare }, (_each, n) => make(n, data));
    expect(await fresh()(batch(all))).toMatchObject({ statusCode: 200 });
    const bytes = JSON.stringify(all[0]).length;
    expect(kept).toHaveLength(Math.floor(limits.quarantineShareBytes / bytes));
  });

  test("that is full takes nothing from anybody else: that is told when it is over, and this is asked for again", async () => {
    const { ably, quarantine, fresh } = world();
    const call = fresh();
    await call(batch(Array.from({ length: limits.quarantineShare }, (_, n) => poison(n))));
    quarantine.answer = "full";
    const before = ably.publishes;
    const both = [poison(1_000), poison(1, { clientId: "Bob.aaaaaa" })];
    expect(await call(batch(both))).toMatchObject({ statusCode: 503 });
    expect(ably.publishes - before).toBe(1);
    expect(ably.notices("Ada.x1y2z3").at(-1)).toMatchObject({ "source-id": "m1000", reason: "unreadable" });
    expect(ably.notices("Bob.aaaaaa")).toEqual([]);
  });
});

test("tells nothing of what comes back, where there is no quarantine and a part of the request is out", async () => {
  const { ably, fresh } = world({ hasQuarantine: false });
  const publish = ably.publish.bind(ably);
  ably.publish = (channel, sent) => (sent.data === "text m2" ? away() : publish(channel, sent));
  const request = batch([message("m1"), message("m2", { clientId: "Bob.aaaaaa" })]);
  expect(await fresh()(request)).toMatchObject({ statusCode: 503 });
  expect([ably.texts(), ably.notices("Bob.aaaaaa")]).toEqual([["text m1"], []]);
});

test("gives the quarantine no more time than there is", async () => {
  const { time, fresh } = world();
  const given: number[] = [];
  const keep = async (_entries: unknown, timeoutMs: number) => {
    given.push(timeoutMs);
    await time.sleep(400);
    return "failed" as const;
  };
  await fresh({ quarantine: { keep } })(batch([message("m1", { timestamp: "soon" })]));
  expect(given[0]).toBe(limits.keepMs);
  expect(given.at(-1)).toBeLessThan(limits.keepMs);
  expect(given.at(-1)).toBeGreaterThanOrEqual(limits.leastAttemptMs);
});

test("publishes once what a single request and a batch bring, and tells a refusal once", async () => {
  const { ably, fresh } = world({ batchFollows: true });
  const call = fresh();
  const messages = [message("m1"), message("m2", { data: "" })];
  await call(single(messages));
  await call(batch(messages));
  expect(ably.texts()).toEqual(["text m1"]);
  expect(ably.delivered.filter(({ channel }) => channel.startsWith("chat:notices:"))).toHaveLength(1);
});

/** Both rules bring the same messages in the same moment to one process, in which Ably takes so long. */
async function bothAtOnce(messages: object[], publishMs: number) {
  const { ably, time, fresh } = world({ batchFollows: true });
  const publish = ably.publish.bind(ably);
  ably.publish = async (channel, sent) => {
    await time.sleep(ably.publishes === 0 ? publishMs : 0);
    return await publish(channel, sent);
  };
  const call = fresh();
  const other = call(single(messages));
  const answer = await call(batch(messages));
  const took = time.now() - START;
  await other;
  return { ably, answer, took };
}

test("publishes once what both rules bring in the same moment to one process", async () => {
  const { ably, answer } = await bothAtOnce([message("m1"), message("m2", { clientId: "Bob.b1b2b3" })], 5);
  expect(ably.publishes).toBe(2);
  expect(answer).toMatchObject({ statusCode: 200, body: '{"duplicate":2}' });
});

test("waits a moment at most for what the other rule has begun", async () => {
  const { ably, answer, took } = await bothAtOnce([message("m1")], limits.underWayMs * 3);
  expect(answer).toMatchObject({ statusCode: 200, body: '{"published":1}' });
  expect(took).toBe(limits.underWayMs * 4);
  expect(ably.texts()).toEqual(["text m1"]);
});

test("tells what a rule says about its stars when a single request publishes them", async () => {
  const { ably, time, fresh } = world({ batchFollows: true });
  const rule = { name: "words", when: { words: ["words"] }, action: "mask", tell: "No potatoes." };
  const moderation = fixedModeration(policyOf({ lists: { words: ["potato"] }, rules: [rule] }));
  const call = fresh({ moderation });
  await call(single([message("m1", { data: "potato" })]));
  expect(ably.texts()).toEqual(["******"]);
  expect(ably.notices("Ada.x1y2z3")).toMatchObject([{ code: "starred", message: "No potatoes." }]);
  expect(time.now()).toBe(START);
});

test("decides and counts nothing about a message that the other rule has brought already", async () => {
  const { ably, logged, fresh } = world({ batchFollows: true });
  let looks = 0;
  const fixed = fixedModeration(policyOf({ rules: [] }));
  const sanctionOf = () => {
    looks += 1;
    return undefined;
  };
  const handler = fresh({ moderation: { ...fixed, read: async () => ({ policy: fixed.fallback, sanctionOf }) } });
  const seventy = Array.from({ length: 70 }, (_, n) => message(`m${n}`, { clientId: `Ada${n}.person${n}` }));
  for (const one of seventy) await handler(single([one]));
  expect(looks).toBe(70);
  const first = logged.filter(({ event }) => event === "decision");
  expect(await handler(batch(seventy))).toMatchObject({ statusCode: 200, body: '{"duplicate":70}' });
  expect(looks).toBe(70);
  expect(ably.publishes).toBe(70);
  const ids = (entries: LogEntry[]) => entries.flatMap((entry) => ("id" in entry ? entry.id : []));
  expect(ids(logged.filter(({ event }) => event === "decision").slice(70))).toEqual(ids(first));
});
