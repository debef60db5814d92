/** The listening server: its port, its address, and its end. */
import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Config, ConfigError } from "../config.ts";
import { limits } from "../limits.ts";

/**
 * Binds the port. The handlers follow in the same turn of the event loop, so no request is missed.
 * @throws ConfigError with a sentence that names what to set when the port or the address is not to be had.
 */
export async function listen(server: Server, config: Pick<Config, "host" | "port">): Promise<URL> {
  server.listen(config.port, config.host);
  try {
    await once(server, "listening");
  } catch (error) {
    throw listenProblem(error, config);
  }
  // By address, not by name: the SDK takes a name without a dot for one of Ably's own hosts.
  const { port, address } = server.address() as AddressInfo;
  const host = /^(0\.0\.0\.0|::)$/.test(address) ? "127.0.0.1" : address;
  return new URL(`http://${host.includes(":") ? `[${host}]` : host}:${port}`);
}

function listenProblem(error: unknown, { host, port }: Pick<Config, "host" | "port">): unknown {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "EADDRINUSE")
    return new ConfigError(`Port ${port} is in use; stop the program that has it or set PORT to another one.`);
  if (code === "EACCES") return new ConfigError(`Port ${port} needs more rights; set PORT to one above 1023.`);
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND")
    return new ConfigError(`HOST ${host} is not an address of this machine; set HOST to 127.0.0.1 or 0.0.0.0.`);
  return error;
}

/** Takes no more connections, says goodbye to everybody by `leave`, and gives requests in flight some time. */
export async function closeServer(server: Server, leave: () => Promise<void>): Promise<void> {
  const closed = once(server, "close");
  server.close();
  await leave();
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), limits.shutdownMs);
  await closed;
  clearTimeout(timer);
}
