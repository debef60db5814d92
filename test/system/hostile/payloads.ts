/**
 * Payloads that no honest client sends, in both formats: what a fuzzer of the protocol would try first. Each is the
 * inside of one WebSocket message; `websocket.ts` breaks the frames around them.
 */
import { Packr } from "msgpackr";
import { ACTION } from "../../../server/broker/wire/actions.ts";
import type { Chance } from "./random.ts";

/** One WebSocket message. */
export interface Payload {
  readonly binary: boolean;
  readonly bytes: Buffer;
}

/** What is not given is not there in JSON; an extension type in its place would end each connection at its first frame. */
const packr = new Packr({ useRecords: false, variableMapSize: true, encodeUndefinedAsNil: true });

/** Names that are special to JavaScript, to Ably or to nobody. */
const NAMES = [
  "hostile:a",
  "hostile:b",
  "hostile:c",
  "private:secret",
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "[meta]log",
  "[?rewind=1]hostile:a",
  "[?rewind=999999999999999999999s]hostile:b",
  "[?__proto__=1]hostile:a",
  "[",
  "[]",
  "[?]",
  ":",
  "",
  "*",
  "hostile:*",
  "hostile:\u0000",
  "hostile:\ud800",
  `hostile:${"x".repeat(5_000)}`,
];

const VERSIONS = ["0", "-1", "01700000000000-000@a1b2c3:000", "abc", "9".repeat(50), "__proto__"];

/** The frames of honest clients: they are broken below. */
function honest(chance: Chance): Record<string, unknown> {
  const channel = chance.pick(NAMES);
  const msgSerial = chance.pick([0, 1, 2, -1, 1.5, 2 ** 53, 2 ** 31, Number.MAX_VALUE, chance.int(1_000)]);
  const message = {
    name: chance.pick(["msg", "__proto__", "x".repeat(100)]),
    data: chance.pick<unknown>(["text", '{"a":1}', { text: "hi" }, [1, 2], Buffer.from([0, 255]), 7, true]),
    encoding: chance.pick([undefined, "json", "base64", "utf-8/base64", "json/".repeat(50), "__proto__", "vcdiff"]),
    id: chance.pick([undefined, "same:0", "same:1", "__proto__", `${chance.int(1_000)}:0`]),
    clientId: chance.pick([undefined, "bob", "*", "", "__proto__"]),
    extras: chance.pick<unknown>([
      undefined,
      { headers: { a: "b" } },
      { ephemeral: true },
      { privileged: { skipRule: "*" } },
      { __proto__: { polluted: true } },
      { headers: { constructor: { prototype: 1 } } },
      { ref: { type: "a", timeserial: "b" } },
      "extras",
      [],
    ]),
    action: chance.pick([undefined, 0, 1, 2, 3, 4, 5, 99, -1]),
    serial: chance.pick([undefined, ...VERSIONS]),
    version: chance.pick<unknown>([undefined, {}, { serial: "a" }, "v"]),
    size: 12,
  };
  const count = chance.pick([0, 1, 1, 2, 20]);
  const frames: Record<string, unknown>[] = [
    { action: ACTION.attach, channel, flags: chance.pick([undefined, 0, 65_536, 2 ** 31, -1, 983_040]) },
    {
      action: ACTION.attach,
      channel,
      channelSerial: chance.pick(VERSIONS),
      params: chance.pick<unknown>([
        { rewind: "10" },
        { rewind: "-1" },
        { rewind: "99999999999999999h" },
        { rewind: "2m" },
        { modes: "publish,subscribe,__proto__" },
        { occupancy: "metrics" },
        { __proto__: "x", constructor: "y" },
        { delta: "vcdiff" },
      ]),
    },
    { action: ACTION.detach, channel },
    { action: ACTION.message, channel, msgSerial, messages: Array.from({ length: count }, () => message) },
    {
      action: ACTION.presence,
      channel,
      msgSerial,
      presence: [{ ...message, action: chance.pick([0, 1, 2, 3, 4, 5, -1]), clientId: chance.pick(NAMES) }],
    },
    { action: ACTION.heartbeat, id: chance.pick(["ping", "__proto__", "x".repeat(10_000)]) },
    { action: ACTION.sync, channel, channelSerial: chance.pick(VERSIONS) },
    {
      action: ACTION.auth,
      auth: { accessToken: chance.pick(["", "hostile.token", "a.b.c", "x".repeat(9_000), "e30.e30.e30"]) },
    },
    {
      action: ACTION.annotation,
      channel,
      msgSerial,
      annotations: Array.from({ length: count }, () => hostileAnnotation(chance)),
    },
    { action: ACTION.object, channel, msgSerial, state: [{}] },
    { action: chance.pick([1, 2, 3, 4, 5, 6, 8, 9, 11, 13, 18, 20, 22, 255, -1, 1.5, 2 ** 40]), channel, msgSerial },
  ];
  return chance.pick(frames);
}

/** A frame with annotations of the message with `serial`. */
export function annotationPayload(
  chance: Chance,
  binary: boolean,
  channel: string,
  msgSerial: number,
  serial: string,
): Payload {
  const annotations = Array.from({ length: chance.pick([1, 1, 1, 3]) }, () => hostileAnnotation(chance, serial));
  return encode({ action: ACTION.annotation, channel, msgSerial, annotations }, binary);
}

/** An annotation that could be counted, were it not for what one of its fields says, half of the time. */
function hostileAnnotation(chance: Chance, serial?: string): Record<string, unknown> {
  const method = chance.pick(["total", "flag", "distinct", "unique", "multiple"]);
  const annotation: Record<string, unknown> = {
    action: chance.pick([undefined, 0, 0, 1]),
    type: `${chance.pick(WORDS)}:${method}.v1`,
    messageSerial: serial ?? chance.pick(VERSIONS),
    name: chance.pick([...WORDS, String(chance.int(1_000))]),
    count: chance.pick([undefined, 1, 1_000_000]),
    clientId: chance.pick([undefined, ...WORDS, String(chance.int(1_000)), "x".repeat(5_000)]),
  };
  if (chance.bool()) return annotation;
  const field = chance.pick([...Object.keys(annotation), "data", "encoding", "id", "serial", "extras"]);
  const values: unknown[] = [
    ...[2, -1, 0, 0.5, 2 ** 53, 1e308, Number.NaN, Number.POSITIVE_INFINITY],
    ...["com.ably.reactions", ":total.v1", "a:constructor.v1", "a:multiple.v2", "*", "\ud800", "x".repeat(300)],
    ...[nested(chance.int(60)), Buffer.from([0, 255]), "same:0", ...VERSIONS],
    ...[{ headers: { a: "b" } }, { ephemeral: true }, { privileged: {} }],
    wrongValue(chance),
  ];
  return { ...annotation, [field]: chance.pick(values) };
}

const WORDS = ["a", "__proto__", "constructor", "toString", ""];

/** Values of every type that a field is not. */
function wrongValue(chance: Chance): unknown {
  return chance.pick<() => unknown>([
    () => null,
    () => true,
    () => -1,
    () => 1e308,
    () => 0.1,
    () => "",
    () => "x".repeat(chance.int(2_000)),
    () => "\ud800",
    () => [],
    () => [null, null],
    () => ({}),
    () => ({ length: 1e9 }),
    () => ({ toString: 1, valueOf: 2, toJSON: "x" }),
    () => nested(chance.int(60)),
    () => Array.from({ length: chance.int(300) }, () => null),
    () => Buffer.from([1, 2, 3]),
  ])();
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

function encode(frame: unknown, binary: boolean): Payload {
  return { binary, bytes: binary ? packr.pack(frame) : Buffer.from(JSON.stringify(frame)) };
}

function wrongType(chance: Chance, binary: boolean): Payload {
  const frame = honest(chance);
  const fields = Object.keys(frame);
  for (let change = 0; change <= chance.int(2); change++) frame[chance.pick(fields)] = wrongValue(chance);
  const { messages } = frame;
  if (Array.isArray(messages) && messages[0] && chance.bool()) {
    const record: Record<string, unknown> = { ...messages[0] };
    record[chance.pick(Object.keys(record))] = wrongValue(chance);
    frame.messages = [record];
  }
  return encode(frame, binary);
}

function truncated(chance: Chance): Payload {
  const { binary, bytes } = encode(honest(chance), chance.bool());
  return { binary, bytes: bytes.subarray(0, chance.int(bytes.length)) };
}

function mutated(chance: Chance): Payload {
  const { binary, bytes } = encode(honest(chance), chance.bool());
  const copy = Buffer.from(bytes);
  for (let change = 0; change <= chance.int(4); change++) copy[chance.int(copy.length)] = chance.int(256);
  return { binary, bytes: copy };
}

function randomBytes(chance: Chance): Payload {
  return { binary: chance.bool(0.7), bytes: chance.bytes(chance.int(200)) };
}

/** JSON text with keys that an object literal cannot hold. */
function rawJson(chance: Chance): Payload {
  const deep = chance.pick([10, 500, 20_000]);
  const text = chance.pick([
    '{"__proto__":{"action":15,"polluted":true},"action":10,"channel":"hostile:a"}',
    '{"action":15,"channel":"hostile:a","msgSerial":0,"messages":[{"__proto__":{"data":"x"},"extras":{"__proto__":{"polluted":1}}}]}',
    '{"action":15,"action":10,"channel":"hostile:a","channel":"private:secret"}',
    '{"action":1e999,"channel":"hostile:a"}',
    '{"action":"15","channel":"hostile:a"}',
    `{"action":15,"channel":"hostile:a","msgSerial":0,"messages":${"[".repeat(deep)}${"]".repeat(deep)}}`,
    `{"action":15,"channel":"hostile:a","msgSerial":0,"messages":[{"data":${'{"a":'.repeat(deep)}1${"}".repeat(deep)}}]}`,
    `{"action":15,"channel":"hostile:a","msgSerial":0,"messages":[{"extras":${"[".repeat(deep)}${"]".repeat(deep)}}]}`,
    `${"[".repeat(deep)}`,
    `{"action":15,"channel":"hostile:a","msgSerial":0,"messages":[${"{},".repeat(chance.int(3_000))}{}]}`,
    "null",
    "[]",
    '"text"',
    "15",
    "",
    "\ufeff{}",
    '{"action":10,"channel":"\\ud800"}',
    `{"action":15,"channel":"hostile:a","msgSerial":0,"messages":[{"name":"big","data":"${"x".repeat(chance.int(80_000))}"}]}`,
  ]);
  return { binary: false, bytes: Buffer.from(text) };
}

function invalidUtf8(chance: Chance): Payload {
  const bad = chance.pick([[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf8, 0x88, 0x80, 0x80], [0xe2, 0x82]]);
  const bytes = Buffer.concat([Buffer.from('{"action":10,"channel":"hostile:'), Buffer.from(bad), Buffer.from('"}')]);
  if (chance.bool()) return { binary: false, bytes };
  const text = Buffer.from([0xa4, ...chance.bytes(4)]);
  return {
    binary: true,
    bytes: Buffer.concat([packr.pack({ action: ACTION.attach }).subarray(0, 1), Buffer.from([0xa7]), text]),
  };
}

/** msgpack that claims more than it holds, or asks the decoder for something clever. */
function bomb(chance: Chance): Payload {
  const huge = Buffer.from([0xff, 0xff, 0xff, 0xff]);
  const frame = packr.pack({ action: ACTION.message, channel: "hostile:a", msgSerial: 0, messages: 0 }).subarray(0, -1);
  const tail = chance.pick<Buffer>([
    Buffer.concat([Buffer.from([0xdd]), huge]), // array32
    Buffer.concat([Buffer.from([0xdf]), huge]), // map32
    Buffer.concat([Buffer.from([0xdb]), huge]), // str32
    Buffer.concat([Buffer.from([0xc6]), huge]), // bin32
    Buffer.concat([Buffer.from([0xc9]), huge, Buffer.from([0x70])]), // ext32
    Buffer.from([0xdd, 0x00, 0x0f, 0x42, 0x40, ...Buffer.alloc(64, 0xc0)]),
    Buffer.alloc(chance.pick([50, 2_000, 100_000]), 0x91), // nested arrays
    Buffer.alloc(chance.pick([50, 2_000, 100_000]), 0x81), // nested maps
    Buffer.from([0xd4, 0x72, 0x40, 0x91, 0xa1, 0x61, 0x01]), // a record definition of msgpackr
    Buffer.from([0xd5, 0x72, 0x40, 0x00, 0x91, 0xa9, ...Buffer.from("__proto__"), 0x80]),
    Buffer.from([0xd6, 0x70, 0, 0, 0, 0]), // a pointer
    Buffer.from([0xd6, 0x69, 0, 0, 0, 1, 0x91, 0xd6, 0x70, 0, 0, 0, 1]), // a cycle
    Buffer.from([0xc7, 0x05, 0x62, 0, 0, 0, 9, 1]), // bundled strings
    Buffer.from([0xd6, 0xff, 0, 0, 0, 0]), // a timestamp
    Buffer.from([0xc7, 0x0c, 0xff, ...Buffer.alloc(12, 0xff)]),
    Buffer.from([0xd4, 0x00, 0x00]), // undefined
    Buffer.from([0xc7, 0x03, 0x65, 0x61, 0x62, 0x63]), // an Error
    Buffer.from([0xc7, 0x03, 0x78, 0x28, 0x2b, 0x29]), // a regular expression
    Buffer.from([0xc7, 0x02, 0x73, 0x91, 0x01]), // a Set
    Buffer.from([0xc1]),
    Buffer.from([0xcf, ...huge, ...huge]), // a number JavaScript cannot hold
    Buffer.from([0xcb, 0x7f, 0xf8, 0, 0, 0, 0, 0, 0]), // NaN
    Buffer.from([0x81, 0xa9, ...Buffer.from("__proto__"), 0x81, 0xa8, ...Buffer.from("polluted"), 0xc3]),
    Buffer.from([0x81, 0x91, 0x01, 0x01]), // an array as a key
  ]);
  return { binary: true, bytes: chance.bool(0.8) ? Buffer.concat([frame, tail]) : tail };
}

/** A protocol message that can be read, as far as that: fields of wrong types, names and numbers nobody would use. */
export function readablePayload(chance: Chance, binary: boolean): Payload {
  return chance.bool() ? wrongType(chance, binary) : encode(honest(chance), binary);
}

const KINDS = [truncated, mutated, randomBytes, rawJson, invalidUtf8, bomb];

/** Anything else; a connection hardly survives it. */
export function brokenPayload(chance: Chance): Payload {
  return chance.pick(KINDS)(chance);
}
