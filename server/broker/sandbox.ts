/**
 * The broker by itself, as a sandbox for test suites: `POST /apps` makes an app with keys of its own. See
 * provisioner.ts.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createBroker } from "./broker.ts";
import { systemRandom } from "./ids.ts";
import { createProvisioner } from "./provisioner.ts";
import { isLoopbackOrigin } from "./rest/cors.ts";

export interface Sandbox {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts one; throws a sentence when the port is not to be had. */
export async function startSandbox(at: { readonly port: number; readonly host: string }): Promise<Sandbox> {
  const log = (event: string, fields: Readonly<Record<string, unknown>> = {}): void => {
    process.stderr.write(`${JSON.stringify({ event, ...fields })}\n`);
  };
  const broker = createBroker({ log: { info: log, warn: log }, trustsOrigin: isLoopbackOrigin });
  const server = createServer();
  const port = (): number => (server.address() as AddressInfo).port;
  const provisioner = createProvisioner(broker, port, systemRandom());

  server.on("request", (request, response) => {
    const path = request.url ?? "/";
    const provisions = provisioner.handles(path) && !(path.startsWith("/stats") && request.method === "GET");
    if (provisions) provisioner.handleRequest(request, response);
    else broker.handleRequest(request, response);
  });
  server.on("upgrade", (request, socket, head) => broker.handleUpgrade(request, socket, head));
  server.listen(at.port, at.host);
  try {
    await once(server, "listening");
  } catch (cause) {
    await broker.close();
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`unable to listen on port ${at.port}; ${why}`, { cause });
  }
  return {
    url: `http://${at.host}:${port()}`,
    async close() {
      await broker.close();
      server.close();
      server.closeAllConnections();
    },
  };
}
