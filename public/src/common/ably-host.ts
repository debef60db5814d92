/** How both pages reach Ably: the host that the server names, over a WebSocket, trying again soon. */
import type * as Ably from "ably";

/** How to reach Ably, as the server says. */
export interface AblyHost {
  readonly endpoint?: string;
  readonly port?: number;
  readonly tls?: boolean;
}

/** Where the SDK asks when it is told nothing. */
const ABLY_CLOUD = "main.realtime.ably.net";

/** The origin of its REST addresses. */
export function originOf({ endpoint = ABLY_CLOUD, port, tls = true }: AblyHost): string {
  return `${tls ? "https" : "http"}://${endpoint}${port ? `:${port}` : ""}`;
}

/** The SDK's options for it; a token and the plugins are the page's own. */
export function optionsFor({ endpoint, port, tls = true }: AblyHost) {
  return {
    ...(endpoint && hostOf(endpoint)),
    ...(port && { port, tlsPort: port }),
    tls,
    transports: ["web_socket"],
    useBinaryProtocol: false,
    disableConnectivityCheck: true,
    disconnectedRetryTimeout: 3_000,
    suspendedRetryTimeout: 15_000,
    logLevel: 0,
  } satisfies Ably.ClientOptions;
}

/** The SDK takes an `endpoint` without a dot for one of Ably's regions; these older options name a host and no more. */
function hostOf(endpoint: string): Pick<Ably.ClientOptions, "endpoint" | "restHost" | "realtimeHost"> {
  const isHost = /\.|::|^localhost$/.test(endpoint);
  return isHost ? { endpoint } : { restHost: endpoint, realtimeHost: endpoint };
}
