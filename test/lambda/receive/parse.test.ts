/** What is in a request that was let in, entry by entry. */
import { describe, expect, test } from "vitest";
import { limits } from "../../../lambda/limits.ts";
import { sourceIdOf } from "../../../lambda/receive/entry.ts";
import { readMessage } from "../../../lambda/receive/message.ts";
import { parse } from "../../../lambda/receive/parse.ts";
import type { Verified } from "../../../lambda/receive/verify.ts";

const NOW = 1_700_000_000_000;
const request = (body: unknown, proof: Verified["proof"] = "secret", headers: Verified["headers"] = {}) =>
  ({
    bytes: Buffer.isBuffer(body) ? body : Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
    headers,
    proof,
  }) as Verified;
const parsed = (...args: Parameters<typeof request>) => parse(request(...args), NOW);
const message = (id: string, more: object = {}) => ({
  id,
  clientId: "Ada.x1y2z3",
  timestamp: NOW,
  data: "hi",
  ...more,
});
const item = (messages: unknown[], more: object = {}) => ({
  source: "channel.message",
  data: { channelId: "chat:from-clients", messages },
  ...more,
});
const ids = async (...args: Parameters<typeof request>) =>
  (await parsed(...args)).entries.map((entry) => (entry.kind === "message" ? entry.sourceId : entry));

describe("a batch", () => {
  test("is every message of every item, in order, with its channel", async () => {
    const { mode, entries } = await parsed(
      { items: [item([message("a"), message("b")]), item([message("c")], { source: null })] },
      "signature",
    );
    expect(mode).toBe("batch");
    expect(entries).toMatchObject(
      ["a", "b", "c"].map((sourceId) => ({
        kind: "message",
        channel: "chat:from-clients",
        sourceId,
        message: { clientId: "Ada.x1y2z3", data: "hi" },
      })),
    );
  });

  test("has a message without an id by the item's serial, and without a stamp by the item's", async () => {
    const bare = { clientId: "Ada.x1y2z3", data: "hi" };
    const { entries } = await parsed({ items: [item([bare, bare], { serial: "s1", timestamp: 5 })] });
    expect(entries).toMatchObject([
      { sourceId: "s1:0", message: { timestamp: 5 } },
      { sourceId: "s1:1", message: { timestamp: 5 } },
    ]);
  });

  test("has what is no message as what it is, and nonsense as it came", async () => {
    const nonsense = { source: "channel.message", data: { channelId: 7 } };
    expect(
      await ids({
        items: [
          { source: "channel.lifecycle", data: {} },
          { source: "x", presence: [] },
          { source: "channel.message", data: { channelId: "chat:from-clients", presence: [{}] } },
          nonsense,
          7,
          item([message("a")], { source: "channel.occupancy" }),
        ],
      }),
    ).toEqual([
      { kind: "other", source: "channel.lifecycle" },
      { kind: "other", source: "channel.presence" },
      { kind: "other", source: "channel.presence" },
      { kind: "nonsense", raw: nonsense },
      { kind: "nonsense", raw: 7 },
      { kind: "other", source: "channel.occupancy" },
    ]);
  });

  test("that is signed counts for six minutes, and not from the future", async () => {
    const at = (timestamp: number) => item([message("a", { timestamp })]);
    const once = async (timestamp: number, proof: Verified["proof"]) =>
      (await ids({ items: [at(timestamp)] }, proof))[0];
    expect(await once(NOW - limits.signedMs, "signature")).toBe("a");
    expect(await once(NOW - limits.signedMs - 1, "signature")).toEqual({
      kind: "other",
      source: "signed too long ago",
    });
    expect(await once(NOW + limits.clockSkewMs, "signature")).toBe("a");
    expect(await once(NOW + limits.clockSkewMs + 1, "signature")).toEqual({
      kind: "other",
      source: "signed in the future",
    });
    expect(await once(1, "secret")).toBe("a");
    const unstamped = item([{ id: "a", clientId: "Ada.x1y2z3", data: "hi" }]);
    expect(await ids({ items: [unstamped] }, "signature")).toEqual(["a"]);
  });
});

describe("an enveloped event", () => {
  test("is its messages", async () => {
    const envelope = { channel: "chat:from-clients:garden", messages: [message("a"), message("b")] };
    expect(await parsed(envelope)).toMatchObject({
      mode: "single",
      entries: [{ channel: "chat:from-clients:garden", sourceId: "a" }, { sourceId: "b" }],
    });
    expect(await ids({ source: "channel.message", ...envelope })).toEqual(["a", "b"]);
    expect(await ids({ source: "channel.lifecycle", ...envelope })).toEqual([
      { kind: "other", source: "channel.lifecycle" },
    ]);
  });

  test("of presence is nothing to be done about", async () => {
    expect(await parsed({ source: "channel.presence", channel: "x", presence: [] })).toEqual({
      mode: "single",
      entries: [{ kind: "other", source: "channel.presence" }],
    });
  });
});

test("what is neither is nonsense, in the mode of its proof", async () => {
  for (const [proof, mode] of [
    ["signature", "batch"],
    ["secret", "single"],
  ] as const) {
    for (const body of ["{", "no JSON", '{"a":1}', "[1]", ""]) {
      const { entries, ...rest } = await parsed(body, proof);
      expect(rest).toEqual({ mode });
      expect(entries.map((entry) => entry.kind === "nonsense" && String(entry.raw))).toEqual([body]);
    }
  }
});

test("white space before the brace is JSON all the same, and MessagePack is read where there is none", async () => {
  expect(await ids(` \n\t${JSON.stringify({ items: [item([message("a")])] })}`)).toEqual(["a"]);
  const { pack } = await import("msgpackr");
  expect(await ids(pack({ items: [item([message("b", { timestamp: BigInt(NOW) })])] }))).toEqual(["b"]);
});

describe("a bare request", () => {
  const HEADERS = {
    "x-ably-envelope-channel": "chat:from-clients",
    "x-ably-message-id": "m1",
    "x-ably-client-id": "Ada.x1y2z3",
    "x-ably-timestamp": String(NOW),
    "content-type": "text/plain; charset=utf-8",
  };
  const bare = async (change: Record<string, string | undefined> = {}, body = "hü") =>
    (await parsed(body, "secret", { ...HEADERS, ...change })).entries;

  test("is one message, whose envelope is in the headers", async () => {
    expect(await parsed("hü", "secret", HEADERS)).toEqual({
      mode: "single",
      entries: [
        {
          kind: "message",
          channel: "chat:from-clients",
          sourceId: "m1",
          message: {
            id: "m1",
            clientId: "Ada.x1y2z3",
            timestamp: NOW,
            data: Buffer.from("hü").toString("base64"),
            encoding: "utf-8/base64",
          },
        },
      ],
    });
  });

  test("may be JSON, or bytes where it does not say what it is", async () => {
    expect(await bare({ "content-type": "application/json" })).toMatchObject([
      { message: { encoding: "json/utf-8/base64", data: "aMO8" } },
    ]);
    for (const type of [undefined, "application/octet-stream", "x/application/json", "x-text/"]) {
      const [entry] = await bare({ "content-type": type });
      expect(entry).toMatchObject({ message: { data: Buffer.from("hü") } });
      expect(entry?.kind === "message" && entry.message.encoding).toBeUndefined();
    }
  });

  test("takes author and stamp from either name of a header, and neither when it is not what it should be", async () => {
    const other = {
      "x-ably-client-id": undefined,
      "x-ably-message-client-id": "Bo.b1b2b3",
      "x-ably-timestamp": undefined,
      "x-ably-message-timestamp": "12",
    };
    expect(await bare(other)).toMatchObject([{ message: { clientId: "Bo.b1b2b3", timestamp: 12 } }]);
    expect(await bare({ "x-ably-message-client-id": "Bo.b1b2b3", "x-ably-message-timestamp": "12" })).toMatchObject([
      { message: { clientId: "Ada.x1y2z3", timestamp: NOW } },
    ]);
    for (const id of ["Ad\u00e4", "", "a\u0000b", undefined]) {
      expect((await bare({ "x-ably-client-id": id }))[0]).toMatchObject({ message: { clientId: undefined } });
    }
    for (const stamp of ["x1", "1x", "-1", "1.5", "", undefined]) {
      expect((await bare({ "x-ably-timestamp": stamp }))[0]).toMatchObject({ message: { timestamp: undefined } });
    }
  });

  test("of another source, or of a change of a message, is nothing to be done about", async () => {
    expect(await bare({ "x-ably-envelope-source": "channel.message" })).toMatchObject([{ kind: "message" }]);
    expect(await bare({ "x-ably-envelope-source": "channel.presence" })).toEqual([
      { kind: "other", source: "channel.presence" },
    ]);
    expect(await bare({ "x-ably-message-action": "2" })).toEqual([{ kind: "other", source: "channel.message" }]);
  });

  test("is believed only where the secret came with its headers", async () => {
    expect(await parsed("hü", "signature", HEADERS)).toMatchObject({ mode: "batch", entries: [{ kind: "nonsense" }] });
  });
});

describe("a message", () => {
  const read = (raw: unknown, more: object = {}) =>
    readMessage(raw, { channel: "chat:from-clients", index: 3, ...more });

  test("without id and serial is known by what it is", () => {
    const raw = { clientId: "Ada.x1y2z3", data: "hi" };
    const [first, again, other] = [read(raw), read(raw), read({ ...raw, data: "ho" })];
    expect(first).toMatchObject({ kind: "message", sourceId: expect.stringMatching(/^[\w-]{22}:3$/) });
    expect(again).toEqual(first);
    expect(other).not.toMatchObject({ sourceId: first.kind === "message" ? first.sourceId : "" });
    expect(read({ ...raw, id: "" }, { serial: "s" })).toMatchObject({ sourceId: "s:3" });
  });

  test("whose data has no JSON is known by the rest of it", () => {
    const loop: Record<string, unknown> = {};
    loop.self = loop;
    const raw = { clientId: "Ada.x1y2z3", data: loop };
    expect(read(raw)).toMatchObject({ sourceId: expect.stringMatching(/^[\w-]{22}:3$/) });
    expect(read(raw)).not.toMatchObject({ sourceId: Object(read({ ...raw, clientId: "Bo.b1b2b3" })).sourceId });
  });

  test("that cannot be read names its sender where Ably does and the channel is one of ours", () => {
    const raw = { id: "m1~2", clientId: "Ada.x1y2z3", timestamp: "soon" };
    expect(read(raw)).toEqual({
      kind: "nonsense",
      raw,
      sender: { sourceId: "m1", message: { id: "m1~2", clientId: "Ada.x1y2z3" } },
    });
    expect(read(raw, { channel: "elsewhere" })).toEqual({ kind: "nonsense", raw });
    expect(read({ ...raw, id: 7 })).toEqual({ kind: "nonsense", raw: { ...raw, id: 7 } });
  });
});

test("another try of its sender is the same message", () => {
  for (const id of ["m1", "m1~1", "m1~23", "m1~456"]) expect(sourceIdOf(id)).toBe("m1");
  for (const id of ["~1", "m1~", "m1~1234", "m1~1x", "m1~x"]) expect(sourceIdOf(id)).toBe(id);
  expect(sourceIdOf("m1~1~2")).toBe("m1~1");
  expect(sourceIdOf("\n~1")).toBe("\n");
});
