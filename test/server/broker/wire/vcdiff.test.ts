/** Deltas, read back by the decoder that Ably's SDK uses. */
import { decode } from "@ably/vcdiff-decoder";
import { describe, expect, test } from "vitest";
import { encodeVcdiff, VCDIFF_OVERHEAD } from "../../../../server/broker/wire/vcdiff.ts";
import { createChance } from "../../../system/hostile/random.ts";

/** The decoder is the one that Ably's SDK uses. */
const KIB = 1024;
const bytes = (text: string): Buffer => Buffer.from(text);

function deltaOf(source: Buffer, target: Buffer): Buffer {
  const delta = encodeVcdiff(source, target);
  expect(Buffer.from(decode(delta, source)).equals(target)).toBe(true);
  return delta;
}

describe("a delta", () => {
  const HEADER = "d6c3c40000";
  test.each([
    // VCD_SOURCE, segment of 8 from 0, then 7 bytes: window of 8, sections of 0, 1 and 1: COPY 8 from 0
    ["of equal texts is one copy", "abcdefgh", "abcdefgh", `${HEADER} 010800 07 08 00 000101 18 00`],
    // ADD 3 "new", COPY 8 from 3
    ["copies from the middle", "...abcdefgh", "newabcdefgh", `${HEADER} 010b00 0b 0b 00 030201 6e6577 0418 03`],
    // ADD 20 and COPY 20: too long for rows of their own, so the size follows
    [
      "says sizes above 17 and 18 apart",
      "0123456789abcdefghij",
      "--------------------0123456789abcdefghij",
      `${HEADER} 011400 1e 28 00 140401 ${"2d".repeat(20)} 01141314 00`,
    ],
    ["from nothing has no source", "", "abc", `${HEADER} 00 09 03 00 030100 616263 04`],
    ["to nothing says nothing", "abc", "", `${HEADER} 010300 05 00 00 000000`],
  ])("%s", (_, source, target, hex) => {
    expect(deltaOf(bytes(source), bytes(target)).toString("hex")).toBe(hex.replaceAll(" ", ""));
  });

  test("tells lengths and places of several bytes", () => {
    const source = Buffer.concat([Buffer.alloc(200, "-"), createChance(1).bytes(20_000)]);
    const delta = deltaOf(source, source.subarray(200));
    // 200 is 0x81 0x48 in sevens, 20,000 is 0x81 0x9c 0x20, 20,200 is 0x81 0x9d 0x68
    expect(delta.toString("hex")).toBe("d6c3c40000 01819d6800 0d 819c20 00 000402 13819c20 8148".replaceAll(" ", ""));
  });

  test("is small where little changed", () => {
    const source = bytes(JSON.stringify({ foo: "bar", count: 1, status: "active" }));
    const target = bytes(JSON.stringify({ foo: "bar", count: 2, status: "active" }));
    expect(deltaOf(source, target)).toHaveLength(VCDIFF_OVERHEAD + 8);
  });

  test("follows what was inserted and what was taken out", () => {
    const items = Array.from({ length: 300 }, (_, id) => ({ id, label: `item number ${id}`, done: id % 3 === 0 }));
    const source = bytes(JSON.stringify(items));
    expect(deltaOf(source, bytes(JSON.stringify(items.toSpliced(150, 1)))).length).toBeLessThan(64);
    const added = { id: 1000, label: "a newcomer", done: false };
    expect(deltaOf(source, bytes(JSON.stringify(items.toSpliced(20, 0, added)))).length).toBeLessThan(256);
  });
});

test("what is encoded is decoded, whatever the two have in common", () => {
  const chance = createChance(3284);
  const pieces = ["a", "ab", "é", "日本", "🎉", '{"name":', "0123456789abcdef", " ".repeat(40), "\0", "}]"];
  const text = (): Buffer => bytes(Array.from({ length: chance.int(60) }, () => chance.pick(pieces)).join(""));
  const cut = (of: Buffer): Buffer => of.subarray(chance.int(of.length + 1), chance.int(of.length + 1));
  for (let round = 0; round < 500; round++) {
    const source = chance.bool() ? text() : chance.bytes(chance.int(300));
    const parts = Array.from({ length: chance.int(5) }, () =>
      chance.pick([cut(source), source, text(), chance.bytes(3)]),
    );
    deltaOf(source, Buffer.concat(parts));
  }
});

test("64 KiB of nothing in common are told as they are", () => {
  const chance = createChance(1);
  expect(deltaOf(chance.bytes(64 * KIB), chance.bytes(64 * KIB)).length).toBeLessThan(64 * KIB + 32);
});

/** Each reading of a byte is a step: what takes no more than so many a byte is never slow. */
describe("the work is linear", () => {
  const filled = (piece: string): Buffer => Buffer.alloc(64 * KIB, piece);
  test.each([
    ["equal runs", filled("a"), filled("a")],
    ["a run and what nearly is one", filled("a"), filled("aaaaaaaab")],
    ["shifted repetitions", filled("aaaaaaaab"), filled("aaaaaaaac")],
    ["blocks in another order", filled("12345678abcdefgh"), filled("abcdefgh1234567")],
    ["nothing in common", createChance(1).bytes(64 * KIB), createChance(2).bytes(64 * KIB)],
  ])("with %s", (_, source, target) => {
    let reads = 0;
    const counted = (of: Buffer): Uint8Array =>
      new Proxy(of, {
        get(owner, key) {
          if (typeof key === "string" && key >= "0" && key < ":") reads++;
          const value: unknown = Reflect.get(owner, key);
          return typeof value === "function" ? value.bind(owner) : value;
        },
      });
    encodeVcdiff(counted(source), counted(target));
    expect(reads / (128 * KIB)).toBeLessThan(100);
  });
});
