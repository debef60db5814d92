import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import type { App } from "../app/app.ts";
import { type Authenticated, authenticate, type Credentials } from "../auth/authenticator.ts";
import { clientIdOf } from "../auth/grant.ts";
import { type ErrorInfo, errorInfo, ok, type Result, refuse } from "../errors.ts";
import type { Limits } from "../limits.ts";
import { ACTION } from "../wire/actions.ts";
import { frameOf } from "../wire/codec.ts";
import type { Connection } from "./connection.ts";
import type { ConnectParams } from "./connections.ts";
import { receive } from "./dispatch.ts";
import { Socket } from "./socket.ts";

/** A new socket: who is it, is it a lost connection that comes back, and what did it ask for. */
export interface Handshake extends ConnectParams {
  readonly credentials: Credentials;
  /** Key of a connection that was lost by this client, or left to it by another. */
  readonly resume: string | undefined;
  readonly recover: string | undefined;
}

const LOWEST_VERSION = 2;
const HEARTBEAT_RANGE_MS = [5000, 1_800_000] as const;

/** Reads the query of the upgrade. */
export function readHandshake(
  request: IncomingMessage,
  limits: Limits,
): Result<Handshake> & { format: "json" | "msgpack" } {
  const query = new URLSearchParams(request.url?.slice(request.url.indexOf("?") + 1) ?? "");
  const get = (name: string): string | undefined => query.get(name) ?? undefined;
  const format = get("format") === "msgpack" ? "msgpack" : "json";
  const version = get("v");
  if (version !== undefined && !(Number.parseFloat(version) >= LOWEST_VERSION)) {
    return { ...refuse(40000, "unable to connect; the protocol version is not supported"), format };
  }
  const asked = Number(get("heartbeatInterval") ?? limits.heartbeatMs);
  const [least, most] = HEARTBEAT_RANGE_MS;
  const heartbeatMs = asked >= least && asked <= most ? asked : limits.heartbeatMs;
  const remain = Number(get("remainPresentFor") ?? limits.remainPresentMs);
  const handshake = {
    format,
    echo: get("echo") !== "false",
    heartbeats: get("heartbeats") !== "false",
    heartbeatMs,
    remainPresentMs: remain >= 1000 && remain <= limits.sessionTtlMs ? remain : limits.remainPresentMs,
    resume: get("resume"),
    recover: get("recover"),
    credentials: {
      key: get("key"),
      token: get("access_token") ?? get("accessToken"),
      clientId: get("clientId"),
    },
  } as const;
  return { ...ok(handshake), format };
}

/** Takes the socket into the app that its credentials belong to, or tells it why not. */
export async function accept(
  websocket: WebSocket,
  stream: Duplex,
  request: IncomingMessage,
  limits: Limits,
  findApp: (appId: string) => App | undefined,
  after: (ms: number, task: () => void) => void,
): Promise<void> {
  const handshake = readHandshake(request, limits);
  const socket = new Socket(websocket, stream);
  const turnAway = (error: ErrorInfo) => {
    socket.write(frameOf(handshake.format, { action: ACTION.error, error }));
    socket.close(1008, String(error.code));
    after(limits.closingMs, () => socket.destroy());
  };
  websocket.on("error", () => {});
  if (!handshake.ok) {
    turnAway(handshake.error);
    return;
  }
  const authenticated = await authenticate(handshake.value.credentials, findApp);
  if (websocket.readyState !== websocket.OPEN) return;
  if (!authenticated.ok) {
    turnAway(realtimeError(authenticated.error));
    return;
  }
  const admitted = admitConnection(authenticated.value, handshake.value);
  if (!admitted.ok) {
    turnAway(admitted.error);
    return;
  }
  const { app } = authenticated.value;
  const { connection, error } = admitted.value;
  socket.open({
    received: (bytes, binary) => receive(app, connection, bytes, binary),
    heard: () => {
      connection.heard = true;
    },
    closed: () => app.connections.lost(connection, socket),
  });
  app.connections.connect(connection, socket, handshake.value, error);
}

/** On a connection everything wrong with a key is one and the same. */
function realtimeError(error: ErrorInfo): ErrorInfo {
  if (error.code !== 40400 && error.code !== 40005) return error;
  return errorInfo(40101, "unable to connect; the key is not known");
}

function admitConnection(
  { app, grant }: Authenticated,
  { resume, recover }: Handshake,
): Result<{ connection: Connection; error?: ErrorInfo }> {
  const key = resume ?? recover;
  if (key !== undefined) {
    const lost = app.connections.findByKey(key);
    if (lost !== undefined) {
      const same = grant.identity.kind === lost.grant.identity.kind && clientIdOf(grant.identity) === lost.clientId;
      if (!same) return refuse(40102, "unable to resume; the credentials are of another client");
      lost.grant = grant;
      if (resume === undefined) app.connections.rekey(lost);
      return ok({ connection: lost });
    }
  }
  if (app.connections.size >= app.limits.connections) {
    return refuse(40111, "unable to connect; the app has too many connections");
  }
  const connection = app.connections.create(grant);
  if (key === undefined) return ok({ connection });
  const error = errorInfo(80018, "unable to resume; the connection is not known, or no longer");
  return ok({ connection, error });
}
