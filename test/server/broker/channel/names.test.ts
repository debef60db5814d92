/** Names of channels: which there can be, and what is in a qualified one. */
import { expect, test } from "vitest";
import { parseChannelName } from "../../../../server/broker/channel/names.ts";

test.each(["room", "a:b", "é/x y", "chat:from-clients:garden", "__proto__"])("%j is a channel", (text) => {
  expect(parseChannelName(text)).toEqual({ ok: true, value: { name: text, params: new Map(), meta: false } });
});

test.each(["", ":a", "[x", "[x]y", " a", ",a", "a\nb", "a\rb", "[?rewind=1]", "[?a]:b", "x".repeat(2049)])(
  "%j is refused with 40010",
  (text) => {
    expect(parseChannelName(text)).toMatchObject({ ok: false, error: { code: 40010, statusCode: 400 } });
  },
);

test("a qualified name is the channel and its parameters", () => {
  expect(parseChannelName("[?rewind=1&delta=vcdiff]room")).toEqual({
    ok: true,
    value: { name: "room", params: new Map(Object.entries({ rewind: "1", delta: "vcdiff" })), meta: false },
  });
});

test("a metachannel is the broker's", () => {
  expect(parseChannelName("[meta]log")).toMatchObject({ ok: true, value: { name: "[meta]log", meta: true } });
});
