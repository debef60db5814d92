/** What becomes of published and refused messages at the desk: removed, reported, appealed. */
import { beforeEach, describe, expect, test, vi } from "vitest";
import { outgoingMessage } from "../../../lambda/decide/outgoing.ts";
import { appealMessage } from "../../../lambda/desk/appeal.ts";
import { decideCase, finishDecided } from "../../../lambda/desk/decide-case.ts";
import type { DeskDeps } from "../../../lambda/desk/desk.ts";
import { removeMessage, removeOwnMessage } from "../../../lambda/desk/remove-message.ts";
import { reportMessage } from "../../../lambda/desk/report-message.ts";
import { sweepDesk } from "../../../lambda/desk/sweep.ts";
import { settled } from "../../helpers/fake-clock.ts";
import { AUTHOR, anotherProcess, createDesk, type DeskUnderTest, made, PERSON, START } from "./desk-under-test.ts";

const CHANNEL = "chat:to-clients:garden";
const place = { room: "garden", serial: "serial0" };

let desk: DeskUnderTest;

beforeEach(() => {
  desk = createDesk();
});

/** Ada's message `m1` as the function published it. */
const published = () =>
  desk.ably.publish(
    CHANNEL,
    outgoingMessage({ author: AUTHOR, sourceId: "m1", timestamp: START, text: "a bargain ******", starred: 1 }),
  );
const did = async () => (await desk.store.audit.list()).entries.map((entry) => `${entry.by} ${entry.did}`);
const live = (name: string) =>
  desk.ably.on("desk:live").flatMap((event) => (event.name === name ? [JSON.parse(event.data)] : []));

describe("a message that a moderator removes", () => {
  const removal = { ...place, by: "Ana", reason: "spam" };

  test("is gone for everybody, its author is told, the cases about it are closed, and the audit says so", async () => {
    await published();
    const { id } = (await desk.store.cases.open(made("flagged"))).case;
    expect(await removeMessage(removal, desk)).toEqual({ ok: true, isFinished: true });
    expect(await desk.ably.message(CHANNEL, "serial0")).toMatchObject({ message: { data: "", action: 2 } });
    expect(desk.ably.notices(AUTHOR)).toMatchObject([{ "source-id": "m1", code: "removed" }]);
    expect(await desk.store.cases.get(id)).toMatchObject({ outcome: "removed", decidedBy: "Ana" });
    expect(live("case")).toEqual([
      { id, kind: "flagged", state: "closed", room: "garden", outcome: "removed", decidedBy: "Ana" },
    ]);
    expect(await did()).toEqual(["Ana remove"]);
  });

  const gone = async () => {
    const answer = await desk.ably.message(CHANNEL, "serial0");
    return answer.ok && answer.message?.action === 2;
  };
  const sweep = () => desk.clock.run(sweepDesk(anotherProcess(desk)));

  test("is removed later when Ably takes it away just then, and everything follows once", async () => {
    await published();
    const { id } = (await desk.store.cases.open(made("reported"))).case;
    desk.ably.removal = "away";
    expect(await removeMessage(removal, desk)).toEqual({ ok: true, isFinished: false });
    expect([await gone(), await did()]).toEqual([false, []]);
    expect(await sweep()).toBe(0);
    desk.ably.removal = "well";
    await sweep();
    expect(await gone()).toBe(true);
    expect(desk.ably.notices(AUTHOR)).toMatchObject([{ "source-id": "m1", code: "removed" }]);
    expect(await desk.store.cases.get(id)).toMatchObject({ outcome: "removed", decidedBy: "Ana" });
    await sweep();
    expect(await sweep()).toBe(0);
    expect((await did()).sort()).toEqual(["Ana remove", "Ana removed"]);
    expect(desk.ably.notices(AUTHOR)).toHaveLength(1);
  });

  test("is refused when Ably will never do it, and nothing is left to do", async () => {
    await published();
    desk.ably.removal = "not enabled";
    expect(await removeMessage(removal, desk)).toEqual({ ok: false, code: "ably-unavailable" });
    expect(await sweep()).toBe(0);
    expect([await gone(), await did()]).toEqual([false, []]);
    expect(desk.faults).toEqual([
      "Ably does not take the removal of a message; see whether the namespace has updates and deletes",
    ]);
  });

  const never = () => new Promise<never>(() => undefined);
  test.each<[string, (own: DeskUnderTest) => Partial<DeskDeps>]>([
    ["told", () => ({ sleep: never })],
    ["closed", ({ store }) => ({ store: { ...store, cases: { ...store.cases, decide: never } } })],
    ["audited", ({ store }) => ({ store: { ...store, audit: { ...store.audit, add: never } } })],
    ["over", ({ store }) => ({ store: { ...store, removals: { ...store.removals, end: never } } })],
  ])("is not half removed when the process ends before it is %s", async (step, endsAt) => {
    await published();
    await desk.store.cases.open(made("flagged"));
    // it is told at a second try, which never comes
    if (step === "told") desk.ably.failures.push({ ok: false, kind: "transient" });
    void removeMessage(removal, { ...desk, ...endsAt(desk) });
    await vi.waitFor(async () => expect(await gone()).toBe(true));
    await settled();
    while ((await sweep()) > 0);
    expect(desk.ably.notices(AUTHOR)).toMatchObject([{ "source-id": "m1", code: "removed" }]);
    expect((await did()).sort()).toEqual(["Ana remove", "Ana removed"]);
    expect(await desk.store.removals.list()).toEqual([]);
  });

  test("that an appeal brought back before everything was done that follows stays", async () => {
    await published();
    const { removals } = desk.store;
    const slow = {
      ...desk,
      store: { ...desk.store, removals: { ...removals, end: () => Promise.reject(new Error()) } },
    };
    expect(await removeMessage(removal, slow)).toEqual({ ok: true, isFinished: false });
    desk.ably.inbound.set("chat:from-clients:garden", [
      { id: "m1~1", clientId: AUTHOR, timestamp: START, data: "a bargain potato" },
    ]);
    desk.clock.tick(1_000);
    const appealed = await appealMessage({ sourceId: "m1", person: PERSON }, desk);
    const id = appealed.ok ? appealed.case.id : "";
    await decideCase({ id, outcome: "approved", by: "Bo", reason: "" }, desk);
    await sweep();
    expect([await gone(), await desk.store.removals.list()]).toEqual([false, []]);
  });

  test("by two at once is told and written down once", async () => {
    await published();
    const both = await Promise.all(["Ana", "Bo"].map((by) => removeMessage({ ...removal, by }, desk)));
    expect(both).toEqual([
      { ok: true, isFinished: true },
      { ok: true, isFinished: true },
    ]);
    expect(desk.ably.notices(AUTHOR)).toHaveLength(1);
    expect(await did()).toEqual(["Ana remove"]);
  });

  test("is found by a case about it", async () => {
    await published();
    const { id } = (await desk.store.cases.open(made("flagged"))).case;
    expect(await removeMessage({ case: id, by: "Ana", reason: "" }, desk)).toEqual({ ok: true, isFinished: true });
    expect(await removeMessage({ case: "flagged-none", by: "Ana", reason: "" }, desk)).toEqual({
      ok: false,
      code: "unknown-case",
    });
  });

  test("cannot be removed twice, nor where there is none, nor while Ably is away", async () => {
    const unknown = { ok: false, code: "unknown-message" };
    expect(await removeMessage(removal, desk)).toEqual(unknown);
    await published();
    expect(await removeMessage({ ...removal, room: "No Room" }, desk)).toEqual({ ok: false, code: "unknown-room" });
    expect(await removeMessage({ ...removal, serial: "" }, desk)).toEqual(unknown);
    desk.ably.isAway = true;
    expect(await removeMessage(removal, desk)).toEqual({ ok: false, code: "ably-unavailable" });
    desk.ably.isAway = false;
    await removeMessage(removal, desk);
    expect(await removeMessage(removal, desk)).toEqual(unknown);
  });

  test("is also anybody's own, whatever the name was then, and nobody else's", async () => {
    await published();
    expect(await removeOwnMessage({ ...place, person: "other12345" }, desk)).toEqual({ ok: false, code: "not-yours" });
    expect(await removeOwnMessage({ ...place, person: PERSON }, desk)).toEqual({ ok: true, isFinished: true });
    expect(await did()).toEqual([]);
  });
});

describe("a report", () => {
  test("opens one case for a message, with each person counted once", async () => {
    await published();
    for (const [person, reason] of [
      ["r1", "rude"],
      ["r1", "again"],
      ["r2", ""],
    ] as const) {
      expect(await reportMessage({ ...place, person, reason }, desk)).toMatchObject({ ok: true });
    }
    const { cases } = await desk.store.cases.list({ state: "open" });
    expect(cases).toMatchObject([
      {
        kind: "reported",
        author: AUTHOR,
        text: "a bargain ******",
        serial: "serial0",
        reports: [{ person: "r1", reason: "rude" }, { person: "r2" }],
      },
    ]);
    expect(live("case")).toHaveLength(3);
  });

  test("shows what was starred out where a rule flagged the message too", async () => {
    await published();
    await desk.store.cases.open(made("flagged"));
    const reported = await reportMessage({ ...place, person: "r1", reason: "" }, desk);
    expect(reported).toMatchObject({
      case: { text: "a bargain potato", result: "a bargain ******", rules: ["sales"] },
    });
  });

  test("of nothing is refused", async () => {
    expect(await reportMessage({ ...place, person: "r1", reason: "" }, desk)).toEqual({
      ok: false,
      code: "unknown-message",
    });
  });
});

describe("an appeal", () => {
  const appeal = (person = PERSON) => appealMessage({ sourceId: "m1", person }, desk);
  const blocked = {
    at: START,
    by: "policy",
    did: "block",
    subject: made().message.id,
    reason: "blocked",
    person: PERSON,
    room: "garden",
    author: AUTHOR,
    rules: ["sales"],
  };
  const said = () =>
    desk.ably.inbound.set("chat:from-clients:garden", [
      { id: "m1~1", clientId: AUTHOR, timestamp: START, data: "a bargain potato" },
    ]);

  test("about what a moderator denied can be approved after all, and publishes it once", async () => {
    const { id } = (await desk.store.cases.open(made("held"))).case;
    expect(await appeal()).toEqual({ ok: false, code: "not-refused" });
    await decideCase({ id, outcome: "denied", by: "Ana", reason: "" }, desk);
    const appealed = await appeal();
    expect(appealed).toMatchObject({ ok: true, case: { kind: "appealed", state: "open", text: "a bargain potato" } });
    expect(await appeal()).toEqual(appealed);
    const own = appealed.ok ? appealed.case.id : "";
    expect(await decideCase({ id: own, outcome: "approved", by: "Bo", reason: "" }, desk)).toMatchObject({
      ok: true,
      isFinished: true,
    });
    expect(desk.ably.texts(CHANNEL)).toEqual(["a bargain ******"]);
  });

  test("about what a rule blocked shows the text as it came, with the stars that it would have", async () => {
    await desk.store.audit.add([blocked]);
    said();
    expect(await appeal()).toMatchObject({
      case: {
        text: "a bargain potato",
        result: "a bargain ******",
        rules: ["sales"],
        message: { id: made().message.id, starred: 1 },
      },
    });
  });

  test("is opened without a text where Ably does not keep it any more", async () => {
    await desk.store.audit.add([blocked]);
    expect(await appeal()).toMatchObject({ ok: true, case: { text: "" } });
  });

  test.each(["mask", "remove"])("about a message to which somebody did this is opened: %s", async (did) => {
    await desk.store.audit.add([{ ...blocked, did }]);
    said();
    expect(await appeal()).toMatchObject({ case: { kind: "appealed", text: "a bargain potato" } });
  });

  const approve = async () => {
    const appealed = await appeal();
    const id = appealed.ok ? appealed.case.id : "";
    return await decideCase({ id, outcome: "approved", by: "Bo", reason: "" }, desk);
  };
  const now = async () => {
    const answer = await desk.ably.message(CHANNEL, "serial0");
    return answer.ok ? answer.message : undefined;
  };

  test("about stars that is approved shows the text as it was written, where it stands, and tells its author", async () => {
    await published();
    await desk.store.audit.add([{ ...blocked, did: "mask" }]);
    said();
    expect(await approve()).toMatchObject({ ok: true, isFinished: true, case: { result: "a bargain potato" } });
    expect(await now()).toMatchObject({ data: "a bargain potato", action: 1, extras: { headers: { starred: "0" } } });
    expect(desk.ably.texts(CHANNEL)).toHaveLength(1);
    expect(desk.ably.notices(AUTHOR)).toMatchObject([{ "source-id": "m1", code: "approved" }]);
  });

  test("about a removed message that is approved brings it back, with the stars that it would have", async () => {
    await published();
    await removeMessage({ ...place, by: "Ana", reason: "" }, desk);
    said();
    expect(await approve()).toMatchObject({ ok: true, isFinished: true });
    expect(await now()).toMatchObject({ data: "a bargain ******", action: 1 });
  });

  test("that is approved while Ably is away is finished later", async () => {
    await published();
    await desk.store.audit.add([{ ...blocked, did: "mask" }]);
    said();
    await appeal();
    desk.ably.isAway = true;
    expect(await approve()).toMatchObject({ ok: true, isFinished: false });
    desk.ably.isAway = false;
    expect(await finishDecided(desk)).toBe(1);
    expect(await now()).toMatchObject({ data: "a bargain potato" });
  });

  test("whose text is gone can be answered, and not approved", async () => {
    await desk.store.audit.add([blocked]);
    expect(await approve()).toEqual({ ok: false, code: "text-gone" });
    expect(desk.ably.texts(CHANNEL)).toEqual([]);
  });

  test("about somebody else's message, about none, and about one that is out as it was written is refused", async () => {
    await desk.store.audit.add([blocked]);
    expect(await appeal("other12345")).toEqual({ ok: false, code: "unknown-message" });
    const flagged = { ...blocked, did: "flag", at: START + 1 };
    await desk.store.audit.add([flagged]);
    expect(await appeal()).toEqual({ ok: false, code: "not-refused" });
  });
});
