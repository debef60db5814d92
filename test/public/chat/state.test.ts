/** The state of the page: what each event makes of it. */
import { describe, expect, test } from "vitest";
import { type Incoming, type Message, publishId } from "../../../public/src/chat/message.ts";
import {
  type Event,
  hasRoom,
  initialState,
  isClockNeeded,
  isModeratorSilent,
  type Notice,
  reduce,
  type State,
  sendable,
} from "../../../public/src/chat/state.ts";
import { who } from "../../../public/src/common/who.ts";

const ann = who("Ann.abc234");
const bob = who("Bob.bbb222");
const TOO_LONG = { code: "too-long", message: "The message is too long." };
const online: Event = { type: "connection", connection: { name: "connected" }, now: 0 };

const from = (author: typeof ann, sourceId: string, time: number, text = sourceId): Incoming => ({
  author,
  sourceId,
  text,
  time,
  serial: `${time}`,
  spans: 0,
});
const run = (events: readonly Event[], state: State = initialState("")): State => events.reduce(reduce, state);
const joined = (...messages: Incoming[]): State =>
  run([{ type: "identified", me: ann }, online, { type: "joined", messages, more: false }]);
const arrive = (messages: Incoming[], now = 0): Event => ({ type: "arrived", messages, now });
const texts = (state: State) => state.entries.map((entry) => (entry.kind === "gap" ? "GAP" : entry.text));
const message = (state: State, sourceId: string): Message => {
  const found = state.entries.find((entry) => entry.kind === "message" && entry.sourceId === sourceId);
  if (found?.kind !== "message") throw new Error(`no message ${sourceId}`);
  return found;
};
const fate = (state: State, sourceId: string) => message(state, sourceId).fate;
const keyOf = (state: State, sourceId: string) => message(state, sourceId).key;
const write = (sourceId: string, now = 1_000): Event => ({ type: "written", sourceId, text: sourceId, now });

/** Ann wrote m1 at 1,000 and the broker has it. */
const sent = (): State => {
  const state = run([write("m1")], joined());
  const key = keyOf(state, "m1");
  return run(
    [
      { type: "sent", key, now: 1_000 },
      { type: "accepted", key },
    ],
    state,
  );
};

describe("order and once", () => {
  test("sorts by source time, whatever the order of arrival", () => {
    const state = run([arrive([from(bob, "b2", 20)]), arrive([from(ann, "a1", 10), from(bob, "b3", 30)])], joined());
    expect(texts(state)).toEqual(["a1", "b2", "b3"]);
  });

  test("breaks ties by the author's own ids", () => {
    const state = run(
      [
        arrive([
          { ...from(bob, "y", 10), serial: "2" },
          { ...from(bob, "x", 10), serial: "1" },
        ]),
      ],
      joined(),
    );
    expect(texts(state)).toEqual(["x", "y"]);
  });

  test("shows a pair of author and source id once", () => {
    const state = run([arrive([from(bob, "m", 10)]), arrive([from(bob, "m", 99, "again")])], joined());
    expect(texts(state)).toEqual(["m"]);
  });

  test("the same source id by another author is another message", () => {
    const state = run([arrive([from(bob, "m", 10, "Bob's"), from(ann, "m", 11, "Ann's")])], joined());
    expect(texts(state)).toEqual(["Bob's", "Ann's"]);
  });

  test("keeps a thousand messages, the newest", () => {
    const many = Array.from({ length: 1_200 }, (_, index) => from(bob, `m${index}`, index));
    const state = run([arrive(many)], joined());
    expect(state.entries).toHaveLength(1_000);
    expect(texts(state)[0]).toBe("m200");
  });

  test("an unsent message is never dropped for newer ones", () => {
    const many = Array.from({ length: 1_200 }, (_, index) => from(bob, `m${index}`, 5_000 + index));
    expect(texts(run([write("mine"), arrive(many)], joined()))).toContain("mine");
  });
});

describe("a message of one's own", () => {
  test("is shown at once, after everything one could see", () => {
    const state = run([write("m1", 1_000)], joined(from(bob, "later", 5_000)));
    expect(texts(state)).toEqual(["later", "m1"]);
    expect(fate(state, "m1")).toEqual({ name: "waiting" });
  });

  test("is sendable when there is a connection and the room is joined", () => {
    const offline = run(
      [{ type: "connection", connection: { name: "lost", retryAt: 9 }, now: 0 }, write("m1")],
      joined(),
    );
    expect(sendable(offline)).toEqual([]);
    expect(sendable(run([online], offline)).map(({ sourceId }) => sourceId)).toEqual(["m1"]);
    expect(sendable(run([online, write("m1")], run([{ type: "identified", me: ann }])))).toEqual([]);
  });

  test("becomes delivered with the measured delay", () => {
    const state = run([arrive([from(ann, "m1", 1_100)], 1_420)], sent());
    expect(fate(state, "m1")).toEqual({ name: "delivered", delayMs: 420 });
    expect(state.entries).toHaveLength(1);
  });

  test("becomes starred, and shows the moderated text", () => {
    const state = run([arrive([{ ...from(ann, "m1", 1_100, "I like ******"), spans: 1 }], 1_420)], sent());
    expect(fate(state, "m1")).toEqual({ name: "starred", spans: 1, delayMs: 420 });
    expect(texts(state)).toEqual(["I like ******"]);
  });

  test.each(["refused", "failed"] as const)("becomes %s with the reason", (outcome) => {
    const notice = { sourceId: "m1", outcome, reason: TOO_LONG };
    expect(fate(run([{ type: "noticed", notice: { ...notice, until: null }, now: 2_000 }], sent()), "m1")).toEqual({
      name: outcome,
      reason: TOO_LONG,
    });
  });

  test("that a moderator has to see waits, until it comes back or is refused", () => {
    const reason = { code: "held", message: "The message waits for a moderator." };
    const held = run(
      [{ type: "noticed", notice: { sourceId: "m1", outcome: "held", reason, until: null }, now: 1_200 }],
      sent(),
    );
    expect(fate(held, "m1").name).toBe("held");
    expect(fate(run([{ type: "ticked", now: 90_000 }], held), "m1").name).toBe("held");
    expect(isModeratorSilent(held)).toBe(false);
    expect(fate(run([arrive([from(ann, "m1", 1_100)])], held), "m1").name).toBe("delivered");
    const denied = { sourceId: "m1", outcome: "refused", reason: TOO_LONG, until: null } as const;
    expect(fate(run([{ type: "noticed", notice: denied, now: 1_200 }], held), "m1").name).toBe("refused");
  });

  test("that is removed leaves nothing but its place, whatever arrives later", () => {
    const removed = { ...from(bob, "b1", 1_100, ""), isRemoved: true };
    const state = run([arrive([from(bob, "b1", 1_100, "rude")]), arrive([removed])], joined());
    expect([fate(state, "b1").name, texts(state)]).toEqual(["removed", [""]]);
    const late = run([arrive([from(bob, "b1", 1_100, "rude")])], state);
    expect([fate(late, "b1").name, texts(late)]).toEqual(["removed", [""]]);
  });

  test("that is masked keeps the moderator's word, whichever comes first", () => {
    const word = { code: "starred", message: "Say it otherwise." };
    const notice: Event = {
      type: "noticed",
      notice: { sourceId: "m1", outcome: "starred", reason: word, until: null },
      now: 1_200,
    };
    const copy = arrive([{ ...from(ann, "m1", 1_100), spans: 1 }]);
    for (const events of [
      [notice, copy],
      [copy, notice],
    ]) {
      const state = run(events, sent());
      expect([fate(state, "m1").name, message(state, "m1").word]).toEqual(["starred", word]);
    }
  });

  test("a notice about something else changes nothing", () => {
    const notice = { sourceId: "m2", outcome: "refused", reason: TOO_LONG } as const;
    expect(run([{ type: "noticed", notice: { ...notice, until: null }, now: 2_000 }], sent()).entries).toEqual(
      sent().entries,
    );
  });

  test("once delivered it stays delivered", () => {
    const delivered = run([arrive([from(ann, "m1", 1_100)], 1_420)], sent());
    const key = keyOf(delivered, "m1");
    const late: Event[] = [
      { type: "noticed", notice: { sourceId: "m1", outcome: "failed", reason: TOO_LONG, until: null }, now: 2_000 },
      { type: "rejected", key, reason: TOO_LONG },
      { type: "unsent", key },
      { type: "retried", key },
      { type: "sent", key, now: 2_000 },
    ];
    expect(run(late, delivered).entries).toEqual(delivered.entries);
  });

  test("a failed one comes back all the same when its copy arrives after all", () => {
    const failed = run(
      [{ type: "noticed", notice: { sourceId: "m1", outcome: "failed", reason: TOO_LONG, until: null }, now: 2_000 }],
      sent(),
    );
    expect(fate(run([arrive([from(ann, "m1", 1_100)], 9_000)], failed), "m1").name).toBe("delivered");
  });

  test("is the same message on retry, under an id that the broker does not drop", () => {
    const failed = run([{ type: "rejected", key: keyOf(sent(), "m1"), reason: TOO_LONG }], sent());
    const retried = run([{ type: "retried", key: keyOf(failed, "m1") }], failed);
    expect(sendable(retried).map((message) => [message.sourceId, publishId(message)])).toEqual([["m1", "m1~1"]]);
    expect(retried.entries).toHaveLength(1);
  });

  test("goes out again after the connection went away under it", () => {
    expect(sendable(run([{ type: "unsent", key: keyOf(sent(), "m1") }], sent()))).toHaveLength(1);
  });

  test("goes out again under a new client unless the broker has it", () => {
    const state = run([write("m2", 2_000)], sent());
    const both = run([{ type: "sent", key: keyOf(state, "m2"), now: 2_000 }, { type: "restarted" }], state);
    expect([fate(both, "m1").name, fate(both, "m2").name]).toEqual(["sending", "waiting"]);
    expect(sendable(both)).toEqual([]);
  });

  test("is unanswered when the moderator is silent for eight seconds, and the page knows", () => {
    const waiting = run([{ type: "ticked", now: 8_999 }], sent());
    expect(fate(waiting, "m1").name).toBe("sending");
    expect(isClockNeeded(waiting)).toBe(true);
    const silent = run([{ type: "ticked", now: 9_000 }], waiting);
    expect(fate(silent, "m1").name).toBe("unanswered");
    expect(isModeratorSilent(silent)).toBe(true);
    expect(isModeratorSilent(run([arrive([from(ann, "m1", 1_100)], 12_000)], silent))).toBe(false);
  });

  test("the moderator is not blamed for what the broker has not taken", () => {
    const state = run([write("m1")], joined());
    const stuck = run(
      [
        { type: "sent", key: keyOf(state, "m1"), now: 1_000 },
        { type: "ticked", now: 60_000 },
      ],
      state,
    );
    expect(fate(stuck, "m1").name).toBe("sending");
  });

  test("no more than fifty wait", () => {
    const state = run(
      Array.from({ length: 60 }, (_, index) => write(`m${index}`)),
      joined(),
    );
    expect(state.entries).toHaveLength(50);
    expect(hasRoom(state)).toBe(false);
  });
});

describe("after a reload", () => {
  const unsent = {
    authorId: ann.id,
    sourceId: "m1",
    attempt: 0,
    text: "m1",
    time: 900,
    fate: { name: "waiting" },
  } as const;

  test("what was under way goes out again", () => {
    const state = run([{ type: "restored", unsent: [unsent] }], joined());
    expect(sendable(state).map(({ sourceId }) => sourceId)).toEqual(["m1"]);
  });

  test("what came back meanwhile is in the history, and does not go out", () => {
    const state = run(
      [
        { type: "identified", me: ann },
        { type: "restored", unsent: [unsent] },
        online,
        { type: "joined", messages: [from(ann, "m1", 950)], more: false },
      ],
      initialState(""),
    );
    expect(sendable(state)).toEqual([]);
    expect(fate(state, "m1")).toEqual({ name: "delivered", delayMs: null });
  });

  test("what was refused is still there with its reason", () => {
    const refused = { ...unsent, fate: { name: "refused", reason: TOO_LONG } } as const;
    const state = run([{ type: "restored", unsent: [refused] }], joined());
    expect(fate(state, "m1")).toEqual({ name: "refused", reason: TOO_LONG });
  });

  test("what one wrote under an earlier name goes out under the new one", () => {
    const state = run([{ type: "restored", unsent: [{ ...unsent, authorId: "Guest.abc234" }] }], joined());
    expect(sendable(state).map(({ author }) => author.id)).toEqual([ann.id]);
  });

  test("what somebody else wrote here waits for a decision", () => {
    const state = run([{ type: "restored", unsent: [{ ...unsent, authorId: "Guest.zzz999" }] }], joined());
    expect(fate(state, "m1").name).toBe("failed");
    const retried = run([{ type: "retried", key: keyOf(state, "m1") }], state);
    expect(sendable(retried).map(({ author }) => author.id)).toEqual([ann.id]);
  });
});

describe("a lost connection", () => {
  const lost: Event = { type: "connection", connection: { name: "lost", retryAt: 5_000 }, now: 0 };

  test("leaves no mark when the broker carries on", () => {
    const state = run(
      [lost, online, { type: "filled", messages: [from(bob, "b2", 20)], continuous: true }],
      joined(from(bob, "b1", 10)),
    );
    expect(texts(state)).toEqual(["b1", "b2"]);
  });

  test("leaves a line where messages may be missing", () => {
    const state = run(
      [
        lost,
        online,
        arrive([from(bob, "b9", 90)]),
        { type: "filled", messages: [from(bob, "b8", 80)], continuous: false },
      ],
      joined(from(bob, "b1", 10)),
    );
    expect(texts(state)).toEqual(["b1", "GAP", "b8", "b9"]);
  });

  test("is not a gap when nothing had been said before", () => {
    const state = run([lost, online, { type: "filled", messages: [], continuous: false }], joined());
    expect(state.entries).toEqual([]);
  });

  test("the same gap is one line", () => {
    const filled: Event = { type: "filled", messages: [], continuous: false };
    expect(texts(run([lost, online, filled, lost, online, filled], joined(from(bob, "b1", 10))))).toEqual([
      "b1",
      "GAP",
    ]);
  });
});

test("unread counts what others say until somebody looks, each message once", () => {
  const message = from(bob, "b1", 10);
  const state = run([arrive([message]), arrive([message]), arrive([from(ann, "a1", 11)])], joined());
  expect(state.unread).toBe(1);
  expect(run([{ type: "filled", messages: [from(bob, "b2", 12)], continuous: true }], state).unread).toBe(2);
  expect(run([{ type: "looked" }], state).unread).toBe(0);
});

test("what hidden people say is not unread, and does not mention one", () => {
  const hid = run([{ type: "hid", people: new Set([bob.person]) }], joined());
  const said = arrive([{ ...from(bob, "b1", 10), text: "@Ann" }, from(who("Cy.ccc222"), "c1", 11)]);
  const state = run([said], hid);
  expect([state.unread, state.mentions]).toEqual([1, 0]);
  const again = run([{ type: "hid", people: new Set() }, arrive([from(bob, "b2", 12)])], state);
  expect(again.unread).toBe(2);
});

describe("a new name", () => {
  const anna = who("Anna.abc234");
  const renamed = (state: State) => run([{ type: "identified", me: anna }], state);

  test("leaves one's messages one's own, those of history as well", () => {
    const state = run([arrive([from(ann, "m0", 900)])], renamed(joined()));
    expect(message(state, "m0").own).toBe(true);
    expect(state.unread).toBe(0);
  });

  test("changes nothing for what is on its way: its answer comes as before", () => {
    const state = renamed(sent());
    expect(fate(state, "m1").name).toBe("sending");
    const back = run([arrive([from(ann, "m1", 1_100)])], state);
    expect([fate(back, "m1").name, texts(back)]).toEqual(["delivered", ["m1"]]);
    const notice = { sourceId: "m1", outcome: "refused", reason: TOO_LONG } as const;
    expect(fate(run([{ type: "noticed", notice: { ...notice, until: null }, now: 2_000 }], state), "m1").name).toBe(
      "refused",
    );
  });

  test("shows a message once that came back under both names", () => {
    const state = run([arrive([from(ann, "m1", 1_100)]), arrive([from(anna, "m1", 1_200)])], renamed(sent()));
    expect(texts(state)).toEqual(["m1"]);
  });

  test("goes with what waits", () => {
    const state = renamed(run([write("m1")], joined()));
    expect(sendable(state).map(({ author }) => author.id)).toEqual([anna.id]);
  });
});

test("as somebody else, what is on its way is not sent by itself", () => {
  const other = run([{ type: "identified", me: who("Anna.zzz999") }], sent());
  expect(fate(other, "m1")).toEqual({ name: "failed", reason: { code: "somebody-else", message: "" } });
  expect(sendable(other)).toEqual([]);
  expect(fate(run([arrive([from(ann, "m1", 1_100)])], other), "m1").name).toBe("delivered");
});

describe("what moderators and rules decide", () => {
  const noticed = (outcome: Notice["outcome"], code: string, until: number | null = null): Event => {
    return { type: "noticed", notice: { sourceId: "m1", outcome, reason: { code, message: "" }, until }, now: 2_000 };
  };
  const own = from(ann, "m1", 1_500);

  test("a held message waits, is approved or denied, and is delivered when it comes back", () => {
    const held = run([noticed("held", "held")], sent());
    expect(fate(held, "m1")).toMatchObject({ name: "held", reason: { code: "held" } });
    expect(fate(run([noticed("approved", "approved")], held), "m1")).toMatchObject({
      name: "held",
      reason: { code: "approved" },
    });
    expect(fate(run([noticed("refused", "denied")], held), "m1").name).toBe("refused");
    const back = run([{ type: "arrived", messages: [own], now: 3_000 }, noticed("held", "held")], held);
    expect(fate(back, "m1").name).toBe("delivered");
  });

  test("a blocked text is handed back once, and takes the place of the refused one when it is said again", () => {
    const blocked = run([noticed("refused", "blocked")], sent());
    expect(blocked.handedBack).toMatchObject({ text: "m1" });
    const again = run([{ type: "written", sourceId: "m2", text: "m1", now: 3_000 }], blocked);
    expect(again.handedBack).toBeNull();
    expect(again.entries.map((entry) => entry.kind === "message" && entry.sourceId)).toEqual(["m2"]);
    expect(run([noticed("refused", "too-long")], sent()).handedBack).toBeNull();
  });

  test("a pause lasts until its end, or until one is heard again", () => {
    const paused = run([noticed("refused", "slow-mode", 5_000)], sent());
    expect(paused.pause).toEqual({ reason: { code: "slow-mode", message: "" }, until: 5_000 });
    expect(isClockNeeded(paused)).toBe(true);
    expect(run([{ type: "ticked", now: 4_999 }], paused).pause).not.toBeNull();
    expect(run([{ type: "ticked", now: 5_000 }], paused).pause).toBeNull();
    expect(run([noticed("refused", "slow-mode", 2_000)], sent()).pause).toBeNull();
    const locked = run([noticed("refused", "room-locked")], sent());
    expect(locked.pause).toMatchObject({ until: null });
    expect(run([{ type: "arrived", messages: [{ ...own, sourceId: "m9" }], now: 3_000 }], locked).pause).toBeNull();
  });
});
