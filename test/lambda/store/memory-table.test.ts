/** The store in memory, held to what every table and the store over it do. */
import { createMemoryTable } from "../../../lambda/store/memory-table.ts";
import { describeStore } from "./store-conformance.ts";
import { describeTable } from "./table-conformance.ts";

const open = async () => ({ table: createMemoryTable(), close: async () => undefined });

describeTable("memory", open);
describeStore("memory", open);
