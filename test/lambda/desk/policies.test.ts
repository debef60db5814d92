/** Policies at the desk: the one in force, its history, the way back, and trying one out before it is saved. */
import { beforeEach, describe, expect, test } from "vitest";
import { changePolicy, currentPolicy, policyVersion, undoPolicy } from "../../../lambda/desk/saved-policies.ts";
import { backtestPolicy, tryPolicy } from "../../../lambda/desk/try-policy.ts";
import { createDesk, type DeskUnderTest, START } from "./desk-under-test.ts";

let desk: DeskUnderTest;

beforeEach(() => {
  desk = createDesk();
});

const shouting = {
  rules: [{ name: "shouting", when: { capitals: { share: 0.7, letters: 4 } }, action: "block", tell: "Softly." }],
};
const lists = { lists: { slurs: ["turnip"] }, rules: [{ name: "slurs", when: { words: ["slurs"] }, action: "hold" }] };

describe("saved policies", () => {
  const author = (ifVersion: number) => ({ by: "Ana", reason: "noise", ifVersion });

  test("begin with the deployed one, which is version 0", async () => {
    const current = await currentPolicy(desk);
    expect(current).toMatchObject({ ok: true, saved: { version: 0, policy: { rules: [{ name: "house words" }] } } });
    expect(await policyVersion(0, desk)).toEqual(current);
    expect(await policyVersion(1, desk)).toEqual({ ok: false, code: "unknown-version" });
  });

  test("are told to the moderators who look, and each can be read again", async () => {
    await changePolicy(shouting, author(0), desk);
    await changePolicy(lists, author(1), desk);
    expect(await currentPolicy(desk)).toEqual({
      ok: true,
      saved: { version: 2, savedBy: "Ana", savedAt: START, reason: "noise", policy: lists },
    });
    expect(await policyVersion(1, desk)).toMatchObject({ saved: { policy: shouting } });
    expect(desk.ably.on("desk:live").map(({ data }) => JSON.parse(data))).toEqual([
      { version: 1, savedBy: "Ana", savedAt: START },
      { version: 2, savedBy: "Ana", savedAt: START },
    ]);
  });

  test("are undone by saving an old one again, unless somebody else saved meanwhile", async () => {
    await changePolicy(shouting, author(0), desk);
    await changePolicy(lists, author(1), desk);
    expect(await undoPolicy({ to: 1, by: "Bo", ifVersion: 1 }, desk)).toMatchObject({
      ok: false,
      code: "version-conflict",
      version: 2,
    });
    expect(await undoPolicy({ to: 1, by: "Bo", ifVersion: 2 }, desk)).toMatchObject({
      ok: true,
      version: { version: 3, reason: "back to version 1" },
    });
    expect(await currentPolicy(desk)).toMatchObject({ saved: { version: 3, savedBy: "Bo", policy: shouting } });
    expect(await undoPolicy({ to: 9, by: "Bo", ifVersion: 3 }, desk)).toEqual({ ok: false, code: "unknown-version" });
  });
});

describe("trying a policy", () => {
  test("says what it would do, by which rule, and nothing is saved", async () => {
    expect(await tryPolicy({ policy: lists, text: "a turn1p", room: "lobby" }, desk)).toMatchObject({
      ok: true,
      action: "hold",
      code: "held",
      rules: [{ name: "slurs", spans: [{ start: 2, end: 8, word: "turnip" }] }],
    });
    expect(await tryPolicy({ policy: lists, text: "a leek", room: "lobby" }, desk)).toEqual({
      ok: true,
      action: "publish",
      text: "a leek",
      rules: [],
    });
    expect(await desk.store.policies.since(0)).toEqual([]);
  });

  test("knows the words of the list file", async () => {
    const policy = {
      lists: { house: "words.txt" },
      rules: [{ name: "house", when: { words: ["house"] }, action: "mask" }],
    };
    expect(await tryPolicy({ policy, text: "a potato", room: "lobby" }, desk)).toMatchObject({
      action: "mask",
      text: "a ******",
    });
  });

  test("that is none tells all its problems", async () => {
    const tried = await tryPolicy(
      { policy: { rules: [{ name: "x", when: {}, action: "shoot" }] }, text: "", room: "lobby" },
      desk,
    );
    expect(tried).toMatchObject({ ok: false, code: "invalid-policy" });
    expect(tried.ok || tried.problems.map(({ path }) => path).sort()).toEqual(["rules[0].action", "rules[0].when"]);
  });
});

describe("a back-test", () => {
  const say = (texts: readonly string[]) =>
    desk.ably.inbound.set(
      "chat:from-clients",
      texts.map((data, n) => ({ id: `m${n}`, clientId: "Ada.x1y2z3", timestamp: START + n * 1_000, data })),
    );
  const backtest = (policy: object, messages = 100) => backtestPolicy({ policy, room: "lobby", messages }, desk);

  test("counts what both policies do, and tells what changes", async () => {
    say(["hello", "a potato", "HELLO", "a turnip"]);
    expect(await backtest(lists)).toEqual({
      ok: true,
      messages: 4,
      before: { publish: 3, mask: 1, hold: 0, block: 0, flag: 0 },
      after: { publish: 3, mask: 0, hold: 1, block: 0, flag: 0 },
      changes: [
        {
          at: START + 1_000,
          author: "Ada.x1y2z3",
          text: "a potato",
          before: "mask",
          after: "publish",
          result: "a potato",
        },
        {
          at: START + 3_000,
          author: "Ada.x1y2z3",
          text: "a turnip",
          before: "publish",
          after: "hold",
          result: "a turnip",
        },
      ],
    });
  });

  test("takes the last messages only", async () => {
    say(["one", "two", "three"]);
    expect(await backtest(shouting, 2)).toMatchObject({ messages: 2 });
  });

  test("counts for flood and slow mode what the person said before", async () => {
    say(["one", "two", "three", "four"]);
    const flood = { rules: [{ name: "flood", when: { flood: { messages: 2, seconds: 10 } }, action: "block" }] };
    expect(await backtest(flood)).toMatchObject({ after: { publish: 2, block: 2 } });
    expect(await backtest({ rules: [], rooms: { lobby: { slowModeSeconds: 3 } } })).toMatchObject({
      after: { publish: 2, block: 2 },
    });
  });

  test("needs a policy, a room and Ably", async () => {
    expect(await backtest({ rules: 7 })).toMatchObject({ ok: false, code: "invalid-policy" });
    expect(await backtestPolicy({ policy: lists, room: "No Room", messages: 1 }, desk)).toEqual({
      ok: false,
      code: "unknown-room",
    });
    desk.ably.isAway = true;
    expect(await backtest(lists)).toEqual({ ok: false, code: "ably-unavailable" });
  });
});
