/** Entries of the quarantine as lines of JSON. */
import { expect, test } from "vitest";
import { storable, storableRaw } from "../../../lambda/quarantine/entry.ts";

test("keeps bytes as base64, with an encoding that leads back to them", () => {
  const bytes = Buffer.from([0xff, 0x00]);
  expect(storable({ id: "a", data: bytes })).toEqual({ id: "a", data: "/wA=", encoding: "base64" });
  expect(storable({ id: "a", data: bytes, encoding: "cipher+x" })).toMatchObject({ encoding: "cipher+x/base64" });
});

test("cuts off what no queue would take, and says so", () => {
  expect(storableRaw({ a: 1 })).toEqual({ kind: "raw", raw: '{"a":1}', truncated: false });
  expect(storableRaw("x".repeat(300_000))).toMatchObject({ truncated: true });
  expect(storableRaw({ a: 1n })).toEqual({ kind: "raw", raw: "", truncated: true });
});
