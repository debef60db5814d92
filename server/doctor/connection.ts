/** How the doctor reaches the broker: Ably's cloud, another endpoint, or the local product. */
import type * as Ably from "ably";
import type { Endpoint } from "../config.ts";

export type Connection = Pick<Ably.ClientOptions, "restHost" | "realtimeHost" | "port" | "tlsPort" | "tls">;

/** How long one request may take (ms). */
export const REQUEST_MS = 10_000;

export function connectionTo(endpoint: Endpoint | undefined): Connection {
  if (endpoint === undefined) return {};
  const { host, port, tls } = endpoint;
  // Not `endpoint`, which takes a name without a dot for one of Ably's regions.
  return { restHost: host, realtimeHost: host, tls, ...(port !== undefined && (tls ? { tlsPort: port } : { port })) };
}

export const restOptions = (connection: Connection): Ably.ClientOptions => ({
  ...connection,
  httpRequestTimeout: REQUEST_MS,
  disableConnectivityCheck: true,
  logLevel: 0,
});
