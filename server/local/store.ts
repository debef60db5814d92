/**
 * Local mode's store: DynamoDB's API in this process, with its table. The product calls it without a socket; for the
 * commands it listens on loopback as well, and answers who has its random key.
 */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { setImmediate } from "node:timers/promises";
import * as z from "zod";
import { type AwsCall, AwsError, errorType } from "../../lambda/aws.ts";
import { parseJson } from "../../lambda/json.ts";
import { TABLE_SCHEMA } from "../../lambda/store/dynamodb-table.ts";
import { type DynamoDb, openDynamoDb } from "./dynamodb.ts";

export interface LocalStore {
  /** What the function's and the server's environment hold in production. */
  readonly environment: Readonly<Record<"STORE_TABLE" | "STORE_ENDPOINT", string>>;
  /** Calls it in this process. */
  readonly call: AwsCall;
  close(): Promise<void>;
}

/** How commands find a store that has files, while it runs; see `lambda/commands/store-access.ts`. */
const ACCESS_FILE = "store.json";
const TABLE = "asterism";
const REQUEST_MS = 5_000;

const Active = z.object({ Table: z.object({ TableStatus: z.literal("ACTIVE") }) });

/**
 * Start the store with its files in `folder`, or in memory when there is none.
 * @throws Error with a sentence when the folder cannot be used, for example because another process does.
 */
export async function startLocalStore(folder: string | undefined): Promise<LocalStore> {
  const database = await openFiles(folder);
  const accessKeyId = `LOCAL${randomBytes(12).toString("hex").toUpperCase()}`;
  const door = createServer(doorTo(database, accessKeyId));
  door.listen(0, "127.0.0.1");
  await once(door, "listening");
  const STORE_ENDPOINT = `http://127.0.0.1:${(door.address() as AddressInfo).port}/`;
  const environment = { STORE_TABLE: TABLE, STORE_ENDPOINT };
  const call = callOf(database);
  const accessFile = folder === undefined ? undefined : join(dirname(folder), ACCESS_FILE);
  let isOpen = false;
  const close = async () => {
    if (accessFile !== undefined && isOpen) rmSync(accessFile, { force: true });
    door.close();
    door.closeIdleConnections();
    await once(door, "close");
    await database.close();
  };
  try {
    await ensureTable(call);
  } catch (error) {
    await close();
    throw error;
  }
  isOpen = true;
  if (accessFile !== undefined) {
    const credentials = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: randomBytes(24).toString("hex") };
    rmSync(accessFile, { force: true });
    writeFileSync(accessFile, JSON.stringify({ ...environment, ...credentials }), { mode: 0o600, flag: "wx" });
  }
  return { environment, call, close };
}

async function openFiles(folder: string | undefined): Promise<DynamoDb> {
  if (folder !== undefined) mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    return await openDynamoDb(folder);
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    const isLocked = cause instanceof Error && "code" in cause && cause.code === "LEVEL_LOCKED";
    const why = isLocked ? "another process has it open" : "its files cannot be read";
    throw new Error(`unable to open the store in ${folder}; ${why}; set LOCAL_DATA to another folder, or to memory`, {
      cause: error,
    });
  }
}

/** The calls of this process need no signature, and no network that could lose one. */
function callOf(database: DynamoDb): AwsCall {
  return async ({ target, input }, timeoutMs) => {
    const { status, body } = await within(timeoutMs, target, database.answer(target, input));
    if (status !== 200) throw new AwsError(target, status, errorType(body));
    return body;
  };
}

function within<T>(ms: number, target: string, answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${target} was not answered`)), ms);
    void answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Makes the table where there is none, and waits until it takes items: dynalite says that it is made before it does. */
async function ensureTable(call: AwsCall): Promise<void> {
  const ask = (action: string, input: object) =>
    call({ service: "dynamodb", target: `DynamoDB_20120810.${action}`, input }, REQUEST_MS);
  try {
    await ask("CreateTable", { TableName: TABLE, ...TABLE_SCHEMA });
  } catch (error) {
    if (!(error instanceof AwsError) || error.type !== "ResourceInUseException") throw error;
  }
  const until = performance.now() + REQUEST_MS;
  while (!Active.safeParse(await ask("DescribeTable", { TableName: TABLE })).success) {
    if (performance.now() > until) throw new Error("unable to start the store; its table was not ready in time");
    await setImmediate();
  }
}

/** Whole requests of the one who has the key go in, everything else stays out. */
function doorTo(database: DynamoDb, accessKeyId: string): RequestListener {
  return (request, response) => {
    const isOurs = request.headers.authorization?.includes(`Credential=${accessKeyId}/`) === true;
    if (!isOurs || request.headers.origin !== undefined) return void response.writeHead(403).end();
    answerTo(request, database).then(
      ({ status, body }) => {
        response.writeHead(status, { "content-type": "application/x-amz-json-1.0" }).end(JSON.stringify(body));
      },
      // the client is gone, or the files failed: either way there is no answer
      () => response.destroy(),
    );
  };
}

async function answerTo(request: IncomingMessage, database: DynamoDb) {
  return database.answer(String(request.headers["x-amz-target"]), parseJson(await text(request)));
}
