/** Messages as a client sends them: which are read, and how large they are. */
import { describe, expect, test } from "vitest";
import { MESSAGE_ACTION } from "../../../../server/broker/wire/actions.ts";
import { messageSize, noteSize, parseMessage, publicExtras, writable } from "../../../../server/broker/wire/message.ts";

describe("a message", () => {
  test("is read without what the SDK adds for itself", () => {
    expect(parseMessage({ name: "n", data: "d", action: MESSAGE_ACTION.create, size: 2 })).toEqual({
      ok: true,
      value: { action: MESSAGE_ACTION.create, name: "n", data: "d" },
    });
  });

  test.each([
    ["an object becomes JSON text", { data: { a: 1 } }, { data: '{"a":1}', encoding: "json" }],
    ["base64 becomes binary", { data: "AQI=", encoding: "base64" }, { data: Buffer.from([1, 2]) }],
    [
      "base64 at the end of a chain becomes binary",
      { data: "AQI=", encoding: "json/utf-8/cipher+aes-128-cbc/base64" },
      { data: Buffer.from([1, 2]), encoding: "json/utf-8/cipher+aes-128-cbc" },
    ],
    [
      "base64 in lines becomes binary",
      { data: "AQID\nBAU=\r\n", encoding: "base64" },
      { data: Buffer.from([1, 2, 3, 4, 5]) },
    ],
    ["base64 that is none stays text", { data: "%%", encoding: "base64" }, { data: "%%", encoding: "base64" }],
    ["null is nothing", { data: null, name: null, extras: null }, {}],
  ])("%s", (_, sent, read) => {
    expect(parseMessage(sent)).toEqual({ ok: true, value: { action: MESSAGE_ACTION.create, ...read } });
  });

  test.each([
    ["a number as data", { data: 1 }, 40000],
    ["a number as name", { name: 1 }, 40000],
    ["an array", [], 40000],
    ["extras with another key", { extras: { secret: 1 } }, 40032],
    ["extras nested too deeply", { extras: { headers: nested(50) } }, 40032],
    ["data nested too deeply", { data: nested(50) }, 40000],
    ["an id of 257 characters", { id: "i".repeat(257) }, 40031],
    ["an encoding of 257 characters", { data: "d", encoding: "e".repeat(257) }, 40013],
  ])("with %s is refused", (_, sent, code) => {
    expect(parseMessage(sent)).toMatchObject({ ok: false, error: { code } });
  });

  test("may have an id and an encoding of 256 characters", () => {
    const message = { id: "i".repeat(256), data: "d", encoding: "e".repeat(256) };
    expect(parseMessage(message)).toEqual({ ok: true, value: { action: MESSAGE_ACTION.create, ...message } });
  });

  test("is as large as its name, client id, data and extras in bytes", () => {
    expect(messageSize({ action: MESSAGE_ACTION.create, name: "né", clientId: "bob", data: Buffer.alloc(10) })).toBe(
      3 + 3 + 10,
    );
    expect(messageSize({ action: MESSAGE_ACTION.create, data: "é", extras: { headers: { a: 1 } } })).toBe(
      2 + '{"headers":{"a":1}}'.length,
    );
  });

  test("that is a change is larger by its note", () => {
    expect(noteSize({})).toBe(0);
    expect(noteSize({ clientId: "bob", description: "é", metadata: { a: 1 } })).toBe(3 + 2 + '{"a":1}'.length);
  });

  test("has its binary as base64 where the format is JSON", () => {
    const message = { data: Buffer.from([1, 2]), encoding: "cipher+aes-128-cbc" };
    expect(writable(message, "json")).toEqual({ data: "AQI=", encoding: "cipher+aes-128-cbc/base64" });
    expect(writable(message, "msgpack")).toBe(message);
  });

  test("shows nobody what it says to the broker", () => {
    expect(publicExtras({ privileged: { skipRule: "*" }, headers: { a: 1 } })).toEqual({ headers: { a: 1 } });
    expect(publicExtras({ privileged: {} })).toBeUndefined();
  });
});

function nested(depth: number): object {
  return depth === 0 ? {} : { a: nested(depth - 1) };
}
