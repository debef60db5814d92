/** Raw HTTP requests that no honest client sends to the broker's REST side. */
import { Packr } from "msgpackr";
import { brokenPayload, readablePayload } from "./payloads.ts";
import type { Chance } from "./random.ts";

const packr = new Packr({ useRecords: false });

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE", "PROPFIND"];

const PATHS = [
  "/",
  "/time",
  "/stats",
  "/channels",
  "/channels/hostile:a",
  "/channels/hostile:a/messages",
  "/channels/hostile:a/history",
  "/channels/hostile:a/presence",
  "/channels/hostile:a/presence/history",
  "/channels/hostile:a/messages/__proto__",
  "/channels/hostile:a/messages/a@b:0/versions",
  "/channels/hostile:a/messages/a@b:0/annotations",
  "/channels/private:secret/messages/__proto__/annotations",
  "/channels/private:secret/messages",
  "/channels/private:secret/history",
  "/channels/private:secret/presence",
  "/channels/__proto__/messages",
  "/channels/constructor/history",
  "/channels//messages",
  "/channels/%/messages",
  "/channels/%ff%fe/messages",
  "/channels/%00/messages",
  "/channels/..%2f..%2fetc%2fpasswd/messages",
  "/channels/%5B%3Frewind=1%5Dhostile:a/messages",
  "/../../channels/hostile:a/messages",
  "//channels/hostile:a/messages",
  "/messages",
  "/presence",
  "/keys/hostile.key/requestToken",
  "/keys/hostile.key/revokeTokens",
  "/keys/__proto__/requestToken",
  "/keys/hostile.other/requestToken",
  "/apps/hostile",
  "/push/deviceRegistrations",
  "http://elsewhere.test/time",
  "*",
  `/channels/${"x".repeat(4_000)}/messages`,
];

const QUERIES = [
  "",
  "?limit=-1",
  "?limit=1e9",
  "?limit=abc&direction=sideways",
  "?start=99999999999999999999&end=-5",
  "?start=NaN",
  "?cursor=__proto__",
  "?from_serial=%00",
  "?channels=hostile:a,private:secret,__proto__",
  "?__proto__=1&constructor=2&limit=3&limit=4",
  "?format=msgpack&envelope=json",
  "?%ff=%fe",
  `?${"a=b&".repeat(500)}`,
];

const TYPES = [
  "application/json",
  "application/x-msgpack",
  "text/plain",
  "application/json; charset=utf-7",
  "",
  "\t;=,",
];

/** Authorization headers: the attacker's own key, and everything else. */
function authorization(chance: Chance, key: string): string {
  return chance.pick([
    `Authorization: Basic ${Buffer.from(key).toString("base64")}\r\n`,
    `Authorization: Basic ${Buffer.from(key).toString("base64")}\r\n`,
    `Authorization: Basic ${Buffer.from("private.key:guess").toString("base64")}\r\n`,
    "Authorization: Basic ====\r\n",
    "Authorization: Bearer e30.e30.e30\r\n",
    `Authorization: Bearer ${"A".repeat(9_000)}\r\n`,
    `Authorization: Bearer ${Buffer.from("__proto__").toString("base64")}\r\n`,
    "Authorization: Digest x\r\n",
    "Authorization:\r\n",
    "X-Ably-ClientId: //8=\r\nAuthorization: Basic OjpoOg==\r\n",
    "",
  ]);
}

function body(chance: Chance): Buffer {
  return chance.pick<() => Buffer>([
    () => brokenPayload(chance).bytes,
    () => readablePayload(chance, chance.bool()).bytes,
    () => Buffer.from('{"name":"a","data":"b"}'),
    () => Buffer.from('[{"name":"a","data":{"b":1},"id":"x:0"},{"name":"a","id":"y:7"}]'),
    () => Buffer.from('[{"type":"a:distinct.v1","name":"__proto__","messageSerial":"a@b:0","count":-1}]'),
    () => Buffer.from('{"channels":["hostile:a","private:secret"],"messages":{"data":"x"}}'),
    () =>
      Buffer.from(JSON.stringify({ channels: Array.from({ length: 5_000 }, (_, n) => `hostile:${n}`), messages: [] })),
    () => Buffer.from('{"keyName":"hostile.key","timestamp":1e999,"nonce":"","mac":"x","capability":"{"}'),
    () => Buffer.from('{"keyName":["hostile.key"],"ttl":{"valueOf":1},"capability":{"__proto__":["*"]}}'),
    () => Buffer.from('{"targets":["clientId:__proto__"],"issuedBefore":"x"}'),
    () => Buffer.from(`${"[".repeat(50_000)}`),
    () => Buffer.from(`{"data":${"[".repeat(20_000)}${"]".repeat(20_000)}}`),
    () => packr.pack({ name: "a", data: Buffer.from([0, 255]) }),
    () => Buffer.from([0xdd, 0xff, 0xff, 0xff, 0xff]),
    () => Buffer.alloc(chance.int(300_000), "x"),
    () => Buffer.alloc(0),
  ])();
}

/** The next request of a run, whole or broken. */
export function hostileRequest(chance: Chance, key: string): Buffer {
  if (chance.bool(0.05)) return chance.bytes(chance.int(300));
  const content = body(chance);
  const length = chance.pick([
    `Content-Length: ${content.length}\r\n`,
    `Content-Length: ${content.length}\r\n`,
    `Content-Length: ${content.length}\r\n`,
    `Content-Length: ${content.length}\r\n`,
    `Content-Length: ${content.length + 10}\r\n`,
    "Content-Length: -1\r\n",
    "Content-Length: 99999999999\r\n",
    "Transfer-Encoding: chunked\r\n",
    "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
    "Content-Encoding: gzip\r\nContent-Length: 0\r\n",
  ]);
  const accept = chance.pick(["application/json", "application/x-msgpack", "*/*", "text/html", ""]);
  const head =
    `${chance.pick(METHODS)} ${chance.pick(PATHS)}${chance.pick(QUERIES)} HTTP/1.1\r\nHost: x\r\n` +
    `Content-Type: ${chance.pick(TYPES)}\r\nAccept: ${accept}\r\nX-Ably-Version: ${chance.pick(["6", "-1", "x", ""])}\r\n` +
    `${authorization(chance, key)}${length}Connection: close\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), content]);
}
