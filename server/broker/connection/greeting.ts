/** CONNECTED: what a client is told of its connection. */
import type { ErrorInfo } from "../errors.ts";
import { ACTION } from "../wire/actions.ts";
import type { Connection } from "./connection.ts";
import type { Home } from "./home.ts";

/** Sends CONNECTED; `error` says why the connection is not the one that the client wanted back. */
export function greet({ limits }: Home, connection: Connection, error?: ErrorInfo): void {
  const { identity } = connection.grant;
  const clientId = identity.kind === "wildcard" ? "*" : connection.clientId;
  connection.send({
    action: ACTION.connected,
    connectionId: connection.connectionId,
    connectionDetails: {
      ...(clientId !== undefined && { clientId }),
      connectionKey: connection.keys.current,
      maxMessageSize: limits.messageBytes,
      maxFrameSize: limits.frameBytes,
      maxInboundRate: limits.inboundRate,
      maxOutboundRate: limits.outboundRate,
      connectionStateTtl: limits.sessionTtlMs,
      maxIdleInterval: connection.params.heartbeatMs,
      serverId: "asterism",
      siteCode: "local",
    },
    ...(error !== undefined && { error }),
  });
}
