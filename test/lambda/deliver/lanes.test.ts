/** When each message of a request goes out: as fast as the simulation behind `docs/growth.md` says. */
import { expect, test } from "vitest";
import type { MessageFate } from "../../../lambda/deliver/fate.ts";
import { lanesOf, workThrough } from "../../../lambda/deliver/lanes.ts";
import { limits } from "../../../lambda/limits.ts";
import { publishedAt } from "../../bench/growth/publishes.ts";
import { createFakeClock } from "../../helpers/fake-clock.ts";

const PUBLISH_MS = 25;

const said = (author: number, place: number, room = ""): MessageFate => ({
  entry: {
    kind: "message",
    channel: `chat:from-clients${room}`,
    sourceId: String(place),
    message: { clientId: `Ada.${author}`, timestamp: 1_700_000_000_000 },
  },
});

/** Works through these; a publish takes so long. Tells when each message was out, and when everything was, ms. */
async function workedThrough(fates: readonly MessageFate[], publishMs = PUBLISH_MS) {
  const clock = createFakeClock(0);
  const out: number[] = [];
  const together: number[] = [];
  const work = {
    decide: async () => undefined,
    decided: (run: readonly MessageFate[]) => void together.push(run.length),
    carryOut: async ({ entry }: MessageFate) => {
      await clock.sleep(publishMs);
      out[Number(entry.sourceId)] = clock.now();
    },
  };
  await clock.run(workThrough(lanesOf(fates), clock.sleep, work));
  return { out, together, endedAt: clock.now() };
}

/** When each message is out; they are given by their authors. */
const outAt = async (authors: readonly number[]) =>
  (await workedThrough(authors.map((author, place) => said(author, place)))).out;

/** A hundred messages of so many people: in turns, and at random but the same each time. */
const inTurns = (people: number) => Array.from({ length: 100 }, (_, place) => place % people);
const atRandom = (people: number) => Array.from({ length: 100 }, (_, place) => (((place + 1) * 7_919) % 101) % people);

test.each([1, 2, 5, 20, 30, 100])("a hundred messages of %d people go out as the simulation says", async (people) => {
  for (const authors of [inTurns(people), atRandom(people)]) {
    expect(await outAt(authors)).toEqual(publishedAt(authors, { ...limits, publishMs: PUBLISH_MS }));
  }
});

test("people who answer each other for long do not wait for each other", async () => {
  const rounds = 100 / 5;
  expect(Math.max(...(await outAt(inTurns(5))))).toBe(rounds * PUBLISH_MS);
});

test("the work ends with its last message", async () => {
  expect((await workedThrough([said(1, 0), said(2, 1)])).endedAt).toBe(PUBLISH_MS);
});

test("no more messages are worked on together than one request to Ably takes", async () => {
  const many = Array.from({ length: limits.requestMessages + 50 }, (_, place) => said(place, place));
  expect((await workedThrough(many)).together).toEqual([limits.requestMessages, 50]);
});

test("somebody does not wait for rooms in which everything is under way", async () => {
  const publishMs = 2 * limits.inOrderMs;
  const rooms = Array.from({ length: limits.parallelLanes + 5 }, (_, place) => said(place, place, `:r${place}`));
  const place = rooms.length;
  const fates = [...rooms, said(0, place, ":r0"), said(99, place + 1)];
  const { out } = await workedThrough(fates, publishMs);
  expect(out[place + 1]).toBe(limits.inOrderMs + publishMs);
});
