/** What is asked of DynamoDB, and what is made of answers that its stand-in never gives. */
import { expect, test } from "vitest";
import { AwsError } from "../../../lambda/aws.ts";
import { openDynamoTable } from "../../../lambda/store/dynamodb-table.ts";
import { storeLimits } from "../../../lambda/store/limits.ts";
import type { Item } from "../../../lambda/store/table.ts";

interface Asked {
  readonly target: string;
  readonly url?: string | undefined;
  readonly input: object;
}

/** A table whose every request is answered by `answer`. */
function open(answer: (action: string, count: number) => object) {
  const asked: Asked[] = [];
  const table = openDynamoTable({
    table: "chat",
    endpoint: "http://127.0.0.1/",
    async call({ target, url, input }) {
      const action = target.slice(target.indexOf(".") + 1);
      asked.push({ target: action, url, input });
      return answer(action, asked.length);
    },
  });
  return { table, asked };
}

const item: Item = { pk: "a", sk: "1", at: 5, rev: 2, body: "text", person: "p", queue: "q", expires: 1_001 };
const stored = {
  pk: { S: "a" },
  sk: { S: "1" },
  at: { N: "5" },
  rev: { N: "2" },
  body: { S: "text" },
  person: { S: "p" },
  queue: { S: "q" },
  expires: { N: "1001" },
  ttl: { N: "2" },
};
const key = { pk: { S: "a" }, sk: { S: "1" } };

test("an item is written with the second by which DynamoDB may delete it", async () => {
  const { table, asked } = open(() => ({}));
  expect(await table.put(item)).toBe(true);
  expect(asked).toEqual([{ target: "PutItem", url: "http://127.0.0.1/", input: { TableName: "chat", Item: stored } }]);
});

test("items are read as they are by now, and by an index as DynamoDB has them there", async () => {
  const { table, asked } = open((action) => (action === "GetItem" ? { Item: stored } : { Items: [stored] }));
  expect(await table.get(item)).toEqual(item);
  expect(await table.query({ index: "pk", value: "a", limit: 3 })).toEqual([item]);
  expect(await table.query({ index: "queue", value: "q", limit: 3, newestFirst: true, after: item })).toEqual([item]);
  const query = { TableName: "chat", KeyConditionExpression: "#by = :value", Limit: 3 };
  expect(asked.map(({ input }) => input)).toEqual([
    { TableName: "chat", Key: key, ConsistentRead: true },
    {
      ...query,
      ExpressionAttributeNames: { "#by": "pk" },
      ExpressionAttributeValues: { ":value": { S: "a" } },
      ScanIndexForward: true,
      ConsistentRead: true,
    },
    {
      ...query,
      ExpressionAttributeNames: { "#by": "queue" },
      ExpressionAttributeValues: { ":value": { S: "q" } },
      ScanIndexForward: false,
      IndexName: "queue",
      ExclusiveStartKey: { ...key, queue: { S: "q" }, at: { N: "5" } },
    },
  ]);
});

test("what an answer leaves out is asked for, as much as is missing, up to the limit", async () => {
  const { table, asked } = open((_action, count) => ({
    Items: [stored],
    LastEvaluatedKey: { count: { N: `${count}` } },
  }));
  expect(await table.query({ index: "pk", value: "a", limit: 3 })).toHaveLength(3);
  const limits = asked.map(({ input }) => Object(input).Limit);
  expect(limits).toEqual([3, 2, 1]);
  expect(Object(asked[2]?.input).ExclusiveStartKey).toEqual({ count: { N: "2" } });
});

test("a table that always has more to say, and never says it, is left in the end", async () => {
  const { table, asked } = open(() => ({ Items: [], LastEvaluatedKey: key }));
  expect(await table.query({ index: "pk", value: "a", limit: 1 })).toEqual([]);
  expect(asked).toHaveLength(storeLimits.pages);
});

test("nothing is never asked for: DynamoDB would refuse that", async () => {
  const { table, asked } = open(() => ({ Items: [] }));
  await table.query({ index: "pk", value: "a", limit: 0 });
  expect(asked).toMatchObject([{ input: { Limit: 1 } }]);
});

test("items that DynamoDB did not take are a failure", async () => {
  const requests = [{ PutRequest: { Item: stored } }, { PutRequest: { Item: stored } }];
  const { table, asked } = open(() => ({ UnprocessedItems: { chat: requests } }));
  await expect(table.putAll([item, item])).rejects.toThrow("the table chat did not take 2 items");
  expect(asked.map(({ input }) => input)).toEqual([{ RequestItems: { chat: requests } }]);
  const taken = open(() => ({ UnprocessedItems: {} }));
  await taken.table.remove([item]);
  expect(taken.asked.map(({ input }) => input)).toEqual([
    { RequestItems: { chat: [{ DeleteRequest: { Key: key } }] } },
  ]);
});

test("one item is put as what it is, over whatever is there", async () => {
  const { table, asked } = open(() => ({}));
  await table.putAll([item]);
  await table.putAll([]);
  expect(asked).toEqual([{ target: "PutItem", url: "http://127.0.0.1/", input: { TableName: "chat", Item: stored } }]);
});

test.each([
  ["is the same, which an answer that was lost had told", stored, true],
  ["is nothing", undefined, false],
  ["has another revision", { ...stored, rev: { N: "3" } }, false],
  ["waits for something else", { ...stored, queue: { S: "closed" } }, false],
  ["says something else", { ...stored, body: { S: "other" } }, false],
])("a write that is refused because something is there, and that %s", async (_, there, isWritten) => {
  const { table } = open((action) => {
    if (action === "PutItem") throw new AwsError("PutItem", 400, "ConditionalCheckFailedException");
    return there === undefined ? {} : { Item: there };
  });
  expect(await table.put(item, "next")).toBe(isWritten);
});

test.each([
  ["DynamoDB", new AwsError("PutItem", 400, "ThrottlingException")],
  ["anything else", new Error("PutItem was not answered")],
])("a failure of %s is none of the condition's", async (_, error) => {
  const { table } = open((action) => {
    if (action === "PutItem") throw error;
    return { Item: stored };
  });
  await expect(table.put(item, "next")).rejects.toBe(error);
});

test("what is no item of ours takes no other one with it", async () => {
  const { table } = open(() => ({ Items: [{ pk: { S: "a" } }, { ...stored, rev: { S: "two" } }, stored] }));
  expect(await table.query({ index: "pk", value: "a", limit: 3 })).toEqual([
    { pk: "", sk: "", at: 0, rev: 0, body: "" },
    { pk: "a", sk: "1", at: 0, rev: 0, body: "" },
    item,
  ]);
});
