/** CONNECTED: what a client is told of its connection. */
import type { ErrorInfo } from "../errors.ts";
import { ACTION } from "../wire/actions.ts";
import type { Connection } from "./connection.ts";
import type { Home } from "./home.ts";

/** Sends CONNECTED; `error` says why the connection is not the one that the client wanted back. */
export function greet({ limits }: Home, connection: Connection, error?: ErrorInfo): void {
  const { identity } = connection.grant;
  // Field by field: every connection comes through here.
  const connectionDetails: ConnectionDetails = {
    connectionKey: connection.keys.current,
    maxMessageSize: limits.messageBytes,
    maxFrameSize: limits.frameBytes,
    maxInboundRate: limits.inboundRate,
    maxOutboundRate: limits.outboundRate,
    connectionStateTtl: limits.sessionTtlMs,
    maxIdleInterval: connection.params.heartbeatMs,
    serverId: "asterism",
    siteCode: "local",
  };
  const clientId = identity.kind === "wildcard" ? "*" : connection.clientId;
  if (clientId !== undefined) connectionDetails.clientId = clientId;
  const { connectionId } = connection;
  const connected = { action: ACTION.connected, connectionId, connectionDetails };
  connection.send(error === undefined ? connected : { ...connected, error });
}

interface ConnectionDetails {
  clientId?: string;
  readonly connectionKey: string;
  readonly maxMessageSize: number;
  readonly maxFrameSize: number;
  readonly maxInboundRate: number;
  readonly maxOutboundRate: number;
  readonly connectionStateTtl: number;
  readonly maxIdleInterval: number;
  readonly serverId: string;
  readonly siteCode: string;
}
