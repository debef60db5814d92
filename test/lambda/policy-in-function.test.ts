/** The policy in the function: what is published, held, refused and told, and what is written down about it. */
import { beforeEach, describe, expect, test } from "vitest";
import { createHandler, type HandlerDeps } from "../../lambda/create-handler.ts";
import { fixedModeration, followStore } from "../../lambda/moderation-in-force.ts";
import { policyForWords } from "../../lambda/policy/default-policy.ts";
import type { Case } from "../../lambda/store/cases.ts";
import { createMemoryTable } from "../../lambda/store/memory-table.ts";
import { createStore, type Store } from "../../lambda/store/store.ts";
import type { Table } from "../../lambda/store/table.ts";
import { createFakeClock, type FakeClock } from "../helpers/fake-clock.ts";
import { FakeAbly } from "./helpers/fake-ably.ts";
import { MemoryQuarantine } from "./helpers/memory-quarantine.ts";
import { policyOf } from "./helpers/moderation.ts";
import { CONFIG, contextWith, signed } from "./helpers/requests.ts";

const START = 1_700_000_000_000;
const FILE = { words: ["potato"], allow: [] };
const AUTHOR = "Ada.x1y2z3a4b5";
const PERSON = "x1y2z3a4b5";

const RULES = {
  lists: { words: "words.txt", slurs: ["turnip"], fruit: ["kiwi"], sales: ["bargain"] },
  rules: [
    { name: "house words", when: { words: ["words"] }, action: "mask" },
    { name: "slurs", when: { words: ["slurs"] }, action: "block", tell: "That word is not used here." },
    { name: "fruit", when: { words: ["fruit"] }, action: "flag" },
    { name: "sales", when: { words: ["sales"] }, action: "hold" },
  ],
};

let clock: FakeClock;
let table: Table;
let store: Store;
let ably: FakeAbly;
/** Does the table take writes? */
let isUp: boolean;

beforeEach(() => {
  clock = createFakeClock(START);
  ably = new FakeAbly(clock.now);
  isUp = true;
  const memory = createMemoryTable();
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    if (!isUp) throw new Error("the table is down");
    return await work();
  };
  table = {
    ...memory,
    put: (item, condition) => guarded(() => memory.put(item, condition)),
    putAll: (items) => guarded(() => memory.putAll(items)),
  };
  store = createStore({ table, now: clock.now, onFault: () => undefined });
});

function start(document: object, deps: Partial<HandlerDeps> = {}) {
  const quarantine = new MemoryQuarantine();
  const logged: unknown[] = [];
  const handler = createHandler(CONFIG, {
    now: clock.now,
    sleep: clock.sleep,
    random: () => 0.5,
    log: (entry) => logged.push(entry),
    publisher: ably,
    quarantine,
    store,
    moderation: fixedModeration(policyOf(document)),
    ...deps,
  });
  let sent = 0;
  const body = (texts: readonly string[], ids: readonly string[], room: string) => {
    const messages = texts.map((data, index) => {
      return { id: ids[index], clientId: AUTHOR, timestamp: clock.now(), name: "message", data };
    });
    const data = { channelId: `chat:from-clients${room}`, messages };
    return JSON.stringify({ items: [{ webhookId: "w", source: "channel.message", serial: "a:0", data }] });
  };
  const say = async (...texts: string[]) => {
    const ids = texts.map((_, index) => `m${sent + index + 1}`);
    sent += texts.length;
    const event = signed(body(texts, ids, ""));
    return { event, answer: await clock.run(handler(event, contextWith(12_000))) };
  };
  const again = (event: ReturnType<typeof signed>) => clock.run(handler(event, contextWith(12_000)));
  return { say, again, kept: quarantine.entries, logged };
}

const notices = () => ably.notices(AUTHOR) as Record<string, string>[];
const codes = () => notices().map(({ code }) => code);
const casesOf = async (state: "open" | "closed" = "open") => (await store.cases.list({ state })).cases;
const audit = async () => (await store.audit.list()).entries.map(({ did, reason, by }) => [did, reason, by].join(" "));

describe("each action", () => {
  test("is carried out, told by code and written down", async () => {
    const { say } = start(RULES);
    const { answer } = await say("hello", "a potato", "a turnip", "a kiwi", "a bargain potato");
    expect(answer).toMatchObject({ statusCode: 200, body: '{"published":3,"starred":1,"held":1,"refused":1}' });
    expect(ably.texts()).toEqual(["hello", "a ******", "a kiwi"]);
    expect(notices()).toMatchObject([
      {
        "source-id": "m3",
        code: "blocked",
        outcome: "refused",
        message: "That word is not used here.",
        "from-rule": true,
      },
      { "source-id": "m5", code: "held", outcome: "held", message: "The message waits for a moderator." },
    ]);
    expect(await casesOf()).toMatchObject([
      { kind: "flagged", text: "a kiwi", rules: ["fruit"], room: "lobby", author: AUTHOR, person: PERSON },
      { kind: "held", text: "a bargain potato", result: "a bargain ******", rules: ["house words", "sales"] },
    ] satisfies Partial<Case>[]);
    expect((await audit()).sort()).toEqual(["block blocked policy", "flag  policy", "hold  policy", "mask  policy"]);
  });

  test("is shown to the moderators who look, in two events for a request at most, the first along with its first message, and once", async () => {
    const { say, again } = start(RULES);
    const { event } = await say("hello", "a potato", "a turnip", "a kiwi", "a bargain potato");
    const events = ably.on("desk:live").map(({ name, data }) => ({ name, data: JSON.parse(data) }));
    expect(events.map(({ name, data }) => [name, data.length])).toEqual([
      ["decisions", 1],
      ["decisions", 4],
    ]);
    expect(events.flatMap(({ data }) => data)).toMatchObject([
      {
        action: "publish",
        text: "hello",
        result: "hello",
        rules: [],
        room: "lobby",
        author: AUTHOR,
        person: PERSON,
        at: START,
      },
      { action: "mask", text: "a potato", result: "a ******", rules: ["house words"] },
      { action: "block", text: "a turnip", rules: ["slurs"], code: "blocked" },
      { action: "flag", text: "a kiwi", rules: ["fruit"] },
      { action: "hold", text: "a bargain potato", result: "a bargain ******", code: "held" },
    ]);
    await again(event);
    const repeated = ably
      .on("desk:live")
      .slice(2)
      .flatMap(({ data }) => JSON.parse(data));
    expect(repeated.map(({ text }: { text: string }) => text)).not.toContain("hello");
  });

  test("that could not be shown is counted, and delays nothing", async () => {
    const { say } = start(RULES);
    const publish = ably.publish.bind(ably);
    ably.publish = (channel, sent) =>
      channel === "desk:live" ? Promise.resolve({ ok: false, kind: "denied" }) : publish(channel, sent);
    expect((await say("hello")).answer).toMatchObject({ statusCode: 200, body: '{"published":1,"unshown":1}' });
    expect(clock.now()).toBe(START);
  });

  test("is shown to nobody where there is no store, and so no desk", async () => {
    const { say } = start({ rules: [] }, { store: undefined as never });
    await say("hello");
    expect(ably.on("desk:live")).toEqual([]);
  });

  test("of a mask is told only where the rule says something", async () => {
    const rules = [{ ...RULES.rules[0], tell: "No potatoes." }];
    await start({ ...RULES, rules }).say("a potato");
    expect(notices()).toMatchObject([{ code: "starred", outcome: "starred", message: "No potatoes." }]);
  });

  test("repeated by the rule is carried out, told and written down once", async () => {
    const { say, again } = start(RULES);
    const { event } = await say("a potato", "a turnip", "a kiwi", "a bargain");
    await again(event);
    expect(ably.texts()).toEqual(["a ******", "a kiwi"]);
    expect(codes()).toEqual(["blocked", "held"]);
    expect(await casesOf()).toHaveLength(2);
    expect(await audit()).toHaveLength(4);
  });

  test("of a hold is told as its rule says, and a failure after it as a failure", async () => {
    const [mask, , , sales] = RULES.rules;
    const rules = [
      { ...mask, tell: "No potatoes." },
      { ...sales, tell: "We look at it first." },
    ];
    const { say } = start({ ...RULES, rules });
    ably.failures.push({ ok: false, kind: "rejected" });
    await say("a potato");
    await say("a bargain");
    expect(notices()).toMatchObject([
      { code: "publish-rejected", message: "The message could not be delivered." },
      { code: "held", message: "We look at it first.", "from-rule": true },
    ]);
    expect(notices()[0]).not.toHaveProperty("from-rule");
  });

  test("is a flag beside a mask, and nowhere else", async () => {
    const { say } = start(RULES);
    await say("a kiwi potato", "a kiwi turnip", "a kiwi bargain", "a potato");
    expect((await casesOf()).map(({ kind, text }) => [kind, text])).toEqual([
      ["flagged", "a kiwi potato"],
      ["held", "a kiwi bargain"],
    ]);
  });

  test("leaves no text in the log", async () => {
    const { say, logged } = start(RULES);
    await say("a turnip secret", "a bargain secret");
    expect(JSON.stringify(logged)).not.toContain("secret");
  });
});

describe("a held message", () => {
  test("is in the store before the request is answered, or comes back with it", async () => {
    const { say, again } = start(RULES);
    isUp = false;
    const { event, answer } = await say("a bargain");
    expect(answer.statusCode).toBe(503);
    expect([ably.texts(), codes()]).toEqual([[], []]);
    isUp = true;
    expect((await again(event)).statusCode).toBe(200);
    expect(codes()).toEqual(["held"]);
    expect(await casesOf()).toHaveLength(1);
  });

  test("goes into quarantine where others of its request are out already", async () => {
    const { say, kept } = start(RULES);
    isUp = false;
    expect((await say("hello", "a bargain")).answer.statusCode).toBe(200);
    expect(kept).toMatchObject([{ reason: "not-delivered", what: { message: { data: "a bargain" } } }]);
    expect(codes()).toEqual(["not-delivered"]);
  });

  test("that a moderator has decided about is told no more when its request comes back", async () => {
    const { say, again } = start(RULES);
    const { event } = await say("a bargain");
    const [held] = await casesOf();
    await store.cases.decide(held?.id ?? "", { outcome: "denied", by: "Ana", reason: "" });
    clock.tick(150_000);
    await again(event);
    expect(codes()).toEqual(["held"]);
  });
});

describe("what is written down", () => {
  test("keeps nobody's message back when the store fails, and is counted", async () => {
    const { say } = start(RULES);
    isUp = false;
    const { answer } = await say("a potato", "a turnip", "a kiwi");
    expect(answer).toMatchObject({
      statusCode: 200,
      body: '{"published":2,"starred":1,"refused":1,"unrecorded":2}',
    });
    expect(codes()).toEqual(["blocked"]);
  });

  test("of a request that is repeated to another process is there once, also when the policy changed meanwhile", async () => {
    const { event } = await start(RULES).say("a potato", "a turnip", "a kiwi");
    clock.tick(150_000);
    await start(RULES).again(event);
    expect(await audit()).toHaveLength(3);
    await start({ ...RULES, rules: [{ ...RULES.rules[0], action: "flag" }] }).again(event);
    expect((await audit()).sort()).toEqual(["block blocked policy", "flag  policy", "mask  policy"]);
  });

  test("of a flood is a few lines", async () => {
    const { say } = start(RULES);
    await say(...Array.from({ length: 30 }, () => "a turnip"));
    expect(await audit()).toHaveLength(20);
  });
});

describe("sanctions, rooms and pace", () => {
  const following = () => {
    const fallback = policyForWords(FILE);
    const onFault = () => undefined;
    return followStore({ store, fallback, file: FILE, now: clock.now, sleep: clock.sleep, onFault });
  };

  test("a mute and a ban refuse, and say until when", async () => {
    const { say } = start({}, { moderation: following() });
    await store.sanctions.add({ kind: "mute", person: PERSON, until: START + 60_000, reason: "", by: "Ana" });
    await say("hello");
    clock.tick(60_000);
    await say("hello again");
    await store.sanctions.add({ kind: "ban", person: PERSON, reason: "", by: "Ana" });
    clock.tick(2_000);
    await say("and again");
    expect(ably.texts()).toEqual(["hello again"]);
    expect(notices()).toMatchObject([
      { code: "muted", until: new Date(START + 60_000).toISOString() },
      { code: "banned" },
    ]);
    expect(notices()[1]).not.toHaveProperty("until");
  });

  test("slow mode lets a person write once in its time", async () => {
    const { say } = start({ rooms: { "*": { slowModeSeconds: 5 } } });
    await say("one");
    clock.tick(2_000);
    await say("two");
    clock.tick(3_000);
    await say("three");
    expect(ably.texts()).toEqual(["one", "three"]);
    expect(notices()).toMatchObject([{ code: "slow-mode", until: new Date(START + 5_000).toISOString() }]);
  });

  test("a locked room takes nothing", async () => {
    await start({ rooms: { lobby: { locked: true } } }).say("one");
    expect([ably.texts(), codes()]).toEqual([[], ["room-locked"]]);
  });

  test("what was published or held before its author was muted is not refused when it comes again", async () => {
    const moderation = following();
    await store.policies.save(RULES, { by: "Ana", reason: "", ifVersion: 0 });
    const { say, again, logged } = start({}, { moderation });
    const { event } = await say("hello", "a bargain");
    clock.tick(500);
    const muted = await store.sanctions.add({ kind: "mute", person: PERSON, reason: "", by: "Ana" });
    if (muted.ok) moderation.apply(muted.change);
    logged.length = 0;
    expect((await again(event)).statusCode).toBe(200);
    expect(codes()).toEqual(["held"]);
    expect(logged).toMatchObject([{ decision: "duplicate" }, { decision: "ignored", reason: "done already" }, {}]);
    // another process knows from the store what was held; what was published shows by itself
    const other = start({}, { moderation });
    await other.again(event);
    expect(codes()).toEqual(["held", "muted"]);
    expect(notices().map((notice) => notice["source-id"])).toEqual(["m2", "m1"]);
    await say("let me speak");
    expect(codes()).toEqual(["held", "muted", "muted"]);
    expect([ably.texts(), await casesOf()]).toMatchObject([["hello"], [{ text: "a bargain", state: "open" }]]);
  });

  test("what a muted person says costs no look into the store, where the mute was there first", async () => {
    let looks = 0;
    const get: Table["get"] = async (key) => {
      looks += 1;
      return await table.get(key);
    };
    const counted = createStore({ table: { ...table, get }, now: clock.now, onFault: () => undefined });
    const moderation = following();
    await store.sanctions.add({ kind: "mute", person: PERSON, reason: "", by: "Ana" });
    const { say } = start({}, { moderation, store: counted });
    clock.tick(1);
    await say("one", "two");
    expect([codes(), looks]).toEqual([["muted", "muted"], 0]);
  });

  test("a flood rule counts by Ably's stamps, and neither what is no new message nor what is nothing", async () => {
    const { say, again } = start({
      rules: [{ name: "f", when: { flood: { messages: 2, seconds: 5 } }, action: "block" }],
    });
    const said = (id: string, ageMs: number, more: object = {}) => {
      return { id, clientId: AUTHOR, timestamp: START - ageMs, data: id, ...more };
    };
    const messages = [
      said("one", 12_000),
      said("two", 6_000),
      said("three", 0),
      said("one", 0, { action: 1 }),
      said("four", 0, { data: "" }),
      said("five", 0),
    ];
    const items = [{ source: "channel.message", data: { channelId: "chat:from-clients", messages } }];
    const event = signed(JSON.stringify({ items }));
    expect(await again(event)).toMatchObject({ body: '{"published":4,"refused":1,"ignored":1}' });
    expect([ably.texts(), codes()]).toEqual([["one", "two", "three", "five"], ["empty"]]);
    await say("six");
    expect(codes()).toEqual(["empty", "too-fast"]);
  });

  test("a flood rule counts what came before, in one request or several", async () => {
    const { say } = start({ rules: [{ name: "f", when: { flood: { messages: 2, seconds: 5 } }, action: "block" }] });
    await say("one", "two", "three");
    clock.tick(1_000);
    await say("four");
    expect([ably.texts(), codes()]).toEqual([
      ["one", "two"],
      ["too-fast", "too-fast"],
    ]);
  });

  test("so many refused messages are a mute, here at once and elsewhere from the store", async () => {
    // biome-ignore lint/suspicious/noThenProperty: the word of the policy
    const escalation = [{ blocked: 2, minutes: 10, then: { mute: "15m" } }];
    await store.policies.save({ ...RULES, escalation }, { by: "Ana", reason: "", ifVersion: 0 });
    const { say } = start({}, { moderation: following() });
    await say("a turnip");
    await say("a turnip");
    await say("hello");
    expect([ably.texts(), codes()]).toEqual([[], ["blocked", "blocked", "muted"]]);
    expect(await store.sanctions.of(PERSON)).toMatchObject({
      kind: "mute",
      by: "policy",
      until: START + 900_000,
      reason: "2 refused messages in 10 min",
    });
    expect(await store.sanctions.since(0)).toHaveLength(1);
    await store.sanctions.add({ kind: "lift", person: PERSON, reason: "", by: "Ana" });
    clock.tick(2_000);
    await say("thank you");
    expect(ably.texts()).toEqual(["thank you"]);
    expect(await store.sanctions.of(PERSON)).toBeUndefined();
  });

  test.each([
    ["floods", { rules: [{ name: "f", when: { flood: { messages: 1, seconds: 5 } }, action: "block" }] }, "muted"],
    ["writes too often in slow mode", { rules: [], rooms: { lobby: { slowModeSeconds: 5 } } }, "slow-mode"],
  ])("who %s is, in the end, refused as %s", async (_, document, code) => {
    // biome-ignore lint/suspicious/noThenProperty: the word of the policy
    const escalation = [{ blocked: 2, minutes: 10, then: { mute: "15m" } }];
    await store.policies.save({ ...document, escalation }, { by: "Ana", reason: "", ifVersion: 0 });
    const { say } = start({}, { moderation: following() });
    for (const text of ["one", "two", "three", "four"]) await say(text);
    expect([ably.texts(), codes().at(-1)]).toEqual([["one"], code]);
  });

  test("what slow mode refuses is no offence", async () => {
    // biome-ignore lint/suspicious/noThenProperty: the word of the policy
    const escalation = [{ blocked: 2, minutes: 10, then: { mute: "15m" } }];
    const { say } = start({ ...RULES, rooms: { lobby: { slowModeSeconds: 5 } }, escalation });
    for (const text of ["one", "two", "three"]) await say(text);
    clock.tick(5_000);
    await say("a turnip");
    clock.tick(5_000);
    await say("four");
    expect([ably.texts(), codes()]).toEqual([
      ["one", "four"],
      ["slow-mode", "slow-mode", "blocked"],
    ]);
    expect(await store.sanctions.since(0)).toEqual([]);
  });

  test("nothing is published, and Ably is asked to repeat, where no policy was ever known", async () => {
    const { say } = start({}, { moderation: { ...following(), read: async () => undefined } });
    expect((await say("hello")).answer.statusCode).toBe(503);
    expect(ably.texts()).toEqual([]);
  });
});

describe("a service", () => {
  const when = { service: { name: "s", above: { hate: 0.5 }, deadlineMs: 300, onFailure: "hold" } };
  const policy = { rules: [{ name: "s", when, action: "block" }] };

  test("is asked about each text with its room, and its answer decides", async () => {
    const asked: unknown[] = [];
    const { say } = start(policy, {
      ask: async (name, question, timeoutMs) => {
        asked.push([name, question, timeoutMs]);
        return { hate: question.text === "bad" ? 0.9 : 0.1 };
      },
    });
    await say("good", "bad");
    expect(asked[0]).toEqual(["s", { text: "good", room: "lobby" }, 300]);
    expect([ably.texts(), codes()]).toEqual([["good"], ["blocked"]]);
  });

  test("is asked for no longer than there is time, and not at all when there is none", async () => {
    const asked: number[] = [];
    const ask: HandlerDeps["ask"] = async (_name, _question, timeoutMs) => {
      asked.push(timeoutMs);
      await clock.sleep(9_250);
      return undefined;
    };
    const { say } = start(
      { ...policy, rules: [{ ...policy.rules[0], when: { service: { ...when.service, onFailure: "publish" } } }] },
      { ask },
    );
    await say("one", "two", "three");
    expect(asked).toEqual([300]);
  });

  test("that does not answer does what its rule says", async () => {
    await start(policy, { ask: async () => undefined }).say("good");
    expect([ably.texts(), codes()]).toEqual([[], ["held"]]);
  });
});
