/** What moderators see live: few events, none of them too large, and never at the cost of an answer. */
import { beforeEach, describe, expect, test } from "vitest";
import type { Judged } from "../../../lambda/decide/decide.ts";
import { outgoingMessage } from "../../../lambda/decide/outgoing.ts";
import type { Fate, MessageFate } from "../../../lambda/deliver/fate.ts";
import type { Sending } from "../../../lambda/deliver/publish-once.ts";
import { createShowLive, type ShowLive } from "../../../lambda/deliver/show-live.ts";
import { limits } from "../../../lambda/limits.ts";
import { FakeAbly } from "../helpers/fake-ably.ts";

const START = 1_700_000_000_000;
const LATE = START + 10_000;

type ShowsOn = Parameters<typeof createShowLive>[0];

let ably: FakeAbly;
let live: ShowLive;

beforeEach(() => {
  ably = new FakeAbly(() => START);
  live = createShowLive(ably, () => START);
});

const show = (fates: readonly Fate[], deadline: number) => live(deadline).rest(fates);

function fate(sourceId: string, text = sourceId, outcome: Sending["outcome"] = "published"): MessageFate {
  const channel = "chat:from-clients";
  const clientId = "Ada.x1y2z3";
  const message = outgoingMessage({ author: clientId, sourceId, timestamp: START, text, starred: 0 });
  const judged: Judged = { channel, room: "lobby", message, starred: 0, text, action: "publish", rules: [] };
  const entry = { kind: "message", channel, sourceId, message: { clientId, timestamp: START } } as const;
  return { entry, decision: { kind: "publish", ...judged }, sending: { outcome, attempts: 1 } };
}

const shown = () => ably.on("desk:live").map(({ data }) => JSON.parse(data).map(({ text }: { text: string }) => text));

test("what is decided while an event is on its way shares the next one", async () => {
  const failed = await Promise.all(["one", "two", "three"].map((text) => show([fate(text)], LATE)));
  expect(failed).toEqual([0, 0, 0]);
  expect(shown()).toEqual([["one", "two", "three"]]);
  await show([fate("four")], LATE);
  expect(shown()).toEqual([["one", "two", "three"], ["four"]]);
});

test("what is not over yet, or was over before, is not shown", async () => {
  const fates = [
    fate("a", "a", "failed"),
    fate("b", "b", "unsent"),
    fate("c", "c", "duplicate"),
    { entry: { kind: "other", source: "x" } } as const,
  ];
  expect(await show(fates, LATE)).toBe(0);
  expect(ably.publishes).toBe(0);
});

test("an event is never larger than a message may be, and a flood is cut short", async () => {
  const long = "ä".repeat(2_000);
  expect(
    await show(
      Array.from({ length: 300 }, (_, n) => fate(`m${n}`, long)),
      LATE,
    ),
  ).toBe(0);
  const events = ably.on("desk:live");
  for (const { data } of events) expect(Buffer.byteLength(data)).toBeLessThan(limits.liveBytes + 1_000);
  expect(shown().flat()).toHaveLength(limits.liveDecisions);
  expect(events.length).toBeLessThan(limits.liveDecisions / 4);
});

test("what waits for an event is cut short, too", async () => {
  const many = (letter: string) => Array.from({ length: 0.75 * limits.liveDecisions }, (_, n) => fate(`${letter}${n}`));
  await Promise.all([show([fate("first")], LATE), show(many("a"), LATE), show(many("b"), LATE)]);
  expect(shown().flat()).toHaveLength(limits.liveDecisions);
  expect(shown().flat().at(-1)).toBe(`b${0.25 * limits.liveDecisions - 2}`);
});

test("each event that does not arrive is counted, whatever went wrong, and the next one is tried again", async () => {
  ably.failures.push({ ok: false, kind: "transient" });
  expect(await show([fate("one")], LATE)).toBe(1);
  const publish = ably.publish.bind(ably);
  ably.publish = () => Promise.reject(new Error("a mistake"));
  expect(await show([fate("two")], LATE)).toBe(1);
  ably.publish = publish;
  expect(await show([fate("three")], LATE)).toBe(0);
  expect(shown()).toEqual([["three"]]);
});

test("nothing is tried that the answer would have to wait for too long", async () => {
  expect(await show([fate("one")], START + 2 * limits.liveMs - 1)).toBe(1);
  expect(await show([fate("one")], START + 2 * limits.liveMs)).toBe(0);
  expect(ably.publishes).toBe(1);
});

describe("along with the messages", () => {
  const published = () => new Promise((resolve) => setImmediate(resolve));

  test("goes what is published first; the rest shares a second event", async () => {
    const [first, second] = [fate("one"), fate("two")];
    const showing = live(LATE);
    showing.along([first]);
    showing.along([second]);
    await published();
    expect(await showing.rest([first, second])).toBe(0);
    expect(shown()).toEqual([["one"], ["two"]]);
  });

  test("goes nothing that the moderators' queue has to have first", async () => {
    const flagged = fate("one");
    const rules = [{ name: "kiwis", action: "flag", spans: [] }] as const;
    if (flagged.decision?.kind === "publish") flagged.decision = { ...flagged.decision, rules };
    const refused: MessageFate = { entry: flagged.entry, decision: { kind: "refuse", reason: "blocked" } };
    live(LATE).along([flagged, refused]);
    await live(LATE).rest([]);
    expect(ably.publishes).toBe(0);
  });

  test("goes nothing while another event is on its way: it shares the next one", async () => {
    const [one, two, three] = [fate("one"), fate("two"), fate("three")];
    const [a, b, c] = [live(LATE), live(LATE), live(LATE)];
    a.along([one]);
    await published();
    b.along([two]);
    c.along([three]);
    await Promise.all([a.rest([one]), b.rest([two]), c.rest([three])]);
    expect(shown()).toEqual([["one"], ["two", "three"]]);
  });

  /** How long each event was given. */
  const timed = (until: Promise<void> = Promise.resolve()) => {
    const given: number[] = [];
    const publish = ably.publish.bind(ably);
    const publisher = {
      idsSince: ably.idsSince.bind(ably),
      publish: async (...[channel, message, timeoutMs]: Parameters<ShowsOn["publish"]>) => {
        given.push(timeoutMs);
        await until;
        return await publish(channel, message);
      },
    };
    return { given, live: createShowLive(publisher, () => START) };
  };

  test("goes an event for as long as a message may take, and where there is no time for that later", async () => {
    const { given, live: shows } = timed();
    for (const deadline of [LATE, START + 1_000, START + limits.liveMs, START + limits.liveMs - 1]) {
      shows(deadline).along([fate("one")]);
      await published();
    }
    expect(given).toEqual([limits.attemptMs, 1_000, limits.liveMs]);
  });

  test("goes nothing while another event is on its way, whose time the answer would have to wait for as well", async () => {
    let go = (): void => undefined;
    const { given, live: shows } = timed(new Promise((resolve) => (go = resolve)));
    const [one, two] = [fate("one"), fate("two")];
    const [a, b] = [shows(LATE), shows(LATE)];
    a.along([one]);
    await published();
    b.along([two]);
    const done = Promise.all([a.rest([one]), b.rest([two])]);
    go();
    await done;
    const c = shows(LATE);
    c.along([fate("three")]);
    await c.rest([]);
    expect(given).toEqual([limits.attemptMs, limits.liveMs, limits.attemptMs]);
  });

  test("go as many as an event may tell of, and what is starred", async () => {
    const starred = fate("starred");
    const rules = [{ name: "words", action: "mask", spans: [] }] as const;
    if (starred.decision?.kind === "publish") starred.decision = { ...starred.decision, action: "mask", rules };
    const many = Array.from({ length: limits.liveDecisions }, (_, n) => fate(`m${n}`));
    live(LATE).along([starred, ...many]);
    await published();
    expect(shown().flat()).toHaveLength(limits.liveDecisions);
    expect(shown().flat()[0]).toBe("starred");
  });

  test("goes the first of what is published, where something for the queue came before it", async () => {
    const flagged = fate("flagged");
    const rules = [{ name: "kiwis", action: "flag", spans: [] }] as const;
    if (flagged.decision?.kind === "publish") flagged.decision = { ...flagged.decision, rules };
    const showing = live(LATE);
    showing.along([flagged]);
    showing.along([fate("plain")]);
    await published();
    expect(shown()).toEqual([["plain"]]);
  });

  test("is said again what Ably then refused", async () => {
    const one = fate("one");
    const showing = live(LATE);
    showing.along([one]);
    await published();
    one.sending = { outcome: "rejected", attempts: 1 };
    expect(await showing.rest([one])).toBe(0);
    const codes = ably.on("desk:live").map(({ data }) => JSON.parse(data)[0].code);
    expect(codes.at(-1)).toBe("publish-rejected");
    expect(codes).toHaveLength(2);
  });

  test("is counted what does not arrive, and not sent twice", async () => {
    ably.failures.push({ ok: false, kind: "transient" });
    const [one] = [fate("one")];
    const showing = live(LATE);
    showing.along([one]);
    expect(await showing.rest([one])).toBe(1);
    expect(shown()).toEqual([]);
  });
});
