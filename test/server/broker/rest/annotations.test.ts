/** `/channels/{channel}/messages/{serial}/annotations`, byte for byte. */
import { unpack } from "msgpackr";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ANNOTATION_ACTION } from "../../../../server/broker/wire/actions.ts";
import { APP, type BrokerHost, hostBroker } from "../broker-host.ts";

let host: BrokerHost;
let serial: string;

beforeEach(async () => {
  const writer = { id: "writer", secret: "s", capability: { "*": ["annotation-publish"] } };
  const reader = { id: "reader", secret: "s", capability: { "*": ["annotation-subscribe"] } };
  host = await hostBroker({ apps: [{ ...APP, keys: [...APP.keys, writer, reader] }] });
  serial = (await host.rest().channels.get("mutable:room").publish("n", "d")).serials[0] ?? "";
});
afterEach(() => host.close());

interface Asked {
  readonly channel?: string;
  readonly of?: string;
  readonly body?: unknown;
  readonly key?: string;
  readonly query?: string;
  readonly accept?: string;
}

function ask({ channel = "mutable:room", of = serial, body, key, query = "", accept }: Asked): Promise<Response> {
  const path = `channels/${encodeURIComponent(channel)}/messages/${encodeURIComponent(of)}/annotations${query}`;
  return fetch(`http://127.0.0.1:${host.port}/${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: {
      authorization: `Basic ${Buffer.from(key ?? "app.root:root-secret").toString("base64")}`,
      "content-type": "application/json",
      accept: accept ?? "application/json",
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

const codeOf = async (answer: Promise<Response>) => (await answer).headers.get("x-ably-errorcode");

test("an annotation is created with 201, and several, or one that is no list", async () => {
  const answer = await ask({ body: [{ type: "note" }, { type: "note", messageSerial: serial }] });
  expect(answer.status).toBe(201);
  const created = await answer.json();
  expect((await ask({ body: { type: "note" }, key: "app.writer:s" })).status).toBe(201);
  const [first, second, ...others] = Object(await (await ask({ key: "app.reader:s" })).json());
  expect(created).toEqual({
    channel: "mutable:room",
    messageSerial: serial,
    serials: [first.serial, second.serial],
  });
  expect(others).toHaveLength(1);
});

test("an annotation that is sent again with its id is created once", async () => {
  const body = [{ type: "vote:total.v1", id: "abcdefghi:0" }];
  const answers = [await (await ask({ body })).json(), await (await ask({ body })).json()];
  expect(answers[1]).toEqual(answers[0]);
  expect(await (await ask({})).json()).toMatchObject([{ id: "abcdefghi:0" }]);
});

test("annotations are read as the caller asked for them", async () => {
  await ask({ body: [{ type: "note", data: "AP8=", encoding: "base64", extras: { headers: { a: "b" } } }] });
  const json = await (await ask({})).json();
  expect(json).toMatchObject([{ data: "AP8=", encoding: "base64", extras: { headers: { a: "b" } } }]);
  const bytes = Buffer.from(await (await ask({ accept: "application/x-msgpack" })).arrayBuffer());
  expect(unpack(bytes)).toMatchObject([
    { action: ANNOTATION_ACTION.create, type: "note", data: Buffer.from([0, 255]), messageSerial: serial },
  ]);
});

test("pages of annotations are linked, oldest first whatever direction is asked for", async () => {
  for (const name of ["a", "b", "c"]) await ask({ body: [{ type: "note", name }] });
  const first = await ask({ query: "?limit=2&direction=backwards" });
  expect(await first.json()).toMatchObject([{ name: "a" }, { name: "b" }]);
  const next = /<\.\/annotations(\?[^>]*)>; rel="next"/.exec(first.headers.get("link") ?? "")?.[1] ?? "";
  const last = await ask({ query: next });
  expect(await last.json()).toMatchObject([{ name: "c" }]);
  expect(last.headers.get("link")).not.toContain("next");
});

describe("refused is", () => {
  test("whoever lacks the capability", async () => {
    expect(await codeOf(ask({ key: "app.reader:s", body: [{ type: "note" }] }))).toBe("40160");
    expect(await codeOf(ask({ key: "app.writer:s" }))).toBe("40160");
  });

  test("a channel whose messages cannot be annotated", async () => {
    expect(await codeOf(ask({ channel: "room", body: [{ type: "note" }] }))).toBe("93002");
    expect(await codeOf(ask({ channel: "room" }))).toBe("93002");
    expect(await codeOf(ask({ channel: "[meta]log", body: [{ type: "note" }] }))).toBe("40160");
  });

  test("a message that is not there", async () => {
    expect(await codeOf(ask({ of: "nothing", body: [{ type: "note" }] }))).toBe("40400");
    expect(await codeOf(ask({ of: "nothing" }))).toBe("40400");
    expect(await codeOf(ask({ channel: "mutable:empty" }))).toBe("40400");
  });

  test.each([
    ["nothing", [], "40000"],
    ["what is no annotation", [7], "40000"],
    ["an annotation of another message", [{ type: "note", messageSerial: "another" }], "40003"],
    ["one that is nobody's where somebody is needed", [{ type: "a:flag.v1" }], "40161"],
    [
      "ids that do not belong together",
      [
        { type: "note", id: "a" },
        { type: "note", id: "b" },
      ],
      "40031",
    ],
  ])("%s", async (_, body, code) => {
    expect(await codeOf(ask({ body }))).toBe(code);
  });

  test("a page that is too large, and a method that is not known", async () => {
    expect(await codeOf(ask({ query: "?limit=1001" }))).toBe("40003");
    const path = `channels/mutable%3Aroom/messages/${encodeURIComponent(serial)}/annotations`;
    const answer = await fetch(`http://127.0.0.1:${host.port}/${path}?key=app.root:root-secret`, { method: "DELETE" });
    expect(answer.status).toBe(405);
  });
});
