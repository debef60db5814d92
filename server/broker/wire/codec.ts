/** The codec: protocol messages as JSON text or msgpack, and WebSocket frames of them. */
import { Packr } from "msgpackr";
import { ok, type Result, refuse } from "../errors.ts";
import { msgpackProblem } from "./msgpack-scan.ts";

/** The two ways to write a protocol message. */
export type Format = "json" | "msgpack";

/**
 * Plain maps only: no records, no shared structures, no extension that the SDK would not read. Binary is copied out of
 * the receive buffer, which is reused.
 */
const packr = new Packr({ useRecords: false, mapsAsObjects: true, int64AsType: "number", copyBuffers: true });

/** Reads one value. Never throws: what cannot be read is a refusal with code 40000. */
export function decode(format: Format, bytes: Buffer): Result<unknown> {
  if (format === "json") {
    try {
      return ok(JSON.parse(bytes.toString("utf8")));
    } catch {
      return refuse(40000, "unable to read the frame; it is not valid JSON");
    }
  }
  const problem = msgpackProblem(bytes);
  if (problem !== undefined) return refuse(40000, `unable to read the frame; ${problem}`);
  try {
    return ok(packr.unpack(bytes));
  } catch {
    return refuse(40000, "unable to read the frame; it is not valid msgpack");
  }
}

/** Writes one value that holds no `undefined` and, for JSON, no binary. */
export function encode(format: Format, value: unknown): Buffer {
  return format === "json" ? Buffer.from(JSON.stringify(value), "utf8") : packr.pack(withWideIntegers(value));
}

/**
 * The same value with integers that need more than 32 bits as `bigint`. The library writes such a number as a float,
 * and clients in typed languages do not read a float as the time that it is.
 */
function withWideIntegers(value: unknown): unknown {
  if (typeof value === "number") return isWide(value) ? BigInt(value) : value;
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(withWideIntegers);
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, withWideIntegers(field)]));
}

const isWide = (value: number): boolean => Number.isSafeInteger(value) && (value > 0xffff_ffff || value < -0x8000_0000);

/**
 * Writes one value as a finished server-side WebSocket frame (RFC 6455, section 5.2): unmasked, unfragmented,
 * uncompressed. What goes to many sockets is framed here once, instead of once for each.
 */
export function frameOf(format: Format, value: unknown): Buffer {
  if (format === "msgpack") {
    const payload = packr.pack(withWideIntegers(value));
    const frame = framed(BINARY, payload.length);
    payload.copy(frame, frame.length - payload.length);
    return frame;
  }
  const text = JSON.stringify(value);
  const length = Buffer.byteLength(text);
  const frame = framed(TEXT, length);
  frame.write(text, frame.length - length, "utf8");
  return frame;
}

const FIN = 0x80;
const TEXT = 0x1;
const BINARY = 0x2;

/** A frame with its head written and room for `length` bytes of payload. */
function framed(opcode: number, length: number): Buffer {
  if (length < 126) {
    const frame = Buffer.allocUnsafe(2 + length);
    frame[0] = FIN | opcode;
    frame[1] = length;
    return frame;
  }
  if (length < 65_536) {
    const frame = Buffer.allocUnsafe(4 + length);
    frame[0] = FIN | opcode;
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
    return frame;
  }
  const frame = Buffer.allocUnsafe(10 + length);
  frame[0] = FIN | opcode;
  frame[1] = 127;
  frame.writeUInt32BE(0, 2);
  frame.writeUInt32BE(length, 6);
  return frame;
}
