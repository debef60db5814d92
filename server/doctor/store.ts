/** The steps about the store: whether it can be read and written, whether what is old is deleted, and whether the function uses it. */
import { setTimeout as wait } from "node:timers/promises";
import * as z from "zod";
import { createAwsCall } from "../../lambda/aws.ts";
import { storeFor } from "../../lambda/commands/store-access.ts";
import { storeIn } from "../../lambda/config.ts";
import { openDynamoTable, TTL_ATTRIBUTE } from "../../lambda/store/dynamodb-table.ts";
import type { Store } from "../../lambda/store/store.ts";
import type { EnvironmentVariables } from "../config.ts";
import { type Finding, fail, pass, REQUEST_MS, sentence, skip, warn } from "./report.ts";

const REMEDY = "see STORE_TABLE, STORE_ENDPOINT and the credentials of AWS; npm run deploy makes the table";

/** Step "store": reads, writes and removes an item of its own, with the credentials that are set here. */
export async function examineTable(env: EnvironmentVariables): Promise<Finding> {
  const target = storeIn(env);
  if (target === undefined)
    return skip("STORE_TABLE is not set here, so there is no desk; the policy is lambda/policy.json");
  const call = createAwsCall(env);
  const table = openDynamoTable({ ...target, call, timeoutMs: REQUEST_MS });
  const item = { pk: "doctor", sk: crypto.randomUUID(), at: Date.now(), rev: 1, body: "", expires: Date.now() };
  try {
    const isWritten = (await table.put(item, "next")) && (await table.get(item)) !== undefined;
    const isFound = (await table.query({ index: "pk", value: item.pk, limit: 100 })).some(({ sk }) => sk === item.sk);
    await table.remove([item]);
    if (!isWritten || !isFound) return fail(`${target.table} does not give back what was written`, REMEDY);
    const url = target.endpoint === undefined ? {} : { url: target.endpoint };
    const ask = { service: "dynamodb", target: "DynamoDB_20120810.DescribeTimeToLive", ...url } as const;
    const answer = call({ ...ask, input: { TableName: target.table } }, REQUEST_MS);
    // a right of its own, without which all else works
    return expiry(target.table, await answer.catch(() => undefined));
  } catch (error) {
    return fail(`${target.table} cannot be read and written: ${sentence(error)}`, REMEDY);
  }
}

const TimeToLive = z.object({
  TimeToLiveDescription: z.object({ TimeToLiveStatus: z.string(), AttributeName: z.string().optional() }),
});

function expiry(table: string, answer: unknown): Finding {
  const { data } = TimeToLive.safeParse(answer);
  const works = `${table} can be read and written`;
  if (data === undefined)
    return warn(`${works}; whether it deletes what is old is not known`, "allow dynamodb:DescribeTimeToLive");
  const { TimeToLiveStatus: status, AttributeName: attribute } = data.TimeToLiveDescription;
  if (status.startsWith("ENABL") && attribute === TTL_ATTRIBUTE) return pass(`${works}, and deletes what is old`);
  const remedy = `switch its time to live on, by the attribute ${TTL_ATTRIBUTE}: npm run deploy does`;
  return warn(`${works}, but keeps what is old: no text that was held or flagged is ever deleted`, remedy);
}

/** How long the index of a person may be behind. */
const LOOKS = 20;
const LOOK_MS = 500;

/** Step "function's store": whether the function wrote down, in this store, that it starred out the probe's word. */
export async function examineFunctionStore(env: EnvironmentVariables, person: string): Promise<Finding> {
  let store: Store;
  try {
    store = await storeFor(env);
  } catch (error) {
    return skip(sentence(error));
  }
  for (let look = 0; look < LOOKS; look += 1) {
    const entries = await store.audit.about(person, 1);
    if (entries.length > 0) return pass("the function reads and writes it");
    await wait(LOOK_MS);
  }
  return fail(
    "the function wrote nothing into it about the probe",
    "set STORE_TABLE of the function to the same table, and let its role read and write it: npm run deploy does both",
  );
}
