/** How a program of ours reaches the broker: Ably's cloud, another endpoint, or the local product. */
import type * as Ably from "ably";
import type { Endpoint } from "./config.ts";

export type Connection = Pick<Ably.ClientOptions, "restHost" | "realtimeHost" | "port" | "tlsPort" | "tls">;

export function connectionTo(endpoint: Endpoint | undefined): Connection {
  if (endpoint === undefined) return {};
  const { host, port, tls } = endpoint;
  // Not `endpoint`, which takes a name without a dot for one of Ably's regions.
  return { restHost: host, realtimeHost: host, tls, ...(port !== undefined && (tls ? { tlsPort: port } : { port })) };
}

/** `timeoutMs`: how long one request may take. */
export const restOptions = (connection: Connection, timeoutMs: number): Ably.ClientOptions => ({
  ...connection,
  httpRequestTimeout: timeoutMs,
  disableConnectivityCheck: true,
  logLevel: 0,
});
