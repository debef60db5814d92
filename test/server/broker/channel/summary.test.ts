/** Summaries of annotations, of each type. */
import { describe, expect, test } from "vitest";
import { Summary, type SummaryLimits } from "../../../../server/broker/channel/summary.ts";
import { ANNOTATION_ACTION } from "../../../../server/broker/wire/actions.ts";

const LIMITS = { summaryNames: 10, summaryClientIds: 10, summaryBytes: 1000 };

interface Given {
  readonly action?: number;
  readonly type?: string;
  readonly name?: string;
  readonly count?: number;
  readonly clientId?: string;
}

let serials = 0;
const annotation = (given: Given) => ({
  id: "a:0",
  serial: `s${++serials}`,
  messageSerial: "m",
  timestamp: 1,
  action: ANNOTATION_ACTION.create,
  type: "t:total.v1",
  ...given,
});

/** What these annotations come to, and of each whether it changed anything. */
function summed(given: readonly Given[], limits: Partial<SummaryLimits> = {}) {
  const summary = new Summary({ ...LIMITS, ...limits });
  const changes = given.map((each) => summary.add(annotation(each)));
  return { changes, record: summary.record() };
}

const list = (...clientIds: string[]) => ({ total: clientIds.length, clientIds, clipped: false });

describe("a total", () => {
  const type = "metrics:total.v1";

  test("counts every annotation, of anybody, whatever its name", () => {
    const { record } = summed([{ type }, { type, name: "a", clientId: "bob" }, { type, clientId: "bob" }]);
    expect(record).toEqual({ "metrics:total.v1": { total: 3 } });
  });

  test("is one less after a delete, and not below nothing", () => {
    const { changes, record } = summed([
      { type },
      { type },
      { type, action: ANNOTATION_ACTION.delete },
      { type: "other:total.v1", action: ANNOTATION_ACTION.delete },
      { type: "other:total.v1" },
      { type: "other:total.v1", action: ANNOTATION_ACTION.delete },
      { type: "other:total.v1", action: ANNOTATION_ACTION.delete },
    ]);
    expect(record).toEqual({ "metrics:total.v1": { total: 1 } });
    expect(changes).toEqual([true, true, true, false, true, true, false]);
  });
});

describe("a flag", () => {
  const type = "reactions:flag.v1";

  test("counts each client once, whatever the name", () => {
    const { changes, record } = summed([
      { type, clientId: "bob" },
      { type, clientId: "eve" },
      { type, clientId: "bob", name: "a" },
    ]);
    expect(record).toEqual({ "reactions:flag.v1": list("bob", "eve") });
    expect(changes).toEqual([true, true, false]);
  });

  test("is taken back by a delete, and gone with the last client", () => {
    const bob = { type, clientId: "bob" };
    const eve = { type, clientId: "eve" };
    expect(summed([bob, eve, { ...bob, action: ANNOTATION_ACTION.delete }]).record).toEqual({
      "reactions:flag.v1": list("eve"),
    });
    expect(summed([bob, { ...bob, action: ANNOTATION_ACTION.delete }]).record).toEqual({});
    expect(summed([{ ...bob, action: ANNOTATION_ACTION.delete }]).changes).toEqual([false]);
  });
});

describe("distinct", () => {
  const type = "categories:distinct.v1";

  test("counts each client once for each name", () => {
    const { changes, record } = summed([
      { type, name: "important", clientId: "bob" },
      { type, name: "urgent", clientId: "bob" },
      { type, name: "urgent", clientId: "eve" },
      { type, name: "urgent", clientId: "eve" },
    ]);
    expect(record).toEqual({ "categories:distinct.v1": { important: list("bob"), urgent: list("bob", "eve") } });
    expect(changes).toEqual([true, true, true, false]);
  });

  test("loses the client under the name that is deleted", () => {
    const { changes, record } = summed([
      { type, name: "important", clientId: "bob" },
      { type, name: "urgent", clientId: "bob" },
      { type, name: "urgent", clientId: "bob", action: ANNOTATION_ACTION.delete },
      { type, name: "important", clientId: "eve", action: ANNOTATION_ACTION.delete },
    ]);
    expect(record).toEqual({ "categories:distinct.v1": { important: list("bob") } });
    expect(changes).toEqual([true, true, true, false]);
  });
});

describe("unique", () => {
  const type = "status:unique.v1";

  test("moves a client to the name it gave last", () => {
    const { changes, record } = summed([
      { type, name: "important", clientId: "bob" },
      { type, name: "important", clientId: "eve" },
      { type, name: "urgent", clientId: "bob" },
      { type, name: "urgent", clientId: "bob" },
    ]);
    expect(record).toEqual({ "status:unique.v1": { important: list("eve"), urgent: list("bob") } });
    expect(changes).toEqual([true, true, true, false]);
  });

  test("loses a client under the name that is deleted, or under any when none is given", () => {
    const bob = { type, name: "urgent", clientId: "bob" };
    expect(summed([bob, { ...bob, name: "important", action: ANNOTATION_ACTION.delete }]).record).toEqual({
      "status:unique.v1": { urgent: list("bob") },
    });
    expect(summed([bob, { ...bob, action: ANNOTATION_ACTION.delete }]).record).toEqual({});
    expect(summed([bob, { type, clientId: "bob", action: ANNOTATION_ACTION.delete }]).record).toEqual({});
  });
});

describe("multiple", () => {
  const type = "voting:multiple.v1";
  const bob = { type, name: "a", clientId: "bob" };

  test("adds up the counts of each client and of those who are nobody", () => {
    const { record } = summed([bob, { ...bob, count: 2 }, { ...bob, clientId: "eve", count: 5 }, { type, name: "a" }]);
    expect(record).toEqual({
      "voting:multiple.v1": {
        a: { total: 9, clientIds: { bob: 3, eve: 5 }, totalUnidentified: 1, clipped: false, totalClientIds: 2 },
      },
    });
  });

  test("loses all that a client gave to the name that is deleted, and nothing when it is nobody's", () => {
    const { changes, record } = summed([
      { ...bob, count: 4 },
      { ...bob, name: "b" },
      { type, name: "b", count: 2 },
      { ...bob, action: ANNOTATION_ACTION.delete },
      { type, name: "b", action: ANNOTATION_ACTION.delete },
    ]);
    expect(record).toEqual({
      "voting:multiple.v1": {
        b: { total: 3, clientIds: { bob: 1 }, totalUnidentified: 2, clipped: false, totalClientIds: 1 },
      },
    });
    expect(changes).toEqual([true, true, true, true, false]);
  });
});

test.each(["com.ably.reactions", "a:total.v2", "total.v1", ":total.v1", "a:constructor.v1", "__proto__", "a:"])(
  "%s counts nothing",
  (type) => {
    expect(summed([{ type, name: "a", clientId: "bob" }])).toEqual({ changes: [false], record: {} });
  },
);

test("types are counted apart", () => {
  const types = ["a:total.v1", "b:total.v1", "a:b:total.v1"];
  expect(summed(types.map((type) => ({ type }))).record).toEqual({
    "a:total.v1": { total: 1 },
    "b:total.v1": { total: 1 },
    "a:b:total.v1": { total: 1 },
  });
});

test("names and client ids may be words that JavaScript knows", () => {
  const given = ["__proto__", "constructor", "toString"].map((word) => ({
    type: "__proto__:multiple.v1",
    name: word,
    clientId: word,
  }));
  const text = JSON.stringify(summed(given).record);
  for (const word of ["__proto__", "constructor", "toString"]) expect(text).toContain(`{"${word}":1}`);
  expect(Object.hasOwn(Object.prototype, "total")).toBe(false);
});

describe("a summary of many", () => {
  const clients = Array.from({ length: 12 }, (_, at) => `client-${at}`);

  test("lists some clients and counts them all", () => {
    const given = clients.map((clientId) => ({ type: "a:distinct.v1", name: "x", clientId }));
    expect(summed(given).record).toEqual({
      "a:distinct.v1": { x: { total: 12, clientIds: clients.slice(0, 10), clipped: true } },
    });
  });

  test("lists the counts of some clients and says of how many", () => {
    const given = clients.map((clientId) => ({ type: "a:multiple.v1", name: "x", clientId, count: 2 }));
    expect(summed(given, { summaryClientIds: 1 }).record).toEqual({
      "a:multiple.v1": {
        x: { total: 24, clientIds: { "client-0": 2 }, totalUnidentified: 0, clipped: true, totalClientIds: 12 },
      },
    });
  });

  test("lists no more bytes of client ids than it may, the same for each name", () => {
    const given = ["x", "y"].flatMap((name) =>
      ["äöü", "abc", "d"].map((clientId) => ({ type: "a:distinct.v1", name, clientId })),
    );
    const clipped = { total: 3, clientIds: ["äöü", "abc"], clipped: true };
    expect(summed(given, { summaryBytes: 18 }).record).toEqual({ "a:distinct.v1": { x: clipped, y: clipped } });
  });
});

describe("the names of a summary", () => {
  const bob = { type: "a:distinct.v1", clientId: "bob" };

  test("have room for so many, over all types", () => {
    const summary = new Summary({ ...LIMITS, summaryNames: 2 });
    summary.add(annotation({ ...bob, name: "x" }));
    expect(summary.hasRoomFor([annotation({ ...bob, name: "y" })])).toBe(true);
    expect(summary.hasRoomFor([annotation({ ...bob, name: "y" }), annotation({ type: "a:total.v1" })])).toBe(false);
    summary.add(annotation({ type: "a:total.v1" }));
    expect(summary.hasRoomFor([annotation({ ...bob, name: "y" })])).toBe(false);
    expect(summary.hasRoomFor([annotation({ ...bob, name: "x", clientId: "eve" })])).toBe(true);
    expect(summary.hasRoomFor([annotation({ ...bob, name: "z", action: ANNOTATION_ACTION.delete })])).toBe(true);
    expect(summary.hasRoomFor([annotation({ type: "not.counted", name: "z" })])).toBe(true);
  });

  test("have room again when one is gone", () => {
    const summary = new Summary({ ...LIMITS, summaryNames: 1 });
    summary.add(annotation({ ...bob, name: "x" }));
    summary.add(annotation({ ...bob, name: "x", action: ANNOTATION_ACTION.delete }));
    expect(summary.hasRoomFor([annotation({ ...bob, name: "y" })])).toBe(true);
  });
});
