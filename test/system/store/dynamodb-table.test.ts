/** The store in DynamoDB's API, as `npm start` has it, held to what every table and the store over it do. */
import { openDynamoTable } from "../../../lambda/store/dynamodb-table.ts";
import { startLocalStore } from "../../../server/local/store.ts";
import { describeStore } from "../../lambda/store/store-conformance.ts";
import { describeTable } from "../../lambda/store/table-conformance.ts";

async function open() {
  const { environment, call, close } = await startLocalStore(undefined);
  const { STORE_TABLE, STORE_ENDPOINT } = environment;
  return { table: openDynamoTable({ table: STORE_TABLE, endpoint: STORE_ENDPOINT, call, timeoutMs: 10_000 }), close };
}

describeTable("DynamoDB", open);
describeStore("DynamoDB", open);
