/** The encodings of a message's data, held to the SDK's own reading of them. */
import { Rest } from "ably";
import * as fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { decode } from "../../../lambda/receive/decode.ts";

// the SDK prints what it cannot decode; that is why ours exists
beforeEach(() => void vi.spyOn(console, "error").mockImplementation(() => undefined));
afterEach(() => void vi.restoreAllMocks());

test.each([
  ["text", undefined, "text"],
  ["text", null, "text"],
  ["text", "", "text"],
  ['{"a":1}', "json", { a: 1 }],
  ["aGk=", "utf-8/base64", "hi"],
  ["eyJhIjoxfQ==", "json/utf-8/base64", { a: 1 }],
])("decodes %o with %o", (data, encoding, expected) => {
  expect(decode(data, encoding)).toEqual({ ok: true, data: expected });
});

test.each([
  ["aGk=", "cipher+aes-256-cbc/base64"],
  ["{", "json"],
  ["//79", "utf-8/base64"],
  ["hi", "rot13"],
  [{ a: 1 }, "json"],
  ["hi", "utf-8"],
  [7, "base64"],
])("refuses %o with %o", (data, encoding) => {
  expect(decode(data, encoding)).toEqual({ ok: false });
});

test("agrees with the SDK wherever both can read", async () => {
  const step = fc.constantFrom("json", "utf-8", "base64");
  const text = fc.oneof(fc.string(), fc.json(), fc.base64String());
  await fc.assert(
    fc.asyncProperty(text, fc.array(step, { maxLength: 3 }), async (data, steps) => {
      const encoding = steps.join("/");
      const ours = decode(data, encoding);
      if (!ours.ok) return;
      const theirs = await Rest.Message.fromEncoded({ data, encoding });
      expect(ours.data).toEqual(theirs.data);
    }),
    { numRuns: 2_000 },
  );
});
