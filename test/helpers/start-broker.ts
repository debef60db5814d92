/** The embedded broker on a port of its own, as Ably is for the product in Ably mode. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Broker, type BrokerOptions, createBroker } from "../../server/broker/index.ts";
import { isLoopbackOrigin } from "../../server/broker/rest/cors.ts";

export interface StartedBroker {
  readonly broker: Broker;
  readonly port: number;
  close(): Promise<void>;
}

export async function startBroker(options: BrokerOptions = {}): Promise<StartedBroker> {
  const broker = createBroker({ trustsOrigin: isLoopbackOrigin, ...options });
  const server = createServer((request, response) => broker.handleRequest(request, response));
  server.on("upgrade", (request, socket, head) => broker.handleUpgrade(request, socket, head));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    broker,
    port: (server.address() as AddressInfo).port,
    async close() {
      await broker.close();
      server.close();
      server.closeAllConnections();
    },
  };
}
