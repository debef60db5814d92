/** `GET /config`: what the page needs to connect. */
import cookieParser from "cookie-parser";
import { type Request, Router } from "express";
import { NOTICES_PREFIX, type RoomChannels, roomChannels } from "../../../lambda/channels.ts";
import type { Backend, Config } from "../../config.ts";
import type { SignIn } from "../../identity/signed-in.ts";
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
  /** Moderators can be asked to look at a message, or to take one's own away; absent where there is no desk. */
  readonly hasDesk?: true;
  /** Visitors may sign in, and this browser has not; absent otherwise. */
  readonly canSignIn?: true;
}

export interface SettingsDependencies {
  readonly config: Config;
  readonly sessionSecrets: readonly string[];
  readonly hasDesk: boolean;
  readonly signIn?: SignIn | undefined;
}

/** The settings of one request in a room; its cookies are read. */
export async function settingsFor(
  { config: { backend, maxMessageLength }, hasDesk, signIn }: SettingsDependencies,
  request: Request,
  room: string | undefined,
): Promise<Settings> {
  const canSignIn = signIn?.visitors === "optional" && (await signIn.sessions.personIn(request)) === undefined;
  return {
    mode: backend.mode,
    ...connectionOf(backend, request),
    channels: { ...roomChannels(room), noticesPrefix: NOTICES_PREFIX },
    maxMessageLength,
    ...(hasDesk && { hasDesk }),
    ...(canSignIn && { canSignIn }),
  };
}

export function configRoute({
  readRoom,
  ...dependencies
}: SettingsDependencies & { readonly readRoom: RoomReader }): Router {
  const router = Router();
  router.get("/config", cookieParser([...dependencies.sessionSecrets]), async (request, response) => {
    const named = readRoom(request.query.room);
    if ("code" in named) return refuse(response, 400, named);
    response.set("Cache-Control", "no-store").json(await settingsFor(dependencies, request, named.room));
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
