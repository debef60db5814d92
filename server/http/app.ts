/** The HTTP side: tokens, what the page needs to connect, health, the function's local URL. Does not listen. */
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import cookieParser from "cookie-parser";
import express, {
  type ErrorRequestHandler,
  type Express,
  type Request,
  type RequestHandler,
  type Response,
} from "express";
import { rateLimit } from "express-rate-limit";
import { noticesChannel, parseRoom, roomChannels } from "../channels.ts";
import type { Backend, Config } from "../config.ts";
import { clientIdOf, identify, type NameCheck, parseClientId } from "../identity/identity.ts";
import type { Log } from "../log.ts";
import type { TokenIssuer } from "../tokens/issuer.ts";
import { type FunctionHandler, serveFunction } from "./function-url.ts";
import { servePage } from "./page.ts";
import { securityHeaders } from "./security-headers.ts";

const COOKIE = "asterism_identity";
const COOKIE_MAX_AGE_MS = 365 * 24 * 60 * 60 * 1000;
/** A Function URL takes 6 MB. */
const FUNCTION_BODY_LIMIT = 6 * 1024 * 1024;
/** Token requests a minute and address: room for an office behind one address, none for a flood. */
const AUTH_REQUESTS_A_MINUTE = 300;

/** What the embedded broker answers by itself. */
interface BrokerDoor {
  handles(path: string): boolean;
  handleRequest(request: IncomingMessage, response: ServerResponse): void;
}

export interface AppDependencies {
  readonly config: Config;
  readonly issuer: TokenIssuer;
  readonly isCleanName: NameCheck;
  readonly pageFolder: string;
  readonly log: Log;
  readonly broker?: BrokerDoor;
  readonly functionHandler?: FunctionHandler;
  readonly authRequestsAMinute?: number;
}

interface Refusal {
  readonly code: string;
  readonly message: string;
}

const INVALID_ROOM: Refusal = { code: "invalid_room", message: "A room name is 1 to 40 characters of a-z, 0-9 and -." };

function refuse(response: Response, status: number, refusal: Refusal): void {
  response.status(status).json({ error: { code: refusal.code, message: refusal.message } });
}

/** A person who typed a wrong address reads a sentence, a program gets the code. */
function refuseAddress(request: Request, response: Response, refusal: Refusal): void {
  if (request.accepts(["json", "html"]) === "html")
    response.status(404).type("text/plain").send(`${refusal.message}\n`);
  else refuse(response, 404, refusal);
}

interface Connection {
  readonly endpoint?: string;
  readonly port?: number;
  readonly tls?: boolean;
}

const INVALID_HOST: Refusal = { code: "invalid_host", message: "The Host header names no host." };

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

export function createApp(dependencies: AppDependencies): Express {
  const { config, broker, functionHandler, isCleanName, issuer, log } = dependencies;
  const { backend } = config;
  const app = express();
  app.disable("x-powered-by");
  app.set("trust proxy", "loopback"); // a tunnel or TLS proxy on this machine may say whom it speaks for
  app.set("query parser", "simple");

  if (broker !== undefined) {
    app.use((request, response, next) => {
      if (broker.handles(request.path)) broker.handleRequest(request, response);
      else next();
    });
  }
  if (functionHandler !== undefined) {
    const rawBody = express.raw({ type: () => true, limit: FUNCTION_BODY_LIMIT });
    const onError = (error: unknown) => log.error("function.failed", { reason: String(error) });
    app.all("/lambda", asItCame, rawBody, serveFunction(functionHandler, onError));
  }

  app.use(securityHeaders(backend.mode === "local" ? "self" : (backend.endpoint ?? "ably")));

  app.get("/health", (_request, response) => {
    response.set("Cache-Control", "no-store").json({ status: "ok", mode: backend.mode });
  });

  app.get("/config", (request, response) => {
    const room = parseRoom(request.query.room);
    if (room === null) return refuse(response, 400, INVALID_ROOM);
    const connection = connectionOf(backend, request);
    if (connection === undefined) return refuse(response, 400, INVALID_HOST);
    response.set("Cache-Control", "no-store").json({
      mode: backend.mode,
      ...connection,
      channels: { ...roomChannels(room), noticesPrefix: noticesChannel("") },
      maxMessageLength: config.maxMessageLength,
    });
  });

  const cookies = cookieParser(config.sessionSecret);
  const authLimit = rateLimit({
    windowMs: 60_000,
    limit: dependencies.authRequestsAMinute ?? AUTH_REQUESTS_A_MINUTE,
    standardHeaders: "draft-8",
    legacyHeaders: false,
    handler: (_request, response) => {
      refuse(response, 429, { code: "too_many_requests", message: "Too many token requests; try again in a minute." });
    },
  });
  app.get("/auth", authLimit, sameSiteOnly, cookies, async (request, response) => {
    response.set("Cache-Control", "no-store");
    const room = parseRoom(request.query.room);
    if (room === null) return refuse(response, 400, INVALID_ROOM);
    const identity = identify(
      {
        cookie: request.signedCookies[COOKIE],
        clientId: request.query.clientId,
        name: request.query.name,
      },
      isCleanName,
    );
    if ("code" in identity) return refuse(response, 400, identity);
    const clientId = clientIdOf(identity);
    // A tab that keeps an older name for itself does not take the newer one out of the cookie.
    const remembered = parseClientId(request.signedCookies[COOKIE], isCleanName);
    const isNamed = request.query.name !== undefined && request.query.name !== "";
    const kept = remembered === undefined || isNamed ? clientId : clientIdOf(remembered);
    response.cookie(COOKIE, kept, {
      signed: true,
      httpOnly: true,
      sameSite: "lax",
      secure: request.secure,
      maxAge: COOKIE_MAX_AGE_MS,
    });
    response.json(await issuer.issue(clientId, room));
  });
  app.post("/leave", sameSiteOnly, (_request, response) => {
    response.clearCookie(COOKIE).status(204).end();
  });

  app.use(servePage(dependencies.pageFolder));
  app.get("/r/:room", (request, response) => refuseAddress(request, response, INVALID_ROOM));

  app.use((request, response) => {
    const message = `There is nothing at ${request.method} ${request.path}.`;
    refuseAddress(request, response, { code: "not_found", message });
  });
  app.use(errorHandler(log));
  return app;
}

/** AWS hands a compressed body on as it came, and so do we: nothing is read before the function has seen the signature. */
const asItCame: RequestHandler = (request, _response, next) => {
  delete request.headers["content-encoding"];
  next();
};

/** Other sites may neither take a token nor change who somebody is. Browsers say where a request comes from. */
const sameSiteOnly: RequestHandler = (request, response, next) => {
  if (request.headers["sec-fetch-site"] !== "cross-site") return next();
  refuse(response, 403, { code: "cross_site", message: "This address answers only pages of its own site." });
};

/** The client learns of its own mistakes; of ours it gets an id that the log explains. */
function errorHandler(log: Log): ErrorRequestHandler {
  return (error: { status?: number; type?: string; message?: string }, _request, response, next) => {
    if (response.headersSent) return next(error);
    if (error.type === "entity.too.large")
      return refuse(response, 413, {
        code: "too_large",
        message: `The body is larger than ${FUNCTION_BODY_LIMIT} bytes.`,
      });
    if (error.status !== undefined && error.status >= 400 && error.status < 500)
      return refuse(response, error.status, { code: "bad_request", message: "The request cannot be read." });
    const id = randomUUID();
    log.error("request.failed", { id, reason: String(error.message) });
    refuse(response, 500, { code: "internal", message: `Something went wrong here; the log knows it as ${id}.` });
  };
}
