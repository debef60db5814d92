/** The store in DynamoDB's API, held to what every table and the store over it do: as `npm start` calls it, and as AWS is called. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AwsCall, createAwsCall } from "../../../lambda/aws.ts";
import { openDynamoTable } from "../../../lambda/store/dynamodb-table.ts";
import { type LocalStore, startLocalStore } from "../../../server/local/store.ts";
import { describeStore } from "../../lambda/store/store-conformance.ts";
import { describeTable } from "../../lambda/store/table-conformance.ts";

function tableOf({ environment }: LocalStore, call: AwsCall) {
  const { STORE_TABLE: table, STORE_ENDPOINT: endpoint } = environment;
  return openDynamoTable({ table, endpoint, call, timeoutMs: 10_000 });
}

async function inProcess() {
  const store = await startLocalStore(undefined);
  return { table: tableOf(store, store.call), close: store.close };
}

/** Signed requests over HTTP, with the credentials that a command finds. */
async function overHttp() {
  const root = mkdtempSync(join(tmpdir(), "asterism-table-"));
  const store = await startLocalStore(join(root, "store"));
  const call = createAwsCall(JSON.parse(readFileSync(join(root, "store.json"), "utf8")));
  const close = async () => {
    await store.close();
    rmSync(root, { recursive: true });
  };
  return { table: tableOf(store, call), close };
}

describeTable("DynamoDB in this process", inProcess);
describeStore("DynamoDB in this process", inProcess);
describeTable("DynamoDB over HTTP", overHttp);
