/** The tokens of people who are banned: when they are ended, and what happens when Ably does not do it. */
import { expect, test } from "vitest";
import type { Sanction } from "../../lambda/sanction.ts";
import { limits } from "../../server/limits.ts";
import { createTokenEnds } from "../../server/tokens/end-of-banned.ts";

const NOW = 1_700_000_000_000;
const ban = (person: string, at = NOW): Sanction => ({ kind: "ban", person, reason: "", by: "Ana", at, change: 1 });

/** Whose tokens are ended, and whether Ably does it. */
function start() {
  const seen = { ended: [] as string[], logged: [] as object[], now: NOW, isAway: false };
  const ends = createTokenEnds({
    async revoke(channel) {
      if (seen.isAway) throw new Error("no answer");
      seen.ended.push(channel);
    },
    log: { error: (event, fields) => void seen.logged.push({ event, ...fields }) },
    now: () => seen.now,
  });
  return { seen, ends };
}

test("the tokens of each end, by the channel that every one of them names", async () => {
  const { seen, ends } = start();
  await ends.of([ban("person0001"), ban("person0002")]);
  await ends.again();
  expect(seen.ended).toEqual(["chat:notices:person0001", "chat:notices:person0002"]);
});

test("what Ably does not do is tried again, as long as there can be such tokens", async () => {
  const { seen, ends } = start();
  seen.isAway = true;
  await ends.of([ban("person0001"), ban("person0002", NOW - limits.tokenTtlMs + 1)]);
  await ends.again();
  expect(seen.logged).toHaveLength(4);
  expect(seen.logged[0]).toEqual({ event: "revoke.failed", person: "person0001", reason: "no answer" });
  seen.isAway = false;
  seen.now += 2;
  await ends.again();
  await ends.again();
  expect(seen.ended).toEqual(["chat:notices:person0001"]);
});

test("tokens of a ban that is older than they can be are left alone", async () => {
  const { seen, ends } = start();
  await ends.of([ban("person0001", NOW - limits.tokenTtlMs - 1)]);
  expect(seen.ended).toEqual([]);
});
