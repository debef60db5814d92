/** The router: one REST request in, one answer out. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { accountOf } from "../auth/account.ts";
import { authenticate, type Credentials } from "../auth/authenticator.ts";
import { allowsAnywhere } from "../auth/capability.ts";
import { notKept, ok, type Result, refuse } from "../errors.ts";
import type { Limits } from "../limits.ts";
import type { BrokerLog } from "../options.ts";
import type { Format } from "../wire/codec.ts";
import { annotateRoute, annotationsRoute } from "./annotations.ts";
import type { OwnAnswer, OwnRequest } from "./answer.ts";
import { batchPresenceRoute, batchPublishRoute } from "./batch.ts";
import { allowOrigin, type TrustsOrigin } from "./cors.ts";
import { enumerateRoute } from "./enumerate.ts";
import { changeRoute, historyRoute, messageRoute, publishRoute, versionsRoute } from "./messages.ts";
import { presenceHistoryRoute, presenceRoute, statusRoute } from "./presence.ts";
import { errorReply, type Reply, written } from "./reply.ts";
import {
  type AppRequest,
  credentialsOf,
  pathOf,
  type RestRequest,
  readBody,
  takeBytes,
  targetOf,
  wantedFormat,
} from "./request.ts";
import { type FindApp, requestTokenRoute, revokeTokensRoute } from "./tokens.ts";

/** What the router needs. Its routes are pure functions of the request and the app. */
export interface RouterDeps {
  readonly findApp: FindApp;
  readonly limits: Limits;
  readonly now: () => number;
  readonly log: BrokerLog;
  readonly trustsOrigin: TrustsOrigin;
  readonly addressOf: (request: IncomingMessage) => string;
}

const ROOTS: ReadonlySet<string> = new Set(["channels", "keys", "time", "messages", "presence", "stats"]);
/** The version of the protocol that a request without one is taken for. */
const NEWEST = 6;
const NOTHING = Buffer.alloc(0);
const NOT_VALID = refuse(40000, "unable to answer; the path is not valid");
const NOT_FOUND = refuse(40400, "unable to answer; there is no such path");
const NOT_ALLOWED = refuse(40500, "unable to answer; the path knows no such method");

/** Whether this path belongs to the broker. */
export const handlesPath = (path: string): boolean => ROOTS.has(path.split(/[/?]/, 2)[1] ?? "");

/** Answers one request over HTTP; never throws and never leaves it open. */
export async function answer(request: IncomingMessage, response: ServerResponse, deps: RouterDeps): Promise<void> {
  allowOrigin(request, response, deps.trustsOrigin);
  if (request.method === "OPTIONS") {
    response.writeHead(204).end();
    return;
  }
  const target = targetOf(request);
  const query = queryOf(target);
  const format = wantedFormat(request, query);
  const reply = await replied(deps, () => read(request, { target, query, format }, deps));
  const { status, headers, body } = written(reply, format);
  try {
    response.writeHead(status, headers).end(body);
  } catch (error) {
    deps.log.warn("rest.failed", { reason: reasonOf(error) });
    response.destroy();
  }
}

/** Answers one request that came without HTTP, as it would have been over it; never throws. */
export async function answerOwn({ method, url, key, body }: OwnRequest, deps: RouterDeps): Promise<OwnAnswer> {
  const { status, headers, ...reply } = await replied(deps, async () => {
    const path = pathOf(url);
    if (path === undefined) return NOT_VALID;
    const request = { method, path, query: queryOf(url), format: "json", body, version: NEWEST } as const;
    return await route(request, { credentials: { key }, address: () => "" }, deps);
  });
  return { status, headers: headers === undefined ? NO_HEADERS : lowerCased(headers), body: reply.body };
}

const NO_HEADERS: OwnAnswer["headers"] = {};

const lowerCased = (headers: OwnAnswer["headers"]): OwnAnswer["headers"] =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

async function replied(deps: RouterDeps, work: () => Promise<Result<Reply>>): Promise<Reply> {
  try {
    const reply = await work();
    return reply.ok ? reply.value : errorReply(reply.error);
  } catch (error) {
    deps.log.warn("rest.failed", { reason: reasonOf(error) });
    return errorReply(refuse(50000, "unable to answer; internal error").error);
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : "unknown");

const queryOf = (target: string): URLSearchParams =>
  new URLSearchParams(target.slice(target.indexOf("?") + 1 || target.length));

/** The time is told to everybody. */
const asksTime = (path: readonly string[]): boolean => path[0] === "time" && path.length === 1;

/** What the first line and the headers say. */
interface Start {
  readonly target: string;
  readonly query: URLSearchParams;
  readonly format: Format;
}

/** Reads a request off the network, and has it answered. */
async function read(
  request: IncomingMessage,
  { target, query, format }: Start,
  deps: RouterDeps,
): Promise<Result<Reply>> {
  const path = pathOf(target);
  if (path === undefined) return NOT_VALID;
  const method = request.method ?? "GET";
  const isTime = asksTime(path);
  const credentials = isTime ? ok({}) : credentialsOf(request, query);
  if (!credentials.ok) return credentials;
  const hasBody = !isTime && method !== "GET" && method !== "HEAD";
  const taken = hasBody ? await takeBytes(request, deps.limits.bodyBytes) : ok(NOTHING);
  const body = taken.ok ? readBody(request, taken.value) : taken;
  if (!body.ok) return body;
  const version = Number(request.headers["x-ably-version"] ?? query.get("v") ?? NEWEST) || NEWEST;
  const caller = { credentials: credentials.value, address: () => deps.addressOf(request) };
  return await route({ method, path, query, format, body: body.value, version }, caller, deps);
}

/** Who asks, and from where. */
interface Caller {
  readonly credentials: Credentials;
  readonly address: () => string;
}

async function route(request: RestRequest, { credentials, address }: Caller, deps: RouterDeps): Promise<Result<Reply>> {
  const { method, path, query, format, body, version } = request;
  if (asksTime(path)) return ok({ status: 200, body: [deps.now()] });
  if (path[0] === "keys") return keyRoute(request, credentials.key, deps.findApp);
  const authenticated = await authenticate(credentials, deps.findApp);
  if (!authenticated.ok) return authenticated;
  const { app, grant } = authenticated.value;
  const account = accountOf(grant, grant.token === undefined ? "" : address());
  const excess = app.quotas.requests.take(app.now(), 1, account);
  if (excess !== undefined) {
    const whose = excess === "own" ? "client" : "app";
    return refuse(42918, `unable to answer; the ${whose}'s rate of requests is exceeded`);
  }
  const { turn } = app.deps;
  if (turn.isCommitting) await turn.free();
  const reply = appRoute({ method, path, query, format, body, version, app, grant, account });
  return (await turn.committed()) ? reply : notKept("answer");
}

function keyRoute(request: RestRequest, basicKey: string | undefined, findApp: FindApp): Result<Reply> {
  const [, keyName = "", verb, more] = request.path;
  if (more !== undefined || (verb !== "requestToken" && verb !== "revokeTokens")) return NOT_FOUND;
  const address = { keyName, basicKey, findApp };
  if (verb === "revokeTokens") {
    return request.method === "POST" ? revokeTokensRoute(request, address) : NOT_ALLOWED;
  }
  if (request.method !== "POST" && request.method !== "GET") return NOT_ALLOWED;
  const body = request.method === "GET" ? Object.fromEntries(request.query) : request.body;
  return requestTokenRoute({ ...request, body }, address);
}

function appRoute(request: AppRequest): Result<Reply> {
  const { method, path } = request;
  const [root, ...rest] = path;
  if (rest.length === 0) {
    if (root === "channels") return method === "GET" ? enumerateRoute(request) : NOT_ALLOWED;
    if (root === "messages") return method === "POST" ? batchPublishRoute(request) : NOT_ALLOWED;
    if (root === "presence") return method === "GET" ? batchPresenceRoute(request) : NOT_ALLOWED;
    if (root === "stats") return method === "GET" ? statsRoute(request) : NOT_ALLOWED;
  }
  return root === "channels" ? channelRoute(request, rest) : NOT_FOUND;
}

function channelRoute(request: AppRequest, path: readonly string[]): Result<Reply> {
  const [channel = "", ...rest] = path;
  const { method } = request;
  const [first, second, third] = rest;
  switch (rest.length) {
    case 0:
      return method === "GET" ? statusRoute(request, channel) : NOT_ALLOWED;
    case 1:
      if (first === "messages" || first === "history") {
        if (method === "GET") return historyRoute(request, channel);
        return method === "POST" && first === "messages" ? publishRoute(request, channel) : NOT_ALLOWED;
      }
      if (first === "publish") return method === "POST" ? publishRoute(request, channel) : NOT_ALLOWED;
      if (first === "presence") return method === "GET" ? presenceRoute(request, channel) : NOT_ALLOWED;
      return NOT_FOUND;
    case 2:
      if (first === "presence" && second === "history") {
        return method === "GET" ? presenceHistoryRoute(request, channel) : NOT_ALLOWED;
      }
      if (first !== "messages") return NOT_FOUND;
      if (method === "GET") return messageRoute(request, channel, second ?? "");
      return method === "PATCH" || method === "POST" ? changeRoute(request, channel, second ?? "") : NOT_ALLOWED;
    case 3:
      if (first !== "messages") return NOT_FOUND;
      if (third === "annotations") {
        if (method === "GET") return annotationsRoute(request, channel, second ?? "");
        return method === "POST" ? annotateRoute(request, channel, second ?? "") : NOT_ALLOWED;
      }
      if (third !== "versions") return NOT_FOUND;
      return method === "GET" ? versionsRoute(request, channel, second ?? "") : NOT_ALLOWED;
    default:
      return NOT_FOUND;
  }
}

/** The broker keeps no statistics: the answer is an empty list for those who may ask. */
function statsRoute({ grant }: AppRequest): Result<Reply> {
  if (!allowsAnywhere(grant.capability, "stats")) {
    return refuse(40160, "unable to read statistics; capability does not include stats");
  }
  return ok({ status: 200, body: [] });
}
