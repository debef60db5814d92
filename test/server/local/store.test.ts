/** Local mode's store: what outlives a restart. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openDynamoTable } from "../../../lambda/store/dynamodb-table.ts";
import { type LocalStore, startLocalStore } from "../../../server/local/store.ts";

let root: string;
let folder: string;
const open: LocalStore[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "asterism-store-"));
  folder = join(root, "store");
});
afterEach(async () => {
  for (const store of open.splice(0)) await store.close();
  rmSync(root, { recursive: true });
});

async function start(): Promise<LocalStore> {
  const store = await startLocalStore(folder);
  open.push(store);
  return store;
}

const tableIn = ({ environment, call }: LocalStore) =>
  openDynamoTable({ table: environment.STORE_TABLE, endpoint: environment.STORE_ENDPOINT, call, timeoutMs: 10_000 });
const ITEM = { pk: "a", sk: "b", at: 1, rev: 1, body: "kept" };

test("what was written is there after a restart", async () => {
  const before = await start();
  await tableIn(before).put(ITEM);
  await before.close();
  open.length = 0;
  expect(await tableIn(await start()).get(ITEM)).toEqual(ITEM);
});

test("its table takes items from the first moment", async () => {
  for (let n = 0; n < 30; n += 1) {
    const store = await startLocalStore(undefined);
    open.push(store);
    const { environment, call } = store;
    const input = { TableName: environment.STORE_TABLE };
    const asked = {
      service: "dynamodb" as const,
      target: "DynamoDB_20120810.DescribeTable",
      url: environment.STORE_ENDPOINT,
      input,
    };
    expect(await call(asked, 10_000)).toMatchObject({ Table: { TableStatus: "ACTIVE" } });
  }
});

test("a folder that another process has open, or that holds something else, is told in a sentence", async () => {
  await start();
  await expect(startLocalStore(folder)).rejects.toThrow(/another process has it open; set LOCAL_DATA/);
  expect(existsSync(join(root, "store.json"))).toBe(true);
  writeFileSync(join(root, "file"), "");
  await expect(startLocalStore(join(root, "file"))).rejects.toThrow();
});

test("only who has its key is answered, and no web page at all", async () => {
  const { environment } = await start();
  const ask = async (headers: Record<string, string>) =>
    (await fetch(environment.STORE_ENDPOINT, { method: "POST", body: "{}", headers })).status;
  const target = { "x-amz-target": "DynamoDB_20120810.ListTables", "content-type": "application/x-amz-json-1.0" };
  const guess = "AWS4-HMAC-SHA256 Credential=LOCALGUESS/20261126/us-east-1/dynamodb/aws4_request";
  expect(await ask(target)).toBe(403);
  expect(await ask({ ...target, authorization: guess })).toBe(403);
  expect(await ask({ ...target, origin: "http://evil.example" })).toBe(403);
});
