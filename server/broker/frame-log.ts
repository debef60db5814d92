/**
 * The frames of WebSocket connections as lines for people, keys and tokens left out. It listens beside the connection, on
 * the bytes of its stream, so that a broker without it does nothing for it.
 */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { ACTION } from "./wire/actions.ts";
import { decode, type Format } from "./wire/codec.ts";

/** Characters of one line; what follows is counted and left out. */
const LINE_CHARS = 4_000;
const OPCODE = { continuation: 0, text: 1, binary: 2 } as const;
const HIDDEN = "…";

/** Fields and query parameters whose values are keys or tokens, wherever they stand. */
const SECRET = /^(key|token|jwt|access_?token|connection_?key|secret|mac|resume|recover|authorization)$/i;

const NAMES: ReadonlyMap<unknown, string> = new Map(
  Object.entries(ACTION).map(([name, action]) => [action, name.replace(/[A-Z]/g, "_$&").toUpperCase()]),
);

/** Makes a tap: called with each upgrade, it writes a line for it and for each frame that follows. */
export function createFrameLog(write: (line: string) => void): (request: IncomingMessage, stream: Duplex) => void {
  let connections = 0;
  return (request, stream) => {
    connections += 1;
    const name = `#${connections}`;
    const query = new URL(request.url ?? "/", "http://broker").searchParams;
    const format: Format = query.get("format") === "msgpack" ? "msgpack" : "json";
    const tell = (direction: "->" | "<-") => (payload: Buffer) => {
      write(`${name} ${direction} ${describeFrame(format, payload)}`);
    };
    write(`${name} connects with ${describeQuery(query)}`);
    const inbound = new FrameReader(tell("->"));
    const outbound = new FrameReader(tell("<-"));
    stream.on("data", (chunk: Buffer) => inbound.read(chunk));
    onWrite(stream, (chunk) => outbound.read(chunk));
    stream.on("close", () => write(`${name} is gone`));
  };
}

/** Hears of what is written to a stream. The answer to the upgrade is text and no frame. */
function onWrite(stream: Duplex, hear: (chunk: Buffer) => void): void {
  const write = stream.write;
  stream.write = function (this: Duplex, ...args: unknown[]): boolean {
    const [chunk] = args;
    if (Buffer.isBuffer(chunk)) hear(chunk);
    return Reflect.apply(write, this, args);
  } as Duplex["write"];
}

const describeQuery = (query: URLSearchParams): string =>
  [...query].map(([name, value]) => `${name}=${SECRET.test(name) ? HIDDEN : value}`).join(" ");

/** One protocol message: its action by name and its fields as JSON. */
function describeFrame(format: Format, payload: Buffer): string {
  const decoded = decode(format, payload);
  if (!decoded.ok) return `${payload.length} bytes that are no ${format}`;
  const { action, ...fields } = Object(decoded.value);
  const line = `${NAMES.get(action) ?? `action ${String(action)}`} ${JSON.stringify(fields, withoutSecrets)}`;
  if (line.length <= LINE_CHARS) return line;
  return `${line.slice(0, LINE_CHARS)}${HIDDEN} (${line.length - LINE_CHARS} characters more)`;
}

function withoutSecrets(this: unknown, name: string, value: unknown): unknown {
  const own: unknown = Reflect.get(Object(this), name);
  if (own instanceof Uint8Array) return `<${own.length} bytes>`;
  return SECRET.test(name) && value !== null ? HIDDEN : value;
}

/** Puts frames together from the chunks of one direction (RFC 6455, section 5.2); control frames are passed over. */
class FrameReader {
  readonly #tell: (payload: Buffer) => void;
  #bytes = Buffer.alloc(0);
  #parts: Buffer[] = [];

  constructor(tell: (payload: Buffer) => void) {
    this.#tell = tell;
  }

  read(chunk: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    for (let frame = takeFrame(this.#bytes); frame !== undefined; frame = takeFrame(this.#bytes)) {
      this.#bytes = this.#bytes.subarray(frame.end);
      if (frame.opcode > OPCODE.binary) continue;
      if (frame.opcode !== OPCODE.continuation) this.#parts = [];
      this.#parts.push(frame.payload);
      if (frame.isLast) this.#tell(Buffer.concat(this.#parts));
    }
  }
}

interface RawFrame {
  readonly opcode: number;
  readonly isLast: boolean;
  readonly payload: Buffer;
  /** Where the next one begins. */
  readonly end: number;
}

/** The first frame in these bytes, unmasked; undefined while it is not whole. */
function takeFrame(bytes: Buffer): RawFrame | undefined {
  if (bytes.length < 2) return undefined;
  const first = bytes.readUInt8(0);
  const second = bytes.readUInt8(1);
  const short = second & 0x7f;
  const lengthBytes = short === 127 ? 8 : short === 126 ? 2 : 0;
  const maskBytes = (second & 0x80) === 0 ? 0 : 4;
  const start = 2 + lengthBytes + maskBytes;
  if (bytes.length < start) return undefined;
  const length =
    lengthBytes === 8 ? Number(bytes.readBigUInt64BE(2)) : lengthBytes === 2 ? bytes.readUInt16BE(2) : short;
  const end = start + length;
  if (bytes.length < end) return undefined;
  const mask = bytes.subarray(2 + lengthBytes, start);
  const payload = Buffer.from(bytes.subarray(start, end));
  if (maskBytes > 0) for (let i = 0; i < length; i += 1) payload[i] = (payload[i] ?? 0) ^ (mask[i % 4] ?? 0);
  return { opcode: first & 0x0f, isLast: (first & 0x80) !== 0, payload, end };
}
