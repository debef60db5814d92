/** A broker on a port of its own, and real SDK clients of it; everything ends with `close`. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import * as Ably from "ably";
import { type Broker, type BrokerOptions, createBroker } from "../../../server/broker/index.ts";

export interface BrokerHost {
  readonly broker: Broker;
  readonly port: number;
  realtime(options?: Partial<Ably.ClientOptions>): Ably.Realtime;
  rest(options?: Partial<Ably.ClientOptions>): Ably.Rest;
  /** Cuts every open socket, as a bad network does. */
  cut(): void;
  close(): Promise<void>;
}

export const KEY = "app.root:root-secret";

export const APP = {
  appId: "app",
  keys: [
    { id: "root", secret: "root-secret" },
    { id: "narrow", secret: "narrow-secret", capability: { "out:*": ["subscribe", "history"], "in:*": ["publish"] } },
    { id: "revocable", secret: "revocable-secret", revocableTokens: true },
  ],
  namespaces: [{ id: "mutable", mutableMessages: true }],
} as const;

export async function hostBroker(options: BrokerOptions = {}): Promise<BrokerHost> {
  const broker = createBroker({ apps: [APP], ...options });
  const sockets = new Set<Duplex>();
  const server = createServer((request, response) => broker.handleRequest(request, response));
  server.on("upgrade", (request, socket, head) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    broker.handleUpgrade(request, socket, head);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const clients: Ably.Realtime[] = [];
  const common: Ably.ClientOptions = {
    endpoint: "127.0.0.1",
    port,
    tls: false,
    disconnectedRetryTimeout: 50,
    logLevel: 0,
  };
  const withKey = (given: Partial<Ably.ClientOptions>): Ably.ClientOptions => {
    const own = given.key ?? given.token ?? given.authCallback ?? given.tokenDetails;
    return { ...common, ...(own === undefined && { key: KEY }), ...given };
  };
  return {
    broker,
    port,
    realtime(given = {}) {
      const client = new Ably.Realtime(withKey(given));
      clients.push(client);
      return client;
    },
    rest: (given = {}) => new Ably.Rest(withKey(given)),
    cut() {
      for (const socket of sockets) socket.destroy();
    },
    async close() {
      for (const client of clients) client.close();
      await broker.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

let rooms = 0;

/** The name of a channel that no test has used. */
export const newRoom = (namespace = "room"): string => `${namespace}:${++rooms}`;
