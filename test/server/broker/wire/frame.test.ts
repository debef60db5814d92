/** Frames of a client: which are read, and what is said about the others. */
import { describe, expect, test } from "vitest";
import { ACTION } from "../../../../server/broker/wire/actions.ts";
import { parseFrame } from "../../../../server/broker/wire/frame.ts";

describe("a frame of a client", () => {
  test("that attaches", () => {
    const frame = { action: ACTION.attach, channel: "room", flags: 393_216, params: { rewind: 5 }, channelSerial: "p" };
    expect(parseFrame(frame)).toEqual({
      ok: true,
      value: {
        action: ACTION.attach,
        channel: "room",
        flags: 393_216,
        params: new Map([["rewind", "5"]]),
        channelSerial: "p",
      },
    });
  });

  test("that publishes; null counts as not given", () => {
    expect(parseFrame({ action: ACTION.message, channel: "room", msgSerial: 0, messages: [{}], params: null })).toEqual(
      {
        ok: true,
        value: { action: ACTION.message, channel: "room", msgSerial: 0, items: [{}], params: new Map() },
      },
    );
  });

  test.each([
    [null],
    [[]],
    ["text"],
    [42],
    [{}],
    [{ action: "10" }],
    [{ action: 1.5 }],
    [{ action: ACTION.connected }],
    [{ action: ACTION.attach }],
    [{ action: ACTION.attach, channel: 7 }],
    [{ action: ACTION.attach, channel: "room", params: [] }],
    [{ action: ACTION.attach, channel: "room", params: { rewind: {} } }],
    [{ action: ACTION.message, channel: "room", messages: [] }],
    [{ action: ACTION.message, channel: "room", msgSerial: -1, messages: [] }],
    [{ action: ACTION.message, channel: "room", msgSerial: 1e300, messages: [] }],
    [{ action: ACTION.message, channel: "room", msgSerial: 0, messages: {} }],
    [{ action: ACTION.auth, auth: "token" }],
    [{ action: ACTION.auth, auth: {} }],
  ])("%j is refused with 40000", (frame) => {
    expect(parseFrame(frame)).toMatchObject({ ok: false, error: { code: 40000 } });
  });

  test("says whom a refusal concerns", () => {
    expect(parseFrame({ action: ACTION.message, channel: "room", msgSerial: 3, messages: 1 })).toMatchObject({
      address: { channel: "room", msgSerial: 3 },
    });
  });

  test("does not read inherited fields", () => {
    const frame = JSON.parse('{"__proto__": {"action": 10, "channel": "room"}}');
    expect(parseFrame(frame)).toMatchObject({ ok: false });
    expect(parseFrame(Object.create({ action: ACTION.close }))).toMatchObject({ ok: false });
  });
});
