/** The store in this process: what it answers there, and how it ends. */
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type AwsCall, AwsError, createAwsCall } from "../../../lambda/aws.ts";
import { createOwnStore } from "../../../server/local/own-store.ts";
import { type LocalStore, startLocalStore } from "../../../server/local/store.ts";

let store: LocalStore;
beforeEach(async () => {
  store = await startLocalStore(undefined);
});
afterEach(() => store.close());

const CREDENTIALS = { AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b", AWS_REGION: "us-east-1" };

async function outcomeOf(call: AwsCall, action: string, input: object): Promise<unknown> {
  const { STORE_TABLE: TableName, STORE_ENDPOINT: url } = store.environment;
  const target = `DynamoDB_20120810.${action}`;
  const asked = call({ service: "dynamodb", target, url, input: { TableName, ...input } }, 10_000);
  return asked.catch((error: unknown) => (error instanceof AwsError ? error.type : Promise.reject(error)));
}

const KEY = { pk: { S: "é" }, sk: { S: "b" } };
const FIRST = { Item: { ...KEY, at: { N: "1" } }, ConditionExpression: "attribute_not_exists(pk)" };

test("answers what dynalite answers: an item, a condition that does not hold, a request that makes no sense", async () => {
  expect(await outcomeOf(store.call, "PutItem", FIRST)).toEqual({});
  expect(await outcomeOf(store.call, "PutItem", FIRST)).toBe("ConditionalCheckFailedException");
  expect(await outcomeOf(store.call, "GetItem", { Key: KEY })).toEqual({ Item: FIRST.Item });
  expect(await outcomeOf(store.call, "GetItem", {})).toBe("ValidationException");
  expect(await outcomeOf(store.call, "Dance", {})).toBe("UnknownOperationException");
});

test("opens no connection", async () => {
  const elsewhere = {
    url: "http://127.0.0.1:9/",
    service: "dynamodb" as const,
    target: "DynamoDB_20120810.ListTables",
  };
  expect(await store.call({ ...elsewhere, input: {} }, 10_000)).toMatchObject({ TableNames: expect.any(Array) });
});

test("is closed when what was under way is done, and takes nothing more", async () => {
  let answer = (): void => {};
  const slow: RequestListener = (_: IncomingMessage, response: ServerResponse) => {
    answer = () => void response.end("{}");
  };
  const own = createOwnStore(slow);
  const call = createAwsCall(CREDENTIALS, own);
  const asked = { service: "dynamodb" as const, target: "DynamoDB_20120810.PutItem", url: "http://store/", input: {} };
  const first = call(asked, 10_000);
  const closed = own.close().then(() => "closed");
  const aMoment = new Promise((resolve) => setImmediate(() => resolve("open")));
  expect(await Promise.race([closed, aMoment])).toBe("open");
  answer();
  expect([await first, await closed]).toEqual([{}, "closed"]);
  await expect(call(asked, 10_000)).rejects.toThrow(/was not answered/);
});

test("is waited for no longer than the caller may", async () => {
  vi.useFakeTimers();
  try {
    const own = createOwnStore(() => {});
    const asked = own.exchange({ host: "store", method: "POST", path: "/", body: "{}", timeoutMs: 2_000 });
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await asked).toBeUndefined();
  } finally {
    vi.useRealTimers();
  }
});
