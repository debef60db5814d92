/** Queries of the local store whose answer is known: never an old one, whatever is written meanwhile. */
import { expect, test } from "vitest";
import { KnownQueries } from "../../../server/local/known-queries.ts";

const query = (partition: string) => ({
  KeyConditionExpression: "#by = :value",
  ExpressionAttributeNames: { "#by": "pk" },
  ExpressionAttributeValues: { ":value": { S: partition } },
});
const put = (partition: string) => ({ Item: { pk: { S: partition }, sk: { S: "1" } } });
const batch = (partition: string) => ({
  RequestItems: { table: [{ DeleteRequest: { Key: { pk: { S: partition }, sk: { S: "1" } } } }] },
});

/** A store in which each query finds how often it was asked. */
function openCounted(items = 1) {
  const queries = new KnownQueries();
  let asked = 0;
  const ask = (input: object) => queries.ask(input, async () => ({ Count: items, asked: ++asked }));
  const write = (input: object) => queries.write(input, async () => ({}));
  return { queries, ask, write };
}

test("a query is performed once, until something is written in its partition", async () => {
  const { ask, write } = openCounted();
  const first = await ask(query("policy"));
  expect(await ask(query("policy"))).toBe(first);
  await write(put("audit"));
  expect(await ask(query("policy"))).toBe(first);
  await write(put("policy"));
  expect(await ask(query("policy"))).toEqual({ Count: 1, asked: 2 });
  await write(batch("policy"));
  expect(await ask(query("policy"))).toEqual({ Count: 1, asked: 3 });
});

test("another query of the partition has an answer of its own", async () => {
  const { ask } = openCounted();
  const first = await ask(query("policy"));
  expect(await ask({ ...query("policy"), Limit: 1 })).not.toEqual(first);
});

test.each([
  ["of an index", { ...query("p1"), IndexName: "person" }, 1],
  ["that finds much", query("policy"), 2],
  ["of nothing in particular", {}, 1],
])("a query %s is performed each time", async (_, input, items) => {
  const { ask } = openCounted(items);
  expect(await ask(input)).toEqual({ Count: items, asked: 1 });
  expect(await ask(input)).toEqual({ Count: items, asked: 2 });
});

test("what was asked while something is written is not remembered", async () => {
  const { queries, ask } = openCounted();
  let end = () => {};
  const written = queries.write(put("policy"), () => new Promise<void>((resolve) => (end = resolve)));
  await ask(query("policy")); // before the write is there
  end();
  await written;
  expect(await ask(query("policy"))).toEqual({ Count: 1, asked: 2 });
});

test("what was asked before a write, and is answered after it, is not remembered", async () => {
  const { queries, ask, write } = openCounted();
  let answer = (_: unknown) => {};
  const early = queries.ask(query("policy"), () => new Promise((resolve) => (answer = resolve)));
  await write(put("policy"));
  answer({ Count: 0 });
  expect(await early).toEqual({ Count: 0 });
  expect(await ask(query("policy"))).toEqual({ Count: 1, asked: 1 });
});

test("a query or a write that fails changes nothing that is known, and is tried again", async () => {
  const { queries, ask } = openCounted();
  const fail = () => Promise.reject(new Error("the files are gone"));
  await expect(queries.ask(query("policy"), fail)).rejects.toThrow("the files are gone");
  expect(await ask(query("policy"))).toEqual({ Count: 1, asked: 1 });
  await expect(queries.write(put("policy"), fail)).rejects.toThrow("the files are gone");
  expect(await ask(query("policy"))).toEqual({ Count: 1, asked: 2 });
});
