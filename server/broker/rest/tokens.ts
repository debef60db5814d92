/** Routes of tokens: `/keys/{keyName}/requestToken` and `/keys/{keyName}/revokeTokens`. */
import type { App } from "../app/app.ts";
import { findKey } from "../auth/authenticator.ts";
import { capabilityText } from "../auth/capability.ts";
import { type Key, parseKeyName, WHAT_TO_SET } from "../auth/key.ts";
import type { Revocation } from "../auth/revocations.ts";
import { writeToken } from "../auth/token.ts";
import { checkTokenRequest } from "../auth/token-request.ts";
import { errorInfo, ok, type Result, refuse, withStatus } from "../errors.ts";
import { Fields } from "../wire/fields.ts";
import type { Reply } from "./reply.ts";
import type { RestRequest } from "./request.ts";

export type FindApp = (appId: string) => App | undefined;

/** Which key a request is about. */
export interface KeyAddress {
  readonly keyName: string;
  /** The key of Basic auth, when there was any. */
  readonly basicKey: string | undefined;
  readonly findApp: FindApp;
}

/** Issues a token. */
export function requestTokenRoute(request: RestRequest, { keyName, basicKey, findApp }: KeyAddress): Result<Reply> {
  const found = keyByName(keyName, findApp);
  if (!found.ok) return found;
  const { app, key } = found.value;
  const basic = basicKey === undefined ? undefined : findKey(basicKey, findApp);
  if (basic?.ok === false) return basic;
  const trusted = basic !== undefined && basic.value.key === key;
  const { nonces, limits } = app;
  const terms = checkTokenRequest(request.body ?? {}, { key, trusted, nonces, now: app.now(), limits });
  if (!terms.ok) return terms;
  const { ttlMs, capability, clientId } = terms.value;
  const account = clientId === undefined ? undefined : `client:${clientId}`;
  const excess = app.quotas.tokens.take(app.now(), 1, account);
  if (excess !== undefined) {
    const whose = excess === "own" ? "client" : "app";
    return refuse(42910, `unable to issue a token; the ${whose}'s rate of token requests is exceeded`);
  }
  const issued = app.now();
  const body = {
    keyId: key.id,
    issued,
    expires: issued + ttlMs,
    capability: capabilityText(capability),
    ...(clientId !== undefined && { clientId }),
  };
  const { keyId: _, ...details } = body;
  return ok({ status: 201, body: { token: writeToken(app.appId, key, body), keyName: key.name, ...details } });
}

function keyByName(keyName: string, findApp: FindApp): Result<{ app: App; key: Key }> {
  const parts = parseKeyName(keyName);
  const app = parts === undefined ? undefined : findApp(parts.appId);
  if (parts === undefined || app === undefined)
    return refuse(40400, `unable to issue a token; there is no such app: ${WHAT_TO_SET}`);
  const key = app.keys.get(parts.id);
  if (key !== undefined) return ok({ app, key });
  const { error } = refuse(40400, `unable to issue a token; there is no such key: ${WHAT_TO_SET}`);
  return { ok: false, error: withStatus(error, 401) };
}

const MARGIN_MS = 30_000;
const OLDEST_MS = 3_600_000;

/** Revokes tokens by client id, revocation key or channel; needs Basic auth with the very key. */
export function revokeTokensRoute(request: RestRequest, { keyName, basicKey, findApp }: KeyAddress): Result<Reply> {
  if (basicKey === undefined) return refuse(40162, "unable to revoke tokens; it needs Basic auth");
  const basic = findKey(basicKey, findApp);
  if (!basic.ok) return basic;
  const { app, key } = basic.value;
  if (key.name !== keyName) return refuse(40133, "unable to revoke tokens; they are of another key");
  if (!key.revocableTokens) return refuse(40163, "unable to revoke tokens; the key does not issue revocable ones");
  const fields = new Fields(request.body, "body");
  const targets = fields.list("targets") ?? [];
  const now = app.now();
  const issuedBefore = fields.integer("issuedBefore") ?? now;
  const margin = fields.raw("allowReauthMargin") === true;
  if (fields.problem !== undefined) return refuse(40000, `unable to revoke tokens; ${fields.problem}`);
  if (targets.length === 0 || targets.length > app.limits.revocationTargets) {
    return refuse(40003, `unable to revoke tokens; one to ${app.limits.revocationTargets} targets are allowed`);
  }
  if (issuedBefore > now || issuedBefore < now - OLDEST_MS) {
    return refuse(40003, "unable to revoke tokens; issuedBefore must lie within the last hour");
  }
  const appliesAt = margin ? now + MARGIN_MS : now;
  const results = targets.map((target) => {
    const revocation = readTarget(target, { keyId: key.id, issuedBefore, appliesAt });
    if (revocation === undefined) {
      return { target, error: errorInfo(40003, "unable to revoke; the target is not type:value of a known type") };
    }
    if (!app.revocations.add(revocation, now)) {
      return { target, error: errorInfo(42910, "unable to revoke; too many revocations") };
    }
    app.connections.announceRevocation(revocation);
    return { target, issuedBefore, appliesAt };
  });
  app.deps.schedule.add(appliesAt, () => app.connections.endRevoked());
  return ok(batchReply(request, results));
}

function readTarget(
  target: unknown,
  rest: { keyId: string; issuedBefore: number; appliesAt: number },
): Revocation | undefined {
  const match = typeof target === "string" ? /^(clientId|revocationKey|channel):(.+)$/s.exec(target) : null;
  const type = match?.[1];
  if (type !== "clientId" && type !== "revocationKey" && type !== "channel") return undefined;
  return { type, value: match?.[2] ?? "", ...rest };
}

/** Several outcomes in one answer, as each protocol version wants them. */
export function batchReply(request: RestRequest, results: readonly object[]): Reply {
  const failureCount = results.filter((result) => "error" in result).length;
  if (request.version >= 3) {
    return { status: 201, body: { successCount: results.length - failureCount, failureCount, results } };
  }
  if (failureCount === 0) return { status: 201, body: results };
  const error = errorInfo(40020, "unable to complete the batch; some of it failed");
  return { status: 400, body: { error, batchResponse: results } };
}
