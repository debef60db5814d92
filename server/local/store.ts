/**
 * Local mode's store: DynamoDB's API in this process, by dynalite. For the commands it listens on loopback as well, and answers
 * who has its random key: dynalite itself checks no signature, answers every web page, and throws when a client goes away.
 */
/// <reference path="./dynalite.d.ts" />
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { setImmediate } from "node:timers/promises";
import { ClassicLevel } from "classic-level";
import dynalite from "dynalite";
import * as z from "zod";
import { type AwsCall, AwsError, createAwsCall } from "../../lambda/aws.ts";
import { TABLE_SCHEMA } from "../../lambda/store/dynamodb-table.ts";
import { ask, createOwnStore } from "./own-store.ts";

export interface LocalStore {
  /** What the function's and the server's environment hold in production. */
  readonly environment: Readonly<Record<"STORE_TABLE" | "STORE_ENDPOINT", string>>;
  /** Calls it with its key. */
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
  if (folder !== undefined) await tryFolder(folder);
  const database = dynalite({ createTableMs: 0, ...(folder !== undefined && { path: folder }) });
  const accessKeyId = `LOCAL${randomBytes(12).toString("hex").toUpperCase()}`;
  const [handle] = database.listeners("request") as [RequestListener];
  const own = createOwnStore(handle);
  const door = createServer(doorTo(handle, accessKeyId));
  door.listen(0, "127.0.0.1");
  await once(door, "listening");
  const STORE_ENDPOINT = `http://127.0.0.1:${(door.address() as AddressInfo).port}/`;
  const credentials = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: randomBytes(24).toString("hex") };
  const environment = { STORE_TABLE: TABLE, STORE_ENDPOINT };
  const call = createAwsCall({ ...credentials, AWS_REGION: "us-east-1" }, own);
  const accessFile = folder === undefined ? undefined : join(dirname(folder), ACCESS_FILE);
  let isOpen = false;
  const close = async () => {
    if (accessFile !== undefined && isOpen) rmSync(accessFile, { force: true });
    door.close();
    door.closeIdleConnections();
    await once(door, "close");
    await own.close();
    await closeDatabase(database);
  };
  try {
    await ensureTable(call, STORE_ENDPOINT);
  } catch (error) {
    await close();
    throw error;
  }
  isOpen = true;
  if (accessFile !== undefined) {
    rmSync(accessFile, { force: true });
    writeFileSync(accessFile, JSON.stringify({ ...environment, ...credentials }), { mode: 0o600, flag: "wx" });
  }
  return { environment, call, close };
}

/** Opens the folder once beforehand: when dynalite cannot open its files, it throws where nobody can catch it. */
async function tryFolder(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const files = new ClassicLevel(folder);
  try {
    await files.open();
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    const isLocked = cause instanceof Error && "code" in cause && cause.code === "LEVEL_LOCKED";
    const why = isLocked ? "another process has it open" : "its files cannot be read";
    throw new Error(`unable to open the store in ${folder}; ${why}; set LOCAL_DATA to another folder, or to memory`, {
      cause: error,
    });
  }
  await files.close();
}

/** Closes the files. Dynalite closes them only after it has listened, so it listens for a moment, to nobody. */
async function closeDatabase(database: Server): Promise<void> {
  database.removeAllListeners("request");
  database.listen(0, "127.0.0.1");
  await once(database, "listening");
  await new Promise<void>((closed) => database.close(() => closed()));
}

/** Makes the table where there is none, and waits until it takes items: dynalite says that it is made before it does. */
async function ensureTable(call: AwsCall, url: string): Promise<void> {
  const input = { TableName: TABLE, ...TABLE_SCHEMA };
  try {
    await call({ service: "dynamodb", target: "DynamoDB_20120810.CreateTable", url, input }, REQUEST_MS);
  } catch (error) {
    if (!(error instanceof AwsError) || error.type !== "ResourceInUseException") throw error;
  }
  const describe = {
    service: "dynamodb",
    target: "DynamoDB_20120810.DescribeTable",
    url,
    input: { TableName: TABLE },
  } as const;
  const until = performance.now() + REQUEST_MS;
  while (!Active.safeParse(await call(describe, REQUEST_MS)).success) {
    if (performance.now() > until) throw new Error("unable to start the store; its table was not ready in time");
    await setImmediate();
  }
}

/** Whole requests of the one who has the key go in, everything else stays out. */
function doorTo(handle: RequestListener, accessKeyId: string): RequestListener {
  return (request, response) => {
    const isOurs = request.headers.authorization?.includes(`Credential=${accessKeyId}/`) === true;
    if (!isOurs || request.headers.origin !== undefined) return void response.writeHead(403).end();
    buffer(request).then(
      (body) => {
        const { method, url, headers } = request;
        ask(handle, { method, url, headers, body }, response);
      },
      // the client is gone
      () => response.destroy(),
    );
  };
}
