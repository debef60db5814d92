/** DynamoDB's API in this process: what it answers, and how it ends. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { TABLE_SCHEMA } from "../../../lambda/store/dynamodb-table.ts";
import { type DynamoDb, openDynamoDb } from "../../../server/local/dynamodb.ts";

const TABLE = { TableName: "table" };
const KEY = { pk: { S: "é" }, sk: { S: "b" } };
const FIRST = { ...TABLE, Item: { ...KEY, at: { N: "1" } }, ConditionExpression: "attribute_not_exists(pk)" };

let database: DynamoDb;
const ask = (action: string, input: unknown) => database.answer(`DynamoDB_20120810.${action}`, input);

beforeEach(async () => {
  database = await openDynamoDb(undefined);
  await ask("CreateTable", { ...TABLE, ...TABLE_SCHEMA });
  await expect.poll(() => ask("DescribeTable", TABLE)).toMatchObject({ body: { Table: { TableStatus: "ACTIVE" } } });
});
afterEach(() => database.close());

test("answers an item, and refuses a condition that does not hold", async () => {
  expect(await ask("PutItem", FIRST)).toEqual({ status: 200, body: {} });
  expect(await ask("PutItem", FIRST)).toMatchObject({
    status: 400,
    body: { __type: expect.stringMatching(/#ConditionalCheckFailedException$/) },
  });
  expect(await ask("GetItem", { ...TABLE, Key: KEY })).toEqual({ status: 200, body: { Item: FIRST.Item } });
});

test.each([
  ["PutItem", { ...TABLE, Item: { pk: "a" } }, "SerializationException"],
  ["GetItem", {}, "ValidationException"],
  ["PutItem", undefined, "SerializationException"],
  ["DeleteTable", TABLE, "UnknownOperationException"],
  ["toString", TABLE, "UnknownOperationException"],
])("refuses %s of %j with %s", async (action, input, type) => {
  expect(await ask(action, input)).toMatchObject({ status: 400, body: { __type: expect.stringContaining(type) } });
});

test("leaves the caller's input as it was", async () => {
  const input = { ...FIRST, Unknown: 1 };
  await ask("PutItem", input);
  expect(input).toEqual({ ...FIRST, Unknown: 1 });
});

test("is closed when what was under way is done, and takes nothing more", async () => {
  const settled: string[] = [];
  const put = ask("PutItem", FIRST).then(({ status }) => settled.push(`put ${status}`));
  const closed = database.close().then(() => settled.push("closed"));
  await Promise.all([put, closed]);
  expect(settled).toEqual(["put 200", "closed"]);
  await expect(ask("PutItem", FIRST)).rejects.toThrow("unable to answer; the store is closed");
});
