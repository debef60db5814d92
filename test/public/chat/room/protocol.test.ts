/** What the page takes from the channels, and what it ignores. */
import { describe, expect, test } from "vitest";
import { readMessage, readNotices, readPeople } from "../../../../public/src/chat/room/protocol.ts";

const moderated = {
  id: "h4sh:0",
  name: "message",
  data: "I like ******",
  clientId: "Ann.abc234",
  timestamp: 1_700_000_000_900,
  serial: "01700000000900-000@a:000",
  extras: { headers: { "source-id": "m1", "source-timestamp": "1700000000100", starred: "1" } },
};

describe("readMessage", () => {
  test("reads author, text, source and stars", () => {
    expect(readMessage(moderated)).toEqual({
      author: { id: "Ann.abc234", name: "Ann", person: "abc234", suffix: "abc234" },
      sourceId: "m1",
      text: "I like ******",
      time: 1_700_000_000_100,
      serial: "Ann.abc234\nm1",
      spans: 1,
      copy: "01700000000900-000@a:000",
    });
  });

  test("reads nothing of what a removed message said", () => {
    for (const data of ["", "I like ******", undefined]) {
      const read = readMessage({ ...moderated, data, action: "message.delete" });
      expect(read).toMatchObject({ sourceId: "m1", text: "", isRemoved: true, time: 1_700_000_000_100 });
    }
  });

  test.each([
    ["another event name", { name: "shout" }],
    ["no event name", { name: undefined }],
    ["data that is no text", { data: { text: "x" } }],
    ["no data", { data: undefined }],
  ])("ignores a message with %s", (_what, change) => {
    expect(readMessage({ ...moderated, ...change })).toBeNull();
  });

  test.each([undefined, null, "x", { headers: null }, { headers: { "source-timestamp": "soon", starred: "-3" } }])(
    "does without headers that make no sense: %j",
    (extras) => {
      expect(readMessage({ ...moderated, extras })).toMatchObject({
        sourceId: "h4sh:0",
        time: 1_700_000_000_900,
        spans: 0,
      });
    },
  );
});

describe("readNotices", () => {
  const data = { "source-id": "m1", outcome: "refused", reason: "too-long", message: "The message is too long." };

  test("reads until when it is so, and what is no time is none", () => {
    const until = "2026-11-21T11:00:00.000Z";
    const held = { ...data, outcome: "held" };
    expect(readNotices({ name: "notice", data: { ...held, until } })).toMatchObject([
      { outcome: "held", until: Date.parse(until) },
    ]);
    expect(readNotices({ name: "notice", data: { ...held, until: "soon" } })).toMatchObject([{ until: null }]);
    expect(readNotices({ name: "notice", data: { ...held, outcome: "praised" } })).toEqual([]);
  });

  test("reads that a sentence is a rule's own", () => {
    const own = { ...data, reason: "blocked", message: "Not here.", "from-rule": true };
    expect(readNotices({ name: "notice", data: own })).toMatchObject([
      { reason: { code: "blocked", message: "Not here.", isRuleOwn: true } },
    ]);
  });

  test("reads outcome, code and sentence", () => {
    expect(readNotices({ name: "notice", data })).toEqual([
      {
        sourceId: "m1",
        outcome: "refused",
        reason: { code: "too-long", message: "The message is too long." },
        until: null,
      },
    ]);
  });

  test("reads which other messages it is about", () => {
    const more = { ...data, author: "Ann.abc234", also: ["m2", 7, "m3"] };
    expect(readNotices({ name: "notice", data: more }).map(({ sourceId }) => sourceId)).toEqual(["m1", "m2", "m3"]);
  });

  test.each([
    [{ name: "message", data }],
    [{ name: "notice", data: "refused" }],
    [{ name: "notice", data: { ...data, outcome: "delivered" } }],
    [{ name: "notice", data: { ...data, "source-id": 7 } }],
  ])("ignores what is no notice: %j", (received) => {
    expect(readNotices(received)).toEqual([]);
  });
});

describe("readPeople", () => {
  test("is one person for each identity", () => {
    const people = readPeople([
      { clientId: "Bob.bbb222" },
      { clientId: "Ann.abc234", data: { typing: true } },
      { clientId: "Ann.abc234", data: { typing: false } },
    ]);
    expect(people.map(({ who, typing }) => [who.name, typing])).toEqual([
      ["Bob", false],
      ["Ann", true],
    ]);
  });

  test("is one person also while a second tab has another name", () => {
    const people = readPeople([{ clientId: "Ann.abc234" }, { clientId: "Anna.abc234" }]);
    expect(people.map(({ who }) => who.name)).toEqual(["Anna"]);
  });

  test("reads nothing but the flag out of presence data", () => {
    const data = { typing: "<b>yes</b>", name: "Potato", status: "potato" };
    expect(JSON.stringify(readPeople([{ clientId: "Eve.eee222", data }]))).toBe(
      '[{"who":{"id":"Eve.eee222","name":"Eve","person":"eee222","suffix":"eee222"},"typing":false}]',
    );
  });
});
