/** The table in DynamoDB, or in anything that speaks its API, by signed requests. */
import * as v from "valibot";
import { type AwsCall, AwsError } from "../aws.ts";
import { readAs } from "../shape.ts";
import { storeLimits } from "./limits.ts";
import type { Item, Key, Position, Query, Table } from "./table.ts";

export interface DynamoTableOptions {
  /** Name of the table. */
  readonly table: string;
  /** Where DynamoDB is, when it is not at its usual place. */
  readonly endpoint?: string | undefined;
  readonly call: AwsCall;
  readonly timeoutMs?: number | undefined;
}

/** What the table must look like; `template.yaml` says the same, and a test compares them. */
export const TABLE_SCHEMA = {
  AttributeDefinitions: [
    { AttributeName: "pk", AttributeType: "S" },
    { AttributeName: "sk", AttributeType: "S" },
    { AttributeName: "person", AttributeType: "S" },
    { AttributeName: "queue", AttributeType: "S" },
    { AttributeName: "at", AttributeType: "N" },
  ],
  KeySchema: [
    { AttributeName: "pk", KeyType: "HASH" },
    { AttributeName: "sk", KeyType: "RANGE" },
  ],
  GlobalSecondaryIndexes: ["person", "queue"].map((name) => ({
    IndexName: name,
    KeySchema: [
      { AttributeName: name, KeyType: "HASH" },
      { AttributeName: "at", KeyType: "RANGE" },
    ],
    Projection: { ProjectionType: "ALL" },
  })),
  BillingMode: "PAY_PER_REQUEST",
} as const;

/** The attribute by which DynamoDB deletes what has expired, in seconds. */
export const TTL_ATTRIBUTE = "ttl";

const text = v.object({ S: v.string() });
const number = v.pipe(
  v.object({ N: v.string() }),
  v.transform(({ N }: { N: string }) => Number(N)),
);

const StoredItem = v.object({
  pk: text,
  sk: text,
  at: number,
  rev: number,
  body: v.union([text, v.object({ B: v.string() })]),
  person: v.optional(text),
  queue: v.optional(text),
  expires: v.optional(number),
});

const Got = v.object({ Item: v.optional(v.unknown()) });
const Found = v.object({
  Items: v.array(v.unknown()),
  LastEvaluatedKey: v.optional(v.record(v.string(), v.unknown())),
});
const Written = v.object({ UnprocessedItems: v.optional(v.record(v.string(), v.array(v.unknown()))) });

/** Open the table; nothing is asked of it yet. */
export function openDynamoTable({ table, endpoint, call, timeoutMs = storeLimits.callMs }: DynamoTableOptions): Table {
  const ask = (action: string, input: object): Promise<unknown> =>
    call(
      {
        service: "dynamodb",
        target: `DynamoDB_20120810.${action}`,
        url: endpoint,
        input: { ...(action === "BatchWriteItem" ? {} : { TableName: table }), ...input },
      },
      timeoutMs,
    );

  const get = async (key: Key): Promise<Item | undefined> => {
    const answer = v.parse(Got, await ask("GetItem", { Key: keyOf(key), ConsistentRead: true }));
    return answer.Item === undefined ? undefined : read(answer.Item);
  };

  const writeAll = async (requests: readonly object[]): Promise<void> => {
    for (let from = 0; from < requests.length; from += storeLimits.batch) {
      const batch = requests.slice(from, from + storeLimits.batch);
      const answer = await ask("BatchWriteItem", { RequestItems: { [table]: batch } });
      const left = Object.values(v.parse(Written, answer).UnprocessedItems ?? {}).flat();
      if (left.length > 0) throw new Error(`the table ${table} did not take ${left.length} items`);
    }
  };

  return {
    get,
    async put(item, condition) {
      try {
        await ask("PutItem", { Item: write(item), ...(condition === "next" && conditionFor(item.rev)) });
        return true;
      } catch (error) {
        if (!(error instanceof AwsError) || error.type !== "ConditionalCheckFailedException") throw error;
        // a request whose answer was lost is sent again, and then finds what it wrote itself
        const there = await get(item);
        return there !== undefined && isSame(there, item);
      }
    },
    async putAll(items) {
      const [first, ...others] = items;
      if (first !== undefined && others.length === 0) await ask("PutItem", { Item: write(first) });
      else await writeAll(items.map((item) => ({ PutRequest: { Item: write(item) } })));
    },
    remove: (keys) => writeAll(keys.map((key) => ({ DeleteRequest: { Key: keyOf(key) } }))),
    async query(query) {
      const items: Item[] = [];
      let start: unknown = query.after === undefined ? undefined : startAfter(query, query.after);
      for (let pages = 0; pages < storeLimits.pages; pages += 1) {
        const answer = v.parse(Found, await ask("Query", queryInput(query, query.limit - items.length, start)));
        items.push(...answer.Items.map(read));
        start = answer.LastEvaluatedKey;
        if (start === undefined || items.length >= query.limit) break;
      }
      return items;
    },
  };
}

const conditionFor = (rev: number): object =>
  rev === 1
    ? { ConditionExpression: "attribute_not_exists(pk)" }
    : { ConditionExpression: "rev = :rev", ExpressionAttributeValues: { ":rev": { N: String(rev - 1) } } };

const keyOf = ({ pk, sk }: Key): object => ({ pk: { S: pk }, sk: { S: sk } });

function write({ pk, sk, at, rev, body, person, queue, expires }: Item): object {
  return {
    ...keyOf({ pk, sk }),
    at: { N: String(at) },
    rev: { N: String(rev) },
    body: typeof body === "string" ? { S: body } : { B: Buffer.from(body).toString("base64") },
    ...(person !== undefined && { person: { S: person } }),
    ...(queue !== undefined && { queue: { S: queue } }),
    ...(expires !== undefined && {
      expires: { N: String(expires) },
      [TTL_ATTRIBUTE]: { N: String(Math.ceil(expires / 1_000)) },
    }),
  };
}

/** What is not an item of ours becomes one with a body that nothing can read, so that it takes no other one with it. */
function read(stored: unknown): Item {
  const data = readAs(StoredItem, stored);
  if (data === undefined) return { ...unreadable(stored), at: 0, rev: 0, body: "" };
  const { pk, sk, at, rev, body, person, queue, expires } = data;
  return {
    pk: pk.S,
    sk: sk.S,
    at,
    rev,
    body: "S" in body ? body.S : Buffer.from(body.B, "base64"),
    person: person?.S,
    queue: queue?.S,
    expires,
  };
}

function unreadable(stored: unknown): Key {
  const data = readAs(v.object({ pk: text, sk: text }), stored);
  return { pk: data?.pk.S ?? "", sk: data?.sk.S ?? "" };
}

const isSame = (a: Item, b: Item): boolean =>
  a.rev === b.rev && a.queue === b.queue && Buffer.from(a.body).equals(Buffer.from(b.body));

function startAfter({ index, value }: Query, after: Position): object {
  return { ...keyOf(after), ...(index !== "pk" && { [index]: { S: value }, at: { N: String(after.at) } }) };
}

function queryInput({ index, value, newestFirst = false }: Query, limit: number, start: unknown): object {
  return {
    KeyConditionExpression: "#by = :value",
    ExpressionAttributeNames: { "#by": index },
    ExpressionAttributeValues: { ":value": { S: value } },
    ScanIndexForward: !newestFirst,
    Limit: Math.max(1, limit),
    ...(index === "pk" ? { ConsistentRead: true } : { IndexName: index }),
    ExclusiveStartKey: start,
  };
}
