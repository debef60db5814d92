/** JSON and msgpack, read and written. */
import { describe, expect, test } from "vitest";
import { ACTION } from "../../../../server/broker/wire/actions.ts";
import { decode, encode, frameOf } from "../../../../server/broker/wire/codec.ts";
import { msgpackProblem } from "../../../../server/broker/wire/msgpack-scan.ts";

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(" ", ""), "hex");

describe("msgpack", () => {
  test("reads what the SDK writes", () => {
    // {"action": 15, "msgSerial": 0, "messages": [{"name": "n", "data": <01 02>}]}
    const frame = bytes(
      "83 a6616374696f6e 0f a96d736753657269616c 00 a86d65737361676573 91 82 a46e616d65 a16e a464617461 c4020102",
    );
    expect(decode("msgpack", frame)).toEqual({
      ok: true,
      value: { action: ACTION.message, msgSerial: 0, messages: [{ name: "n", data: Buffer.from([1, 2]) }] },
    });
  });

  test("keeps binary when the receive buffer is used again", () => {
    const frame = bytes("81 a464617461 c4020102");
    const decoded = decode("msgpack", frame);
    frame.fill(0);
    expect(decoded).toEqual({ ok: true, value: { data: Buffer.from([1, 2]) } });
  });

  test("reads 64-bit integers as numbers", () => {
    expect(decode("msgpack", bytes("cf 0000018bcfe56800"))).toEqual({ ok: true, value: 1_700_000_000_000 });
  });

  test("writes times as 64-bit integers, not as floats", () => {
    const time = 1_700_000_000_000;
    const extras = { headers: { sum: 2 ** 40, ratio: 0.5, small: 2 ** 32 - 1 } };
    const frame = encode("msgpack", { timestamp: time, messages: [{ timestamp: time, extras }], left: -(2 ** 40) });
    expect(frame.toString("hex").match(/d30000018bcfe56800/g)).toHaveLength(2);
    expect(frame.toString("hex")).not.toContain("cb4278bcfe568");
    expect(decode("msgpack", frame)).toEqual({
      ok: true,
      value: { timestamp: time, messages: [{ timestamp: time, extras }], left: -(2 ** 40) },
    });
  });

  test.each([
    ["nothing", ""],
    ["a truncated text", "a56869"],
    ["a truncated map", "83 a16101"],
    ["an array of four thousand million", "dd ffffffff 01"],
    ["a map of four thousand million", "df ffffffff 01"],
    ["binary longer than the frame", "c6 ffffffff 00"],
    ["a key that is not text", "81 01 02"],
    ["an extension type", "d4 72 40"],
    ["an extension of any length", "c7 02 05 0102"],
    ["the byte that is never used", "c1"],
    ["a second value", "01 01"],
    ["a thousand arrays in each other", `${"91".repeat(1000)}01`],
  ])("refuses %s", (_, hex) => {
    expect(msgpackProblem(bytes(hex))).toBeTypeOf("string");
    expect(decode("msgpack", bytes(hex))).toMatchObject({ ok: false, error: { code: 40000 } });
  });

  test("does not touch prototypes", () => {
    const decoded = decode("msgpack", bytes("81 a95f5f70726f746f5f5f 81 a3626164 c3"));
    expect(decoded.ok).toBe(true);
    expect(Object.hasOwn(Object.prototype, "bad")).toBe(false);
    expect(Reflect.get({}, "bad")).toBeUndefined();
  });
});

describe("JSON", () => {
  test.each(["", "{", "nonsense", '{"a":}', "\u0000"])("refuses %j", (text) => {
    expect(decode("json", Buffer.from(text))).toMatchObject({ ok: false, error: { code: 40000, statusCode: 400 } });
  });

  test("writes text", () => {
    expect(encode("json", { a: "é" }).toString("utf8")).toBe('{"a":"é"}');
  });
});

describe("a frame is framed once, as RFC 6455 has it", () => {
  test("short, as text", () => {
    expect(frameOf("json", { action: ACTION.heartbeat })).toEqual(
      Buffer.from('\u0000\u0000{"action":0}').fill(0x81, 0, 1).fill(12, 1, 2),
    );
  });

  test("of more than 125 bytes, with 16 bits of length", () => {
    const frame = frameOf("json", "x".repeat(200));
    expect([...frame.subarray(0, 4)]).toEqual([0x81, 126, 0, 202]);
    expect(frame).toHaveLength(206);
  });

  test("of more than 65,535 bytes, with 64 bits of length", () => {
    const frame = frameOf("json", "x".repeat(70_000));
    expect([...frame.subarray(0, 10)]).toEqual([0x81, 127, 0, 0, 0, 0, 0, 1, 0x11, 0x72]);
  });

  test("of msgpack, as binary", () => {
    expect(frameOf("msgpack", { a: 1 })[0]).toBe(0x82);
  });
});
