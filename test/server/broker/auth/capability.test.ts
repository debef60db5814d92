/** Capabilities: what they allow, on which channels. */
import { describe, expect, test } from "vitest";
import {
  allows,
  capabilityText,
  covers,
  intersect,
  parseCapability,
} from "../../../../server/broker/auth/capability.ts";

const capability = (value: Record<string, string[]>) => {
  const parsed = parseCapability(value);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
};

describe("a resource", () => {
  test.each([
    ["*", "room", true],
    ["*", "a:b:c", true],
    ["*", "[meta]log", false],
    ["room", "room", true],
    ["room", "rooms", false],
    ["room*", "rooms", false],
    ["room*", "room*", true],
    ["ns:*", "ns:a", true],
    ["ns:*", "ns:a:b", true],
    ["ns:*", "ns", false],
    ["foo:*:baz", "foo:bar:baz", true],
    ["foo:*:baz", "foo:a:b:baz", false],
    ["[meta]*", "[meta]log", true],
    ["[meta]*", "room", false],
    ["[meta]log", "[meta]log", true],
    ["[*]*", "[meta]log", true],
    ["[*]*", "room", true],
  ])("%s covers %s: %s", (resource, channel, expected) => {
    expect(covers(resource, channel)).toBe(expected);
  });
});

test("an operation is allowed by name or by *", () => {
  const held = capability({ "in:*": ["publish"], out: ["*"] });
  expect(allows(held, "publish", "in:1")).toBe(true);
  expect(allows(held, "subscribe", "in:1")).toBe(false);
  expect(allows(held, "history", "out")).toBe(true);
  expect(allows(held, "publish", "elsewhere")).toBe(false);
});

describe("the intersection", () => {
  test.each([
    [{ "*": ["*"] }, { room: ["publish"] }, '{"room":["publish"]}'],
    [{ room: ["publish", "subscribe"] }, { "*": ["subscribe"] }, '{"room":["subscribe"]}'],
    [{ "ns:*": ["*"] }, { "ns:a": ["presence"], "ns:b": ["*"] }, '{"ns:a":["presence"],"ns:b":["*"]}'],
    [{ room: ["publish"] }, { other: ["publish"] }, "{}"],
    [{ room: ["publish"] }, { room: ["subscribe"] }, "{}"],
  ])("of %j and %j is %s", (asked, held, expected) => {
    expect(capabilityText(intersect(capability(asked), capability(held)))).toBe(expected);
  });
});

test("the text is canonical", () => {
  expect(capabilityText(capability({ b: ["subscribe", "publish"], a: ["*"] }))).toBe(
    '{"a":["*"],"b":["publish","subscribe"]}',
  );
});

test.each(["{", "[]", '{"a":[]}', '{"a":["publish_"]}', '{"a":["*","publish"]}', '{"a":{}}', '{"a":[1]}'])(
  "%s is refused",
  (text) => {
    expect(parseCapability(text)).toMatchObject({ ok: false, error: { code: 40000, statusCode: 400 } });
  },
);
