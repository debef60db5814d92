/** Which messages go out as a delta, and to what. */
import { decode } from "@ably/vcdiff-decoder";
import { describe, expect, test } from "vitest";
import { Chain, Deltas } from "../../../../server/broker/channel/deltas.ts";
import type { Format } from "../../../../server/broker/wire/codec.ts";
import type { Message } from "../../../../server/broker/wire/message.ts";

type Said = Pick<Partial<Message>, "data" | "encoding" | "extras">;

const LONG = "the quick brown fox jumps over the lazy dog";

/** The last of these messages as a subscriber gets it who got the others before. */
function last(said: readonly Said[], format: Format = "msgpack"): Said | undefined {
  const chain = new Chain(new Deltas(100_000));
  return said.map((message, at) => chain.next({ key: `key${at}`, id: `id${at}` }, message, format)).at(-1);
}

describe("a message is a delta to the one before", () => {
  test.each<[string, Said, Said, string]>([
    ["text to text", { data: LONG }, { data: `${LONG}!` }, "utf-8/vcdiff"],
    ["JSON to text", { data: `"${LONG}"` }, { data: `"${LONG}"`, encoding: "json" }, "json/utf-8/vcdiff"],
    ["binary to JSON", { data: `"${LONG}"`, encoding: "json" }, { data: Buffer.from(LONG) }, "vcdiff"],
  ])("of %s", (_, base, said, encoding) => {
    const sent = last([base, { ...said, extras: { headers: { a: 1 } } }]);
    expect(sent).toMatchObject({
      encoding,
      extras: { headers: { a: 1 }, delta: { format: "vcdiff", from: "id0" } },
    });
    const bytes = decode(Buffer.from(sent?.data ?? ""), Buffer.from(base.data ?? ""));
    expect(Buffer.from(bytes)).toEqual(Buffer.from(said.data ?? ""));
  });
});

describe("a message is whole", () => {
  const encrypted = { data: Buffer.from(LONG), encoding: "utf-8/cipher+aes-256-cbc" };
  test.each<[string, readonly Said[]]>([
    ["when it is the first", [{ data: LONG }]],
    ["after one without data", [{ data: LONG }, {}, { data: LONG }]],
    ["when it has no data", [{ data: LONG }, {}]],
    ["when it is encrypted", [{ data: LONG }, encrypted]],
    ["after one that is encrypted", [encrypted, { data: LONG }]],
    // what a client cannot read it does not keep, though it keeps the id
    ["after JSON that is none", [{ data: `{${LONG}`, encoding: "json" }, { data: LONG }]],
    ["after text in an encoding that nobody knows", [{ data: LONG, encoding: "rot13" }, { data: LONG }]],
    // UTF-8 has no half of a character: clients replace it, each in its way
    ["when it holds half a character", [{ data: LONG }, { data: `${LONG}\ud83d` }]],
    ["after one that holds half a character", [{ data: `${LONG}\udfff` }, { data: LONG }]],
    ["when the delta is no smaller", [{ data: LONG }, { data: "something else" }]],
  ])("%s", (_, said) => {
    expect(last(said)).toBe(said.at(-1));
  });

  test("in JSON, when the delta is no smaller as base64", () => {
    const said = [{ data: "abcdefghijklmnopqr" }, { data: "abcdefghijklmnopqr!" }];
    expect(last(said, "msgpack")?.data).toHaveLength(18);
    expect(last(said, "json")).toBe(said[1]);
  });

  test("beyond the bytes that may be compared", () => {
    const chain = new Chain(new Deltas(3 * LONG.length));
    const sent = [1, 2, 3].map(
      (at) => chain.next({ key: `key${at}`, id: `id${at}` }, { data: LONG }, "msgpack").encoding,
    );
    expect(sent).toEqual([undefined, "utf-8/vcdiff", undefined]);
  });
});

test("what two chains have in common is compared once", () => {
  const deltas = new Deltas(2 * LONG.length);
  const sent = [1, 2, 3].map(() => {
    const chain = new Chain(deltas);
    chain.next({ key: "base", id: "id" }, { data: LONG }, "msgpack");
    return chain.next({ key: "key", id: "id" }, { data: LONG }, "msgpack").data;
  });
  expect(sent[2]).toBe(sent[0]);
  expect(sent[2]).toHaveLength(17);
});
