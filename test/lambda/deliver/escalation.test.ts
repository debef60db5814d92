/** Escalation: which refusals lead to which sanction. */
import { expect, test } from "vitest";
import { escalate } from "../../../lambda/deliver/escalation.ts";
import { fixedModeration } from "../../../lambda/moderation-in-force.ts";
import { createRecentMessages } from "../../../lambda/policy/recent-messages.ts";
import { createMemoryTable } from "../../../lambda/store/memory-table.ts";
import { createStore } from "../../../lambda/store/store.ts";
import { policyOf } from "../helpers/moderation.ts";

const NOW = 1_795_258_800_000;
const PERSON = "x1y2z3a4b5";
const MINUTE = 60_000;

/** A person whose messages of so many minutes ago were refused, under a policy of two steps. */
async function start(refusedMinutesAgo: readonly number[], more: readonly object[] = []) {
  const now = () => NOW;
  const policy = policyOf({
    escalation: [
      // biome-ignore lint/suspicious/noThenProperty: the word of the policy
      { blocked: 2, minutes: 10, then: { mute: "15m" } },
      // biome-ignore lint/suspicious/noThenProperty: the word of the policy
      { blocked: 4, minutes: 60, then: { ban: "1d" } },
      ...more,
    ],
  });
  const moderation = fixedModeration(policy);
  const inForce = await moderation.read();
  if (inForce === undefined) throw new Error("there is a policy");
  const store = createStore({ table: createMemoryTable(), now, onFault: () => undefined });
  const recentMessages = createRecentMessages();
  for (const minutes of refusedMinutesAgo) {
    const at = NOW - minutes * MINUTE;
    recentMessages.add(PERSON, { id: String(at), room: "lobby", at, sketch: new Set(), blocked: true });
  }
  const deps = { store, inForce, recentMessages, moderation, now };
  return { store, act: (given: Partial<typeof deps> = {}) => escalate(PERSON, { ...deps, ...given }) };
}

test.each([
  ["one refused message", [1], undefined],
  ["two that are too far apart", [1, 11], undefined],
  ["two, of which the first was just ten minutes ago", [0, 10], undefined],
  [
    "two of the last minutes",
    [1, 9],
    { kind: "mute", until: NOW + 15 * MINUTE, reason: "2 refused messages in 10 min" },
  ],
  ["four of the last hour, the stricter step", [1, 2, 40, 50], { kind: "ban", until: NOW + 24 * 60 * MINUTE }],
])("%s", async (_, minutes, sanction) => {
  const { store, act } = await start(minutes);
  await act();
  const sanctions = await store.sanctions.since(0);
  expect(sanctions).toMatchObject(sanction === undefined ? [] : [{ ...sanction, person: PERSON, by: "policy" }]);
});

test.each([
  ["a short ban rather than a longer mute", { mute: "2h" }, { ban: "1h" }, { kind: "ban", until: NOW + 60 * MINUTE }],
  ["for good rather than for long", { mute: "30d" }, { mute: "forever" }, { kind: "mute", until: undefined }],
])("of two steps that are reached at once it is %s", async (_, one, other, sanction) => {
  const steps = [one, other].map((then) => ({ blocked: 3, minutes: 10, then }));
  const { store, act } = await start([1, 2, 3], steps);
  await act();
  const [made, ...more] = await store.sanctions.since(0);
  expect([made?.kind, made?.until, more]).toEqual([sanction.kind, sanction.until, []]);
});

test("a sanction for which there is no room is a failure, and not in the audit", async () => {
  const { store, act } = await start([1, 2]);
  const full = {
    ...store,
    sanctions: { ...store.sanctions, add: async () => ({ ok: false, code: "too-many-sanctions" }) },
  };
  await expect(act({ store: full as typeof store })).rejects.toThrow("too-many-sanctions");
  expect((await store.audit.list()).entries).toEqual([]);
});
