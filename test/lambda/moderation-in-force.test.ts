/** How the function and the server follow the store: how fresh what they know is, and what they do while it fails. */
import { beforeEach, expect, test } from "vitest";
import { limits } from "../../lambda/limits.ts";
import { followStore, type Moderation } from "../../lambda/moderation-in-force.ts";
import { policyForWords } from "../../lambda/policy/default-policy.ts";
import { createMemoryTable } from "../../lambda/store/memory-table.ts";
import { createStore, type Store } from "../../lambda/store/store.ts";
import { createFakeClock, type FakeClock } from "../helpers/fake-clock.ts";
import { Random } from "../system/faults/random.ts";

const FILE = { words: ["potato"], allow: [] };
const RULE = { name: "r", when: { words: ["l"] }, action: "block" };

let clock: FakeClock;
let store: Store;
let table: ReturnType<typeof createMemoryTable>;
/** What every query does before it is answered. */
let before: () => Promise<void>;
let queries: number;
let faults: string[];

beforeEach(() => {
  clock = createFakeClock();
  before = async () => undefined;
  queries = 0;
  faults = [];
  const memory = createMemoryTable();
  table = {
    ...memory,
    async query(query) {
      queries += 1;
      await before();
      return await memory.query(query);
    },
  };
  store = createStore({ table, now: clock.now, onFault: () => undefined });
});

const follow = (): Moderation =>
  followStore({
    store,
    fallback: policyForWords(FILE),
    file: FILE,
    now: clock.now,
    sleep: clock.sleep,
    onFault: (fault) => faults.push(fault),
  });
const fail = async () => {
  throw new Error("the store is down");
};
const hang = () => new Promise<void>(() => undefined);
const save = (document: object, ifVersion: number) =>
  store.policies.save(document, { by: "Ana", reason: "", ifVersion });
const mute = (person: string, until?: number) =>
  store.sanctions.add({ kind: "mute", person, until, reason: "", by: "Ana" });
const versionIn = async (moderation: Moderation) => (await clock.run(moderation.read()))?.policy.version;
const kindOf = async (moderation: Moderation, person: string) =>
  (await clock.run(moderation.read()))?.sanctionOf(person)?.kind;

test("the policy that was deployed is in force until one is saved", async () => {
  const moderation = follow();
  expect(await versionIn(moderation)).toBe(0);
  await save({ lists: { l: ["turnip"] }, rules: [RULE] }, 0);
  clock.tick(limits.storeFreshMs);
  const inForce = await clock.run(moderation.read());
  expect(inForce?.policy.version).toBe(1);
  expect(inForce?.policy.names.moderate("turnip").matches).toHaveLength(1);
});

test("a change is in force within two seconds while there is work, without a wait for those that come before", async () => {
  const moderation = follow();
  await versionIn(moderation);
  await mute("p1");
  const asked = queries;
  clock.tick(900);
  expect(await kindOf(moderation, "p1")).toBeUndefined();
  expect(queries).toBe(asked);
  clock.tick(200);
  await moderation.read(); // asks beside the work, and does not wait
  expect(await kindOf(moderation, "p1")).toBe("mute");
  expect(queries).toBe(asked + 2);
});

test("a container that slept reads before it decides", async () => {
  const moderation = follow();
  await versionIn(moderation);
  await mute("p1");
  clock.tick(600_000);
  expect(await kindOf(moderation, "p1")).toBe("mute");
});

test("a hundred requests at once ask once", async () => {
  const moderation = follow();
  await clock.run(Promise.all(Array.from({ length: 100 }, () => moderation.read())));
  expect(queries).toBe(2);
});

test("a store that fails or hangs leaves in force what was known, and its age shows", async () => {
  const moderation = follow();
  await mute("p1");
  expect(await kindOf(moderation, "p1")).toBe("mute");
  before = fail;
  clock.tick(120_000);
  expect(await kindOf(moderation, "p1")).toBe("mute");
  expect(faults).toContain("unreachable");
  expect(moderation.ageMs()).toBe(120_000);
  before = hang;
  const startedAt = clock.now();
  expect(await kindOf(moderation, "p1")).toBe("mute");
  expect(clock.now() - startedAt).toBe(limits.storeWaitMs);
  before = async () => undefined;
  clock.tick(limits.storeFreshMs);
  await kindOf(moderation, "p1");
  expect(moderation.ageMs()).toBe(0);
});

test("a clock that is set back hides no change", async () => {
  let shift = 0;
  const now = () => clock.now() + shift;
  const moderation = followStore({
    store,
    fallback: policyForWords(FILE),
    file: FILE,
    now,
    sleep: clock.sleep,
    onFault: () => undefined,
  });
  expect(await kindOf(moderation, "p1")).toBeUndefined();
  shift = -3_600_000;
  await mute("p1");
  expect(await kindOf(moderation, "p1")).toBe("mute");
  expect(moderation.ageMs()).toBeGreaterThanOrEqual(0);
});

test("a change is in force in every container with work within three seconds, whenever each was asked last", async () => {
  const random = new Random(7);
  before = () => clock.sleep(random.between(0, 400));
  const containers = Array.from({ length: 20 }, follow);
  const late: number[] = [];
  let changedAt = Number.POSITIVE_INFINITY;
  const work = async (moderation: Moderation) => {
    for (const end = clock.now() + 20_000; clock.now() < end; ) {
      const askedAt = clock.now();
      const inForce = await moderation.read();
      if (askedAt > changedAt && inForce?.sanctionOf("p1") === undefined) late.push(askedAt - changedAt);
      await clock.sleep(random.between(10, 1_500));
    }
  };
  const moderate = async () => {
    await clock.sleep(9_000);
    await mute("p1");
    changedAt = clock.now();
  };
  await clock.run(Promise.all([...containers.map(work), moderate()]));
  expect(late.length).toBeGreaterThan(0);
  expect(Math.max(...late)).toBeLessThan(3_000);
});

test("nothing is in force where the store has never answered, and something as soon as it does", async () => {
  before = fail;
  const moderation = follow();
  expect(await clock.run(moderation.read())).toBeUndefined();
  before = async () => undefined;
  expect(await versionIn(moderation)).toBe(0);
});

test("a sanction that this process set is in force here at once, and a lift from elsewhere ends it", async () => {
  const moderation = follow();
  await versionIn(moderation);
  const added = await mute("p1");
  if (!added.ok) throw new Error(added.code);
  moderation.apply(added.change);
  expect(await kindOf(moderation, "p1")).toBe("mute");
  await store.sanctions.add({ kind: "lift", person: "p1", reason: "", by: "Bo" });
  clock.tick(limits.storeFreshMs);
  expect(await kindOf(moderation, "p1")).toBeUndefined();
});

test("a policy of a newer version, which this program does not understand, leaves the one before in force", async () => {
  const moderation = follow();
  await save({ lists: { l: ["turnip"] }, rules: [RULE] }, 0);
  expect(await versionIn(moderation)).toBe(1);
  await save({ rules: [{ ...RULE, action: "teleport" }] }, 1);
  clock.tick(limits.storeFreshMs);
  expect(await versionIn(moderation)).toBe(1);
  expect(faults).toEqual(["policy 2 cannot be used"]);
  // a container that starts now goes back to it as well
  expect(await versionIn(follow())).toBe(1);
  await save({ rules: [] }, 2);
  clock.tick(limits.storeFreshMs);
  expect(await versionIn(moderation)).toBe(3);
});

test("nothing is in force where no saved policy can be used: the deployed one is not what anybody wants", async () => {
  await save({ rules: [{ ...RULE, action: "teleport" }] }, 0);
  expect(await clock.run(follow().read())).toBeUndefined();
});

test("everything is read from the beginning again after half a day, with what was tidied up meanwhile", async () => {
  const moderation = follow();
  await mute("p1");
  expect(await kindOf(moderation, "p1")).toBe("mute");
  await mute("p2");
  await table.remove([{ pk: "sanctions", sk: "0000000000000001" }]);
  clock.tick(limits.storeReloadMs - 1);
  expect(await kindOf(moderation, "p1")).toBe("mute");
  clock.tick(limits.storeFreshMs);
  expect(await kindOf(moderation, "p1")).toBeUndefined();
});
