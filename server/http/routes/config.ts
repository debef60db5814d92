/** `GET /config`: what the page needs to connect. */
import { type Request, Router } from "express";
import { NOTICES_PREFIX, roomChannels } from "../../../lambda/channels.ts";
import type { Backend, Config } from "../../config.ts";
import { refuse } from "../errors.ts";
import type { RoomReader } from "../rooms.ts";

interface Connection {
  readonly endpoint?: string;
  readonly port?: number;
  readonly tls?: boolean;
}

export function configRoute({ backend, maxMessageLength }: Config, readRoom: RoomReader): Router {
  const router = Router();
  router.get("/config", (request, response) => {
    const named = readRoom(request.query.room);
    if ("code" in named) return refuse(response, 400, named);
    response.set("Cache-Control", "no-store").json({
      mode: backend.mode,
      ...connectionOf(backend, request),
      channels: { ...roomChannels(named.room), noticesPrefix: NOTICES_PREFIX },
      maxMessageLength,
    });
  });
  return router;
}

/** Where the page finds the broker: the configured endpoint, Ably's defaults, or the address it came from itself. In local mode that one is known. */
function connectionOf(backend: Backend, request: Request): Connection {
  if (backend.mode === "ably") {
    if (backend.endpoint === undefined) return {};
    const { host, ...rest } = backend.endpoint;
    return { endpoint: host, ...rest };
  }
  const { hostname, port } = new URL(`${request.protocol}://${request.headers.host}`);
  return { endpoint: hostname, port: Number(port) || (request.secure ? 443 : 80), tls: request.secure };
}
