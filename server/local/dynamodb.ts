/**
 * DynamoDB's API in this process: dynalite's operations without dynalite's server. That one checks no signature, answers
 * every web page, throws where nobody can catch it, and costs as much again as the writing.
 */
/// <reference path="./dynalite.d.ts" />
import batchWriteItem from "dynalite/actions/batchWriteItem.js";
import createTable from "dynalite/actions/createTable.js";
import describeTable from "dynalite/actions/describeTable.js";
import describeTimeToLive from "dynalite/actions/describeTimeToLive.js";
import getItem from "dynalite/actions/getItem.js";
import putItem from "dynalite/actions/putItem.js";
import query from "dynalite/actions/query.js";
import dynalite from "dynalite/db/index.js";
import * as batchWriteItemInput from "dynalite/validations/batchWriteItem.js";
import * as createTableInput from "dynalite/validations/createTable.js";
import * as describeTableInput from "dynalite/validations/describeTable.js";
import * as describeTimeToLiveInput from "dynalite/validations/describeTimeToLive.js";
import * as getItemInput from "dynalite/validations/getItem.js";
import validations from "dynalite/validations/index.js";
import * as putItemInput from "dynalite/validations/putItem.js";
import * as queryInput from "dynalite/validations/query.js";
import * as z from "zod";
import { KnownQueries } from "./known-queries.ts";

export interface DynamoDb {
  /** What DynamoDB answers to a request: its target as in `x-amz-target`, and its input. Rejects once it is closed. */
  answer(target: string, input: unknown): Promise<DynamoAnswer>;
  /** Takes no more, and closes the files when what is under way is done. */
  close(): Promise<void>;
}

interface DynamoAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** The operations that the store, the doctor and the deployment use. */
const OPERATIONS = new Map([
  ["BatchWriteItem", { act: batchWriteItem, input: batchWriteItemInput }],
  ["CreateTable", { act: createTable, input: createTableInput }],
  ["DescribeTable", { act: describeTable, input: describeTableInput }],
  ["DescribeTimeToLive", { act: describeTimeToLive, input: describeTimeToLiveInput }],
  ["GetItem", { act: getItem, input: getItemInput }],
  ["PutItem", { act: putItem, input: putItemInput }],
  ["Query", { act: query, input: queryInput }],
]);

const API = "DynamoDB_20120810.";
const WRITES: ReadonlySet<string> = new Set([`${API}BatchWriteItem`, `${API}PutItem`]);

/** How dynalite says that it refuses; everything else is a fault. */
const Refused = z.object({ statusCode: z.number(), body: z.unknown() });

/** Open it with its files in `folder`, or in memory. @throws what the files throw */
export async function openDynamoDb(folder: string | undefined): Promise<DynamoDb> {
  const store = dynalite.create({ createTableMs: 0, ...(folder !== undefined && { path: folder }) });
  await store.db.open();
  const underWay = new Set<Promise<unknown>>();
  const queries = new KnownQueries();
  let isClosed = false;

  const perform = (target: string, input: unknown): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const operation = target.startsWith(API) ? OPERATIONS.get(target.slice(API.length)) : undefined;
      if (operation === undefined) throw refusal("UnknownOperationException");
      if (typeof input !== "object" || input === null) throw refusal("SerializationException");
      const { types, custom } = operation.input;
      const known = validations.checkTypes({ ...input }, types);
      validations.checkValidations(known, types, custom, store);
      operation.act(store, known, (error, answer) => (error ? reject(error) : resolve(answer)));
    });

  /** Performs it, unless it is a query whose answer is known. */
  const outcomeOf = (target: string, input: unknown): Promise<unknown> => {
    const work = () => perform(target, input);
    if (typeof input !== "object" || input === null) return work();
    if (target === `${API}Query`) return queries.ask(input, work);
    return WRITES.has(target) ? queries.write(input, work) : work();
  };

  return {
    async answer(target, input) {
      if (isClosed) throw new Error("unable to answer; the store is closed");
      const performed = outcomeOf(target, input);
      underWay.add(performed);
      try {
        return { status: 200, body: await performed };
      } catch (error) {
        const refused = Refused.safeParse(error);
        if (!refused.success) throw error;
        return { status: refused.data.statusCode, body: refused.data.body };
      } finally {
        underWay.delete(performed);
      }
    },
    async close() {
      isClosed = true;
      await Promise.allSettled(underWay);
      await store.db.close();
    },
  };
}

const refusal = (type: string): Error =>
  Object.assign(new Error(type), { statusCode: 400, body: { __type: `com.amazon.coral.service#${type}` } });
