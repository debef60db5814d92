/** What moderators do, by whatever door: sanctions, the policy, held messages. */
import { beforeEach, describe, expect, test } from "vitest";
import { auditSince } from "../../../lambda/commands/audit.ts";
import { decideCase, finishDecided } from "../../../lambda/desk/decide-case.ts";
import type { DeskDeps } from "../../../lambda/desk/desk.ts";
import { sanctionAtDesk, sanctionPerson } from "../../../lambda/desk/sanction-person.ts";
import { savePolicy } from "../../../lambda/desk/save-policy.ts";
import { changePolicy } from "../../../lambda/desk/saved-policies.ts";
import { sweepDesk } from "../../../lambda/desk/sweep.ts";
import type { NewCase } from "../../../lambda/store/cases.ts";
import { AUTHOR, anotherProcess, createDesk, type DeskUnderTest, made, PERSON, START } from "./desk-under-test.ts";

let desk: DeskUnderTest;

beforeEach(() => {
  desk = createDesk();
});

const open = async (kind?: NewCase["kind"]) => (await desk.store.cases.open(made(kind))).case.id;
const decide = (id: string, outcome: "approved" | "denied" | "dismissed", by = "Ana", own: DeskDeps = desk) =>
  desk.clock.run(decideCase({ id, outcome, by, reason: "why" }, own));
const did = async () =>
  (await desk.store.audit.list()).entries.map((entry) => `${entry.by} ${entry.did} ${entry.subject}`);

describe("a held message", () => {
  test("that is approved is published as its author's own, masks and all, and its sender is told", async () => {
    const id = await open();
    expect(await decide(id, "approved")).toMatchObject({ ok: true, isFinished: true });
    expect(desk.ably.on("chat:to-clients:garden")).toMatchObject([
      { clientId: AUTHOR, data: "a bargain ******", extras: { headers: { "source-id": "m1", starred: "1" } } },
    ]);
    expect(desk.ably.notices(AUTHOR)).toMatchObject([{ "source-id": "m1", code: "approved", outcome: "approved" }]);
    expect(await desk.store.cases.get(id)).toMatchObject({ state: "closed", finished: true, decidedBy: "Ana" });
    expect(await did()).toEqual([`Ana approved ${id}`]);
  });

  test("that is denied is not published, and its sender is told", async () => {
    expect(await decide(await open(), "denied")).toMatchObject({ ok: true, isFinished: true });
    expect(desk.ably.texts("chat:to-clients:garden")).toEqual([]);
    expect(desk.ably.notices(AUTHOR)).toMatchObject([{ code: "denied", outcome: "refused" }]);
  });

  test("is decided once, and the second learns by whom", async () => {
    const id = await open();
    await decide(id, "approved");
    const second = await decide(id, "denied", "Bo");
    expect(second).toMatchObject({
      ok: false,
      code: "already-decided",
      case: { decidedBy: "Ana", outcome: "approved" },
    });
    expect(desk.ably.texts("chat:to-clients:garden")).toHaveLength(1);
  });

  test("whose publish failed, or whose process ended before it, is published once by the next sweep", async () => {
    const id = await open();
    desk.ably.failures.push(...Array.from({ length: 50 }, () => ({ ok: false, kind: "transient" }) as const));
    expect(await decide(id, "approved")).toMatchObject({ ok: true, isFinished: false });
    desk.ably.failures.length = 0;
    expect(await desk.clock.run(finishDecided(anotherProcess(desk)))).toBe(1);
    expect(await desk.clock.run(finishDecided(anotherProcess(desk)))).toBe(0);
    expect(desk.ably.texts("chat:to-clients:garden")).toEqual(["a bargain ******"]);
  });

  test("that was published just before its process ended is not published again, hours later neither", async () => {
    const id = await open();
    await desk.store.cases.decide(id, { outcome: "approved", by: "Ana", reason: "" });
    // what the process did before it ended
    const { finished, ...cases } = desk.store.cases;
    await desk.clock.run(
      finishDecided({ ...desk, store: { ...desk.store, cases: { ...cases, finished: async () => undefined } } }),
    );
    expect(finished).toBeTypeOf("function");
    desk.clock.tick(7_200_000);
    expect(await desk.clock.run(finishDecided(anotherProcess(desk)))).toBe(1);
    expect(desk.ably.texts("chat:to-clients:garden")).toHaveLength(1);
    expect(await desk.store.cases.get(id)).toMatchObject({ finished: true });
  });

  test("that was denied is told to its sender and to the audit by the next sweep, when the process ended before", async () => {
    const id = await open();
    await desk.store.cases.decide(id, { outcome: "denied", by: "Ana", reason: "why" });
    expect(await desk.clock.run(finishDecided(anotherProcess(desk)))).toBe(1);
    expect(desk.ably.notices(AUTHOR)).toMatchObject([{ code: "denied" }]);
    expect(await did()).toEqual([`Ana denied ${id}`]);
    expect(desk.ably.texts("chat:to-clients:garden")).toEqual([]);
  });

  test("stays decided while the store takes nothing more, and what follows is done later, once", async () => {
    const id = await open();
    const fails = () => Promise.reject(new Error("the table is down"));
    const failing = { ...desk, store: { ...desk.store, audit: { ...desk.store.audit, add: fails } } };
    expect(await decide(id, "approved", "Ana", failing)).toMatchObject({ ok: true, isFinished: false });
    expect(desk.faults).toEqual(["what follows from a decision could not be written down"]);
    await desk.clock.run(finishDecided(anotherProcess(desk)));
    expect(desk.ably.texts("chat:to-clients:garden")).toHaveLength(1);
    expect(await did()).toEqual([`Ana approved ${id}`]);
  });

  test("is what can be approved and denied; other cases are dismissed", async () => {
    expect(await decide(await open("flagged"), "approved")).toEqual({ ok: false, code: "not-held" });
    expect(await decide(await open("held"), "dismissed")).toEqual({ ok: false, code: "not-held" });
    expect(await decide(await open("flagged"), "dismissed")).toMatchObject({ ok: true, isFinished: true });
    expect(await decide("held-nothing", "approved")).toEqual({ ok: false, code: "unknown-case" });
  });
});

describe("a sanction", () => {
  const request = { kind: "ban", person: AUTHOR, reason: "spam", by: "Ana" } as const;

  test("is of the person, whatever the name, and stands in the audit", async () => {
    const until = START + 1_000;
    expect(await sanctionPerson(desk.store, { ...request, until })).toMatchObject({
      ok: true,
      change: { person: PERSON },
    });
    expect(await desk.store.sanctions.of(PERSON)).toMatchObject({ kind: "ban", until });
    await sanctionPerson(desk.store, { ...request, kind: "lift" });
    expect(await desk.store.sanctions.of(PERSON)).toBeUndefined();
    expect((await did()).sort()).toEqual([`Ana ban ${PERSON}`, `Ana lift ${PERSON}`]);
  });

  test("of nobody, or the end of none, is refused with a code", async () => {
    for (const person of ["", "a b", "Ada."]) {
      expect(await sanctionPerson(desk.store, { ...request, person })).toEqual({ ok: false, code: "unknown-person" });
    }
    const lift = { ...request, kind: "lift" } as const;
    expect(await sanctionPerson(desk.store, lift)).toEqual({ ok: false, code: "not-sanctioned" });
    expect(await did()).toEqual([]);
  });
});

describe("what a moderator changes while the store takes no second write", () => {
  const fails = () => Promise.reject(new Error("the table is down"));
  const author = { by: "Ana", reason: "more", ifVersion: 0 };

  test("is in force and answered, and stands in the audit once after the next sweep", async () => {
    desk.table.putAll = fails;
    const mute = { kind: "mute", person: AUTHOR, reason: "shouts", by: "Ana" } as const;
    expect(await sanctionAtDesk(mute, desk)).toMatchObject({ ok: true });
    expect(await changePolicy({ rules: [] }, author, desk)).toMatchObject({ ok: true, version: { version: 1 } });
    expect(await did()).toEqual([]);
    expect(await desk.clock.run(sweepDesk(anotherProcess(desk)))).toBe(0);
    expect(desk.faults).toContain("what is left to do was not looked for");
    desk.table.putAll = desk.calm.putAll;
    expect(await desk.clock.run(sweepDesk(anotherProcess(desk)))).toBe(2);
    expect(await desk.clock.run(sweepDesk(anotherProcess(desk)))).toBe(0);
    expect((await did()).sort()).toEqual(["Ana mute x1y2z3a4b5", "Ana save-policy policy 1"]);
  });
});

describe("a policy", () => {
  const author = { by: "Ana", reason: "more", ifVersion: 0 };

  test("is saved with a line in the audit", async () => {
    expect(await savePolicy(desk.store, { rules: [] }, author)).toMatchObject({ ok: true, version: { version: 1 } });
    expect(await did()).toEqual(["Ana save-policy policy 1"]);
  });

  test("with problems is refused with all of them, and the old one stays in force", async () => {
    const rules = [{ name: "", when: {}, action: "shoot" }];
    expect(await savePolicy(desk.store, { rules }, author)).toMatchObject({
      ok: false,
      code: "invalid-policy",
      problems: [{ path: "rules[0].name" }, { path: "rules[0].when" }, { path: "rules[0].action" }].map(() =>
        expect.anything(),
      ),
    });
    expect(await desk.store.policies.since(0)).toEqual([]);
  });
});

test("the audit is read back to a moment, newest first", async () => {
  const entry = (at: number) => ({ at, by: "Ana", did: "mute", subject: "p", reason: "" });
  await desk.store.audit.add(Array.from({ length: 250 }, (_, n) => entry(START - n * 1_000)));
  const found: number[] = [];
  for await (const { at } of auditSince(desk.store, START - 150_000)) found.push(at);
  expect([found.length, found[0], found.at(-1)]).toEqual([151, START, START - 150_000]);
});
