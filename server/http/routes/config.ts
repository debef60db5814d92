/** `GET /config`: what the page needs to connect. */
import { type Request, Router } from "express";
import { NOTICES_PREFIX, type RoomChannels, roomChannels } from "../../../lambda/channels.ts";
import type { Backend, Config } from "../../config.ts";
import { refuse } from "../errors.ts";
import type { RoomReader } from "../rooms.ts";

export interface Connection {
  readonly endpoint?: string;
  readonly port?: number;
  readonly tls?: boolean;
}

/** What the page needs to connect from where it came, in a room. */
export interface Settings extends Connection {
  readonly mode: Backend["mode"];
  readonly channels: RoomChannels & { readonly noticesPrefix: string };
  readonly maxMessageLength: number;
}

/** The settings of one request in a room. */
export function settingsFor(
  { backend, maxMessageLength }: Config,
  request: Request,
  room: string | undefined,
): Settings {
  return {
    mode: backend.mode,
    ...connectionOf(backend, request),
    channels: { ...roomChannels(room), noticesPrefix: NOTICES_PREFIX },
    maxMessageLength,
  };
}

export function configRoute(config: Config, readRoom: RoomReader): Router {
  const router = Router();
  router.get("/config", (request, response) => {
    const named = readRoom(request.query.room);
    if ("code" in named) return refuse(response, 400, named);
    response.set("Cache-Control", "no-store").json(settingsFor(config, request, named.room));
  });
  return router;
}

/** Where the page finds the broker: the configured endpoint, Ably's defaults, or the address it came from itself. In local mode that one is known. */
export function connectionOf(backend: Backend, request: Request): Connection {
  if (backend.mode === "ably") {
    if (backend.endpoint === undefined) return {};
    const { host, ...rest } = backend.endpoint;
    return { endpoint: host, ...rest };
  }
  const { hostname, port } = new URL(`${request.protocol}://${request.headers.host}`);
  return { endpoint: hostname, port: Number(port) || (request.secure ? 443 : 80), tls: request.secure };
}
