/** `startBroker`: a broker on a port of its own, for the tests of other programs and for the command `asterism-broker`. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { parseKeyString } from "./auth/key.ts";
import { type Broker, createBroker } from "./broker.ts";
import type { Clock } from "./clock.ts";
import { createFrameLog } from "./frame-log.ts";
import type { RuleSpec } from "./integrations/index.ts";
import { DEFAULT_LIMITS, type Limits } from "./limits.ts";
import type { BrokerLog, NamespaceSpec } from "./options.ts";
import { isLoopbackOrigin, type TrustsOrigin } from "./rest/cors.ts";
import type { OpenStorage } from "./storage/kept.ts";
import { openStorage } from "./storage/open.ts";

/** The key that may do everything when nobody chose one. It is no secret: the broker listens on this machine only. */
export const DEFAULT_KEY = "app.key:secret";
const LOOPBACK = "127.0.0.1";

/** What a key of a machine of one's own may do: every channel, and every channel about channels. */
const EVERYTHING = { "*": ["*"], "[*]*": ["*"] };

/** The first byte of a client that speaks TLS. */
const TLS_HANDSHAKE = 0x16;

export interface StartBrokerOptions {
  /** The whole key, `app.id:secret`; it may do everything. */
  readonly key?: string;
  /** Webhook rules, as Ably's Control API has them. */
  readonly rules?: readonly RuleSpec[];
  /** Channel rules: what is persisted, and whose messages can be changed. */
  readonly namespaces?: readonly NamespaceSpec[];
  /** A folder for what outlives a restart: history, connections, undelivered webhooks. In memory when not given. */
  readonly data?: string;
  /** Limits other than Ably's. */
  readonly limits?: Partial<Limits>;
  /** Pages of other origins that may use the SDK's REST calls; those of this machine when not given. */
  readonly trustsOrigin?: TrustsOrigin;
  /** The time that the broker sees. */
  readonly clock?: Clock;
  /** Any free port when it is 0 or not given. */
  readonly port?: number;
  readonly host?: string;
  /** Whether every frame of every connection is written to `log`, keys and tokens left out. */
  readonly frames?: boolean;
  /** Takes sentences for people; standard error when not given. */
  readonly log?: (line: string) => void;
}

export interface StartedBroker {
  /** For the SDK's options: `{ key, endpoint, port, tls: false }`. */
  readonly endpoint: string;
  readonly port: number;
  readonly key: string;
  /** For REST by hand. */
  readonly url: string;
  /** Sends everybody away and frees the port. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Starts a broker. Rejects with a sentence that says what to set when the key, a rule, the port or the data cannot be used.
 */
export async function startBroker(options: StartBrokerOptions = {}): Promise<StartedBroker> {
  const { key = DEFAULT_KEY, host = LOOPBACK, log = toStandardError } = options;
  const parts = keyParts(key);
  const storage = options.data === undefined ? undefined : await openStorage(options.data);
  let broker: Broker;
  try {
    broker = brokerWith(parts, options, { log, storage });
  } catch (error) {
    await storage?.storage.close();
    throw error;
  }
  const server = createServer((request, response) => answer(broker, request, response));
  const visitors = watchVisitors(server);
  const frames = options.frames === true ? createFrameLog(log) : undefined;
  server.on("upgrade", (request, socket, head) => {
    frames?.(request, socket);
    broker.handleUpgrade(request, socket, head);
  });
  server.on("clientError", refuser(log));
  const port = await listen(server, options.port ?? 0, host).catch(async (error: unknown) => {
    await broker.close();
    throw error;
  });
  const endpoint = /^(0\.0\.0\.0|::)$/.test(host) ? LOOPBACK : host;
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    if (!visitors.seen())
      log(`Nobody connected to the broker on port ${port}. ${whatToSet(endpoint, port)} ${WITHOUT}`);
    const closed = once(server, "close");
    server.close();
    await broker.close();
    visitors.sendAway();
    await closed;
  };
  return {
    endpoint,
    port,
    key,
    url: `http://${endpoint.includes(":") ? `[${endpoint}]` : endpoint}:${port}`,
    stop() {
      stopping ??= stop();
      return stopping;
    },
  };
}

/** What every client of this broker needs in its options. */
const whatToSet = (endpoint: string, port: number): string =>
  `A client needs endpoint: ${JSON.stringify(endpoint)}, port: ${port} and tls: false in its options, and the broker's key.`;

/** Where a client goes that was told less. */
const WITHOUT = "Without endpoint it calls Ably's cloud, and without tls: false port 443.";

type KeyParts = NonNullable<ReturnType<typeof parseKeyString>>;

function keyParts(key: string): KeyParts {
  const parts = parseKeyString(key);
  if (parts === undefined || parts.secret.includes("."))
    throw new Error("unable to start the broker; set key to a whole key, app.id:secret, without a dot in the secret");
  return parts;
}

interface BrokerParts {
  readonly log: (line: string) => void;
  readonly storage: OpenStorage | undefined;
}

function brokerWith(parts: KeyParts, options: StartBrokerOptions, { log: say, storage }: BrokerParts): Broker {
  const { rules, namespaces, clock, trustsOrigin = isLoopbackOrigin } = options;
  const root = { id: parts.id, secret: parts.secret, capability: EVERYTHING };
  const log: BrokerLog = { info: () => {}, warn: (event, fields) => say(`${event} ${JSON.stringify(fields ?? {})}`) };
  return createBroker({
    log,
    ...(clock !== undefined && { clock }),
    ...(storage !== undefined && { storage }),
    limits: { ...withoutShares({ ...DEFAULT_LIMITS, ...options.limits }), ...options.limits },
    trustsOrigin,
    apps: [{ appId: parts.appId, keys: [root], ...(rules && { rules }), ...(namespaces && { namespaces }) }],
  });
}

/** Each client may use up what there is, as at Ably: whoever tests alone is alone. */
const withoutShares = (all: Limits): Partial<Limits> => ({
  channelClientRate: all.channelMessageRate,
  channelClientByteRate: all.channelByteRate,
  clientRate: all.messageRate,
  keyReserve: 0,
  clientPresenceMembers: all.presenceMembers,
  clientPresenceRate: all.messageRate,
  clientConnections: all.connections,
  addressConnections: all.connections,
  clientConnectionRate: all.connectionRate,
  clientChannelRate: all.channelRate,
  clientRestRate: all.restRate,
  clientTokenRate: all.tokenRate,
});

/** A browser that looks at the address gets a sentence; everything else is the broker's. */
function answer(broker: Broker, request: IncomingMessage, response: ServerResponse): void {
  if (request.url !== "/" || request.method !== "GET") {
    broker.handleRequest(request, response);
    return;
  }
  const { localAddress = LOOPBACK, localPort = 0 } = request.socket;
  response.setHeader("content-type", "text/plain; charset=utf-8");
  response.end(`This is the Asterism broker. ${whatToSet(localAddress, localPort)}\n`);
}

/** Says once what a client does wrong that speaks something else than HTTP. */
function refuser(log: (line: string) => void): (error: Error, socket: Socket | { destroy(): void }) => void {
  let said = false;
  return (error, socket) => {
    const { rawPacket } = error as { rawPacket?: unknown };
    if (!said && rawPacket instanceof Uint8Array && rawPacket[0] === TLS_HANDSHAKE) {
      said = true;
      log("A client spoke TLS to the broker, whose port is a plain one. Set tls: false in the client's options.");
    }
    socket.destroy();
  };
}

/** Who is connected, WebSockets included, and whether anybody ever was. */
function watchVisitors(server: Server) {
  const sockets = new Set<Socket>();
  let seen = false;
  server.on("connection", (socket) => {
    seen = true;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  return {
    seen: () => seen,
    /** What was written still goes out. */
    sendAway() {
      for (const socket of sockets) socket.destroySoon();
    },
  };
}

async function listen(server: Server, port: number, host: string): Promise<number> {
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EADDRINUSE")
      throw new Error(`unable to start the broker; port ${port} is in use: set another port, or 0 for any free one`);
    if (code === "EACCES") throw new Error(`unable to start the broker; set port to one above 1023 instead of ${port}`);
    if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND")
      throw new Error(`unable to start the broker; host ${host} is no address of this machine: set it to ${LOOPBACK}`);
    throw error;
  }
  return (server.address() as AddressInfo).port;
}

const toStandardError = (line: string): void => void process.stderr.write(`${line}\n`);
