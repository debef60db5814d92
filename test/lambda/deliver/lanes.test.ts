/** When each message of a request goes out: as fast as the simulation behind `docs/growth.md` says. */
import { expect, test } from "vitest";
import type { MessageFate } from "../../../lambda/deliver/fate.ts";
import { lanesOf, workThrough } from "../../../lambda/deliver/lanes.ts";
import { limits } from "../../../lambda/limits.ts";
import { publishedAt } from "../../bench/growth/publishes.ts";
import { createFakeClock } from "../../helpers/fake-clock.ts";

const PUBLISH_MS = 25;

const said = (author: number, place: number): MessageFate => ({
  entry: {
    kind: "message",
    channel: "chat:from-clients",
    sourceId: String(place),
    message: { clientId: `Ada.${author}`, timestamp: 1_700_000_000_000 },
  },
});

/** When each message is out, ms; a publish takes `PUBLISH_MS`, and messages are given by their authors. */
async function outAt(authors: readonly number[]): Promise<number[]> {
  const clock = createFakeClock(0);
  const out: number[] = [];
  const work = {
    decide: async () => undefined,
    decided: () => undefined,
    carryOut: async ({ entry }: MessageFate) => {
      await clock.sleep(PUBLISH_MS);
      out[Number(entry.sourceId)] = clock.now();
    },
  };
  await clock.run(workThrough(lanesOf(authors.map(said)), clock.sleep, work));
  return out;
}

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
