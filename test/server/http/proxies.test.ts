/** Whose connections the embedded broker counts together, as TRUST_PROXY says. */
import { once } from "node:events";
import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { createAddressOf } from "../../../server/http/proxies.ts";
import { startProduct } from "../../../server/product.ts";

/** A request from a peer with that address, through these proxies. */
function requestFrom(address: string, forwarded?: string): IncomingMessage {
  const socket = new Socket();
  Object.defineProperty(socket, "remoteAddress", { value: address });
  const request = new IncomingMessage(socket);
  if (forwarded !== undefined) request.headers["x-forwarded-for"] = forwarded;
  return request;
}

test.each([
  ["nobody is named: the peer", undefined, "127.0.0.1", "203.0.113.1", "127.0.0.1"],
  ["the peer is no proxy", ["10.0.0.0/8"], "127.0.0.1", "203.0.113.1", "127.0.0.1"],
  ["the peer is a proxy", ["loopback"], "127.0.0.1", "203.0.113.1", "203.0.113.1"],
  ["two proxies", ["loopback", "10.0.0.0/8"], "127.0.0.1", "203.0.113.1, 10.1.2.3", "203.0.113.1"],
  ["what the visitor wrote before", ["loopback"], "127.0.0.1", "198.51.100.1, 203.0.113.1", "203.0.113.1"],
  ["a proxy without the header", ["loopback"], "127.0.0.1", undefined, "127.0.0.1"],
])("the address that counts when %s", (_case, named, peer, forwarded, address) => {
  expect(createAddressOf(named)(requestFrom(peer, forwarded))).toBe(address);
});

/** What the broker says first to a visitor at that address: action 4 is CONNECTED, 9 is ERROR. */
async function firstWord(url: string, address: string): Promise<{ action: number; error?: { code: number } }> {
  const headers = { "x-forwarded-for": address };
  const asked = await jsonOf(await fetch(`${url}/auth`, { headers }));
  const token = await fetch(`${url}/keys/${asked.keyName}/requestToken`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(asked),
  });
  const query = new URLSearchParams({ v: "6", format: "json", access_token: (await jsonOf(token)).token ?? "" });
  const socket = new WebSocket(`${url.replace("http", "ws")}/?${query}`, { headers });
  sockets.push(socket);
  const [data] = await once(socket, "message");
  return JSON.parse(String(data));
}

const sockets: WebSocket[] = [];

const jsonOf = async (response: Response): Promise<Record<string, string>> => JSON.parse(await response.text());

test("the broker counts the connections of each visitor behind a proxy, and not those of the proxy", async () => {
  const environment = { PORT: "0", LOCAL_DATA: "memory", TRUST_PROXY: "loopback" };
  const log = { info() {}, error() {} };
  const product = await startProduct(environment, { log, limits: { addressConnections: 1 } });
  try {
    expect(await firstWord(product.url, "203.0.113.1")).toMatchObject({ action: 4 });
    expect(await firstWord(product.url, "203.0.113.2")).toMatchObject({ action: 4 });
    expect(await firstWord(product.url, "203.0.113.1")).toMatchObject({ action: 9, error: { code: 40111 } });
  } finally {
    for (const socket of sockets) socket.terminate();
    await product.close();
  }
});
