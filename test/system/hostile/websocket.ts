/** Frames on the wire: sound ones around hostile payloads, and broken ones. */
import type { Payload } from "./payloads.ts";
import type { Chance } from "./random.ts";

/** A sound client frame with a mask of zeros. */
export function soundFrame({ binary, bytes }: Payload): Buffer {
  return frame(0x80 | (binary ? 2 : 1), bytes);
}

function frame(first: number, body: Buffer, masked = true): Buffer {
  const mask = masked ? 0x80 : 0;
  const header =
    body.length < 126
      ? Buffer.from([first, mask | body.length])
      : body.length < 65_536
        ? Buffer.from([first, mask | 126, body.length >> 8, body.length & 255])
        : Buffer.concat([Buffer.from([first, mask | 127, 0, 0, 0, 0]), uint32(body.length)]);
  return Buffer.concat([header, masked ? Buffer.alloc(4) : Buffer.alloc(0), body]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** A frame that breaks RFC 6455; the connection does not survive most of them. */
export function brokenFrame(chance: Chance): Buffer {
  const body = Buffer.from('{"action":0}');
  return chance.pick<() => Buffer>([
    () => frame(0x81, body, false), // not masked
    () => frame(0xf1, body), // reserved bits
    () => frame(0x83, body), // reserved opcode
    () => frame(0x80, body), // continuation of nothing
    () => frame(0x01, body), // a message that is never finished
    () => frame(0x09, body), // a fragmented ping
    () => frame(0x89, Buffer.alloc(126)), // a ping that is too long
    () => frame(0x89, chance.bytes(chance.int(126))), // a ping
    () => frame(0x8a, chance.bytes(chance.int(126))), // a pong nobody asked for
    () => frame(0x88, Buffer.from([1])), // half a close code
    () => frame(0x88, Buffer.from([0, 0])), // a close code that does not exist
    () => frame(0x88, Buffer.from([3, 232, 0xff, 0xfe])), // a reason that is not UTF-8
    () => Buffer.from([0x82, 0xff, 0x7f, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0]), // a length of 2^63
    () => Buffer.from([0x82, 0xff, 0, 0, 0, 0, 0x40, 0, 0, 0, 0, 0, 0, 0]), // a gigabyte to come
    () => Buffer.from([0x81, 0xfe, 0xff]), // half a header
    () => chance.bytes(chance.int(64)),
  ])();
}
