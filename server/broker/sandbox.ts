/**
 * The broker by itself, as a sandbox for test suites: `npm run sandbox -- --port 9010`, then `POST /apps` for an app with
 * keys of its own. See provisioner.ts.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { parseArgs } from "node:util";
import { createBroker } from "./broker.ts";
import { systemRandom } from "./ids.ts";
import { createProvisioner } from "./provisioner.ts";
import { isLoopbackOrigin } from "./rest/cors.ts";

const { values } = parseArgs({
  options: { port: { type: "string", default: "9010" }, host: { type: "string", default: "127.0.0.1" } },
});
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
server.on("error", (error) => {
  process.stderr.write(`unable to listen on port ${values.port}; ${error.message}\n`);
  process.exitCode = 1;
});
server.listen(Number(values.port), values.host, () =>
  process.stdout.write(`sandbox on http://${values.host}:${port()}\n`),
);

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    void broker.close().then(() => server.close());
    server.closeAllConnections();
  });
}
