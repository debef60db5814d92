/**
 * Local mode's store: DynamoDB's API in this process, by dynalite. It listens on loopback for the one program that has its
 * random key: dynalite itself checks no signature, answers every web page, and throws when a client goes away.
 */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import dynalite from "dynalite";
import { type AwsCall, AwsError, createAwsCall } from "../../lambda/aws.ts";
import { TABLE_SCHEMA } from "../../lambda/store/dynamodb-table.ts";

export interface LocalStore {
  /** What the function's and the server's environment hold in production. */
  readonly environment: Readonly<Record<"STORE_TABLE" | "STORE_ENDPOINT", string>>;
  /** Calls it with its key. */
  readonly call: AwsCall;
  close(): Promise<void>;
}

const TABLE = "asterism";
const REQUEST_MS = 5_000;

/**
 * Start the store with its files in `folder`, or in memory when there is none.
 * @throws Error with a sentence when the folder cannot be used, for example because another process does.
 */
export async function startLocalStore(folder: string | undefined): Promise<LocalStore> {
  if (folder !== undefined) mkdirSync(folder, { recursive: true });
  const database = dynalite({ createTableMs: 0, ...(folder !== undefined && { path: folder }) });
  const accessKeyId = `LOCAL${randomBytes(12).toString("hex").toUpperCase()}`;
  const door = createServer(doorTo(database, accessKeyId));
  door.listen(0, "127.0.0.1");
  await once(door, "listening");
  const STORE_ENDPOINT = `http://127.0.0.1:${(door.address() as AddressInfo).port}/`;
  const call = createAwsCall({
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: randomBytes(24).toString("hex"),
    AWS_REGION: "us-east-1",
  });
  const close = async () => {
    door.close();
    door.closeIdleConnections();
    await once(door, "close");
    // not listening itself, it calls back with that complaint and closes its files all the same
    await new Promise<void>((closed) => database.close(() => closed()));
  };
  try {
    await ensureTable(call, STORE_ENDPOINT);
  } catch (error) {
    await close();
    throw new Error(`unable to open the store in ${folder}; another process may have it open`, { cause: error });
  }
  return { environment: { STORE_TABLE: TABLE, STORE_ENDPOINT }, call, close };
}

async function ensureTable(call: AwsCall, url: string): Promise<void> {
  const input = { TableName: TABLE, ...TABLE_SCHEMA };
  try {
    await call({ service: "dynamodb", target: "DynamoDB_20120810.CreateTable", url, input }, REQUEST_MS);
  } catch (error) {
    if (!(error instanceof AwsError) || error.type !== "ResourceInUseException") throw error;
  }
}

/** Whole requests of the one who has the key go in, everything else stays out. */
function doorTo(database: Server, accessKeyId: string): RequestListener {
  const [handle] = database.listeners("request") as RequestListener[];
  return (request, response) => {
    const isOurs = request.headers.authorization?.includes(`Credential=${accessKeyId}/`) === true;
    if (!isOurs || request.headers.origin !== undefined) return void response.writeHead(403).end();
    buffer(request).then(
      (body) => handle?.(whole(request, body), response),
      // the client is gone
      () => response.destroy(),
    );
  };
}

/** A request that cannot break off any more. */
const whole = ({ method, url, headers }: IncomingMessage, body: Buffer): IncomingMessage =>
  Object.assign(Readable.from([body]), { method, url, headers }) as unknown as IncomingMessage;
