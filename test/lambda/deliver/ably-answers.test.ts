/** What the function asks of Ably's REST interface, and what it makes of each answer. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { AblyRest } from "../../../lambda/deliver/ably-rest.ts";
import { createRestPublisher, readChannel } from "../../../lambda/deliver/rest-publisher.ts";
import type { Answer } from "../../../lambda/exchange.ts";
import { limits } from "../../../lambda/limits.ts";
import { AblyStub } from "../helpers/ably-stub.ts";
import { CONFIG } from "../helpers/requests.ts";
import { judged } from "./fates.ts";

type Asked = readonly [method: string, path: string, options: { readonly body?: unknown; readonly timeoutMs: number }];

/** A publisher to whom Ably says these things, one after the other, and then nothing any more. */
function told(...answers: (Partial<Answer> | undefined)[]) {
  const asked: Asked[] = [];
  const rest: AblyRest = {
    async request(...request) {
      asked.push(request);
      const answer = answers.shift();
      return answer === undefined ? undefined : { status: 201, headers: {}, body: undefined, ...answer };
    },
  };
  return { publisher: createRestPublisher(CONFIG, rest), asked };
}

const { message } = judged();
const publish = (answer: Partial<Answer> | undefined) => told(answer).publisher.publish("a", message, 2_000);
const both = (answer: Partial<Answer> | undefined, times: readonly [number, number] = [2_000, 2_000]) => {
  const { publisher, asked } = told(answer);
  return { outcomes: Promise.all(times.map((ms) => publisher.publish("a", message, ms))), asked };
};

describe("one message", () => {
  test("is out when Ably says so", async () => {
    expect(await publish({ status: 200 })).toEqual({ ok: true });
    expect(await publish({ status: 299 })).toEqual({ ok: true });
  });

  test.each([
    [300, "transient"],
    [399, "transient"],
    [400, "rejected"],
    [499, "rejected"],
    [500, "transient"],
  ])("that Ably answers with %d has a failure that is %s", async (status, kind) => {
    expect(await publish({ status })).toMatchObject({ ok: false, kind });
  });

  test.each([
    ["2", 2_000],
    ["0", undefined],
    ["-1", undefined],
    ["soon", undefined],
    [undefined, undefined],
  ])("is tried again when a retry-after of %s says it: %d ms", async (after, retryAfterMs) => {
    const headers = after === undefined ? {} : { "retry-after": after };
    expect(await publish({ status: 503, headers })).toEqual({
      ok: false,
      kind: "transient",
      code: undefined,
      retryAfterMs,
    });
  });

  test.each([
    ["in its body", { body: { error: { code: 40_160 } } }, 40_160],
    ["in a header", { headers: { "x-ably-errorcode": "40142" } }, 40_142],
    ["as nothing", { body: { error: { code: 0 } } }, undefined],
    ["as no number", { body: { error: { code: "none" } } }, undefined],
    ["not at all", { body: "<html>" }, undefined],
  ])("is refused with a code that Ably gives %s", async (_, answer, code) => {
    expect(await publish({ status: 403, ...answer })).toMatchObject({ kind: "denied", code });
  });
});

describe("messages of one moment", () => {
  test("are waited for as long as the first of them can be", async () => {
    const { outcomes, asked } = both({ body: [{ results: [{}] }, { results: [{}] }] }, [2_000, 500]);
    expect(await outcomes).toEqual([{ ok: true }, { ok: true }]);
    expect(asked).toMatchObject([["POST", "/messages", { timeoutMs: 500 }]]);
  });

  test("are all tried again when there is no answer", async () => {
    const failed = { ok: false, kind: "transient" };
    expect(await both(undefined).outcomes).toEqual([failed, failed]);
  });

  test("are tried again of which the answer says two things", async () => {
    const { outcomes } = both({ body: [{ results: [{}, {}] }, { results: [{}] }] });
    expect(await outcomes).toEqual([{ ok: false, kind: "transient" }, { ok: true }]);
  });
});

describe("the history of a channel", () => {
  const ids = (...pages: (Partial<Answer> | undefined)[]) => told(...pages).publisher.idsSince("a:b", 7, 2_000);
  const page = (items: unknown, next?: string) => ({
    status: 200,
    body: items,
    headers: next === undefined ? {} : { link: next },
  });

  test("is asked for from a moment on, a thousand at a time, and page by page as each names the next one", async () => {
    const { publisher, asked } = told(page([{ id: "1" }], '<./messages?from=1>;rel="next"'), page([{ id: "2" }]));
    expect(await publisher.idsSince("a:b", 7, 2_000)).toEqual({ ok: true, ids: new Set(["1", "2"]) });
    expect(asked.map(([method, path]) => [method, path])).toEqual([
      ["GET", "/channels/a%3Ab/messages?start=7&direction=forwards&limit=1000"],
      ["GET", "/channels/a%3Ab/messages?from=1"],
    ]);
  });

  test("is whole with its last page, and no history is read beyond a number of them", async () => {
    const pages = (count: number) =>
      Array.from({ length: count }, (_, n) => page([{ id: `${n}` }], '<?n>; rel="next"'));
    const whole = await ids(...pages(limits.historyPages - 1), page([{ id: "last" }]));
    expect(whole.ok && whole.ids.size).toBe(limits.historyPages);
    expect(await ids(...pages(limits.historyPages), page([]))).toEqual({ ok: false, kind: "rejected" });
  });

  test("may hold what has no id", async () => {
    expect(await ids(page([{ id: 7 }, {}, "text", { id: "1" }]))).toEqual({ ok: true, ids: new Set(["1"]) });
  });

  test.each([
    ["no answer", undefined],
    ["an answer that is no list", page({ items: [] })],
    ["an answer without a body", page(undefined)],
  ])("that has %s is asked for again", async (_, answer) => {
    expect(await ids(answer)).toMatchObject({ ok: false, kind: "transient" });
  });
});

describe("an operator who reads a channel", () => {
  let stub: AblyStub;
  beforeEach(async () => {
    stub = new AblyStub();
    await stub.start();
  });
  afterEach(() => stub.close());
  const read = () => readChannel({ ...CONFIG, endpoint: { host: "127.0.0.1", port: stub.port, tls: false } }, "a", 0);

  test("gets what is there, and otherwise a sentence with Ably's code", async () => {
    const said = { channel: "a", id: "1:0", name: "message", data: "hello", timestamp: 1 };
    stub.published.push(said);
    expect(await read()).toEqual([said]);
    stub.trouble.push(401);
    await expect(read()).rejects.toThrow("unable to read the history of a; Ably answered 40100");
    const { port } = stub;
    await stub.close();
    const config = { ...CONFIG, endpoint: { host: "127.0.0.1", port, tls: false } };
    await expect(readChannel(config, "a", 0)).rejects.toThrow("unable to read the history of a; Ably answered nothing");
    await stub.start();
  });
});
