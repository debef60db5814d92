/** The queue and the people, as moderators see them. */
import { beforeEach, describe, expect, test } from "vitest";
import { outgoingMessage } from "../../../lambda/decide/outgoing.ts";
import { caseDetails, listCases } from "../../../lambda/desk/cases.ts";
import { personRecord } from "../../../lambda/desk/people.ts";
import { sanctionAtDesk } from "../../../lambda/desk/sanction-person.ts";
import { AUTHOR, createDesk, type DeskUnderTest, made, PERSON, START } from "./desk-under-test.ts";

let desk: DeskUnderTest;

beforeEach(() => {
  desk = createDesk();
});

const say = (sourceId: string, text: string) =>
  desk.ably.publish(
    "chat:to-clients:garden",
    outgoingMessage({ author: AUTHOR, sourceId, timestamp: START, text, starred: 0 }),
  );

describe("the queue", () => {
  test("publishes what a process that ended left approved, while it is read", async () => {
    const { id } = (await desk.store.cases.open(made("held"))).case;
    await desk.store.cases.decide(id, { outcome: "approved", by: "Ana", reason: "" });
    expect((await listCases({ state: "open" }, desk)).cases).toEqual([]);
    await desk.clock.advance(1_000);
    expect(desk.ably.texts("chat:to-clients:garden")).toEqual(["a bargain ******"]);
    expect(await desk.store.cases.get(id)).toMatchObject({ finished: true });
  });

  test("is read while Ably takes nothing, and that is told", async () => {
    const { id } = (await desk.store.cases.open(made("held"))).case;
    await desk.store.cases.decide(id, { outcome: "approved", by: "Ana", reason: "" });
    desk.ably.failures.push(...Array.from({ length: 50 }, () => ({ ok: false, kind: "transient" }) as const));
    await listCases({ state: "open" }, desk);
    await desk.clock.advance(20_000);
    expect(desk.faults).toEqual(["an approved message is not published: failed"]);
  });
});

describe("a case", () => {
  test("comes with the last five messages of its room and with what the rules say now", async () => {
    for (let n = 0; n < 7; n += 1) await say(`s${n}`, `text ${n}`);
    const { id } = (await desk.store.cases.open(made("held"))).case;
    const details = await caseDetails(id, desk);
    expect(details).toMatchObject({
      ok: true,
      context: [2, 3, 4, 5, 6].map((n) => ({ author: AUTHOR, text: `text ${n}`, at: START, isSubject: false })),
      rules: [{ name: "house words", spans: [{ start: 10, end: 16, word: "potato" }] }],
    });
  });

  test("shows its own message among them where it is published", async () => {
    await say("m0", "before");
    await say("m1", "a bargain ******");
    const { id } = (await desk.store.cases.open(made("flagged"))).case;
    expect(await caseDetails(id, desk)).toMatchObject({ context: [{ isSubject: false }, { isSubject: true }] });
  });

  test("is shown without them while Ably is away, and is unknown where there is none", async () => {
    const { id } = (await desk.store.cases.open(made("held"))).case;
    desk.ably.isAway = true;
    expect(await caseDetails(id, desk)).toMatchObject({ ok: true, context: [] });
    expect(await caseDetails("held-none", desk)).toEqual({ ok: false, code: "unknown-case" });
  });
});

describe("a person's record", () => {
  test("holds names, sanction, decisions, cases and reports", async () => {
    const entry = { by: "policy", did: "block", reason: "blocked", person: PERSON, room: "garden" };
    await desk.store.audit.add([
      { ...entry, at: START - 2, subject: "a", author: `Bea.${PERSON}` },
      { ...entry, at: START - 1, subject: "b", author: AUTHOR },
    ]);
    await desk.store.cases.report(made("reported"), { person: "r1", reason: "rude" });
    await sanctionAtDesk({ kind: "mute", person: AUTHOR, reason: "loud", by: "Ana" }, desk);
    const found = await personRecord(AUTHOR, desk.store);
    expect(found).toMatchObject({
      ok: true,
      record: {
        person: PERSON,
        names: ["Ada", "Bea"],
        sanction: { kind: "mute", by: "Ana" },
        reports: 1,
        cases: [{ kind: "reported" }],
      },
    });
    expect(found.ok && found.record.decisions.map(({ did }) => did)).toEqual(["mute", "block", "block"]);
  });

  test("of nobody is unknown", async () => {
    for (const id of ["Ada.nobody1234", "", "a b"]) {
      expect(await personRecord(id, desk.store)).toEqual({ ok: false, code: "unknown-person" });
    }
  });
});

test("a sanction at the desk is in force in this process at once, and told to those who look", async () => {
  await desk.moderation.read();
  await sanctionAtDesk({ kind: "ban", person: PERSON, reason: "", by: "Ana" }, desk);
  expect((await desk.moderation.read())?.sanctionOf(PERSON)).toMatchObject({ kind: "ban" });
  expect(desk.ably.on("desk:live").map(({ data }) => JSON.parse(data))).toEqual([
    { person: PERSON, kind: "ban", by: "Ana" },
  ]);
  const nobody = { kind: "ban", person: "", reason: "", by: "Ana" } as const;
  expect(await sanctionAtDesk(nobody, desk)).toEqual({ ok: false, code: "unknown-person" });
});
