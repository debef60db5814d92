/** `GET /config`: what the page needs to connect. */
import { type Request, Router } from "express";
import { noticesChannel, parseRoom, roomChannels } from "../../../lambda/channels.ts";
import type { Backend, Config } from "../../config.ts";
import { INVALID_ROOM, type Refusal, refuse } from "../errors.ts";

interface Connection {
  readonly endpoint?: string;
  readonly port?: number;
  readonly tls?: boolean;
}

const INVALID_HOST: Refusal = { code: "invalid_host", message: "The Host header names no host." };

export function configRoute({ backend, maxMessageLength }: Config): Router {
  const router = Router();
  router.get("/config", (request, response) => {
    const room = parseRoom(request.query.room);
    if (room === null) return refuse(response, 400, INVALID_ROOM);
    const connection = connectionOf(backend, request);
    if (connection === undefined) return refuse(response, 400, INVALID_HOST);
    response.set("Cache-Control", "no-store").json({
      mode: backend.mode,
      ...connection,
      channels: { ...roomChannels(room), noticesPrefix: noticesChannel("") },
      maxMessageLength,
    });
  });
  return router;
}

/** Where the page finds the broker: the configured endpoint, Ably's defaults, or the address it came from itself. */
function connectionOf(backend: Backend, request: Request): Connection | undefined {
  if (backend.mode === "ably") {
    if (backend.endpoint === undefined) return {};
    const { host, ...rest } = backend.endpoint;
    return { endpoint: host, ...rest };
  }
  const origin = `${request.protocol}://${request.headers.host ?? "localhost"}`;
  if (!URL.canParse(origin)) return undefined;
  const { hostname, port } = new URL(origin);
  return { endpoint: hostname, port: Number(port) || (request.secure ? 443 : 80), tls: request.secure };
}
