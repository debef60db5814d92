/** Both implementations of the table, for the suites that each of them must pass. */
import { openDynamoTable } from "../../../lambda/store/dynamodb-table.ts";
import { createMemoryTable } from "../../../lambda/store/memory-table.ts";
import type { Table } from "../../../lambda/store/table.ts";
import { startLocalStore } from "../../../server/local/store.ts";

export interface OpenedTable {
  readonly table: Table;
  close(): Promise<void>;
}

/** By name; each opens an empty table. */
export const TABLES: Readonly<Record<string, () => Promise<OpenedTable>>> = {
  memory: async () => ({ table: createMemoryTable(), close: async () => undefined }),
  DynamoDB: async () => {
    const { environment, call, close } = await startLocalStore(undefined);
    const { STORE_TABLE, STORE_ENDPOINT } = environment;
    return { table: openDynamoTable({ table: STORE_TABLE, endpoint: STORE_ENDPOINT, call, timeoutMs: 10_000 }), close };
  },
};
