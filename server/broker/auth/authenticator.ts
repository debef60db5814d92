/** Authentication: turns a key or a token into a grant, for REST, for a new connection and for AUTH on an open one. */
import { ok, type Refusal, type Result, refuse, withStatus } from "../errors.ts";
import type { Limits } from "../limits.ts";
import { type Grant, identityOf, maySpeakAs } from "./grant.ts";
import { type Key, parseKeyString, sameText, WHAT_TO_SET } from "./key.ts";
import type { Revocations } from "./revocations.ts";
import { checkToken, tokenAddress } from "./token.ts";

/** What a caller shows: a key or a token, and perhaps who it wants to be. */
export interface Credentials {
  readonly key?: string | undefined;
  readonly token?: string | undefined;
  /** The client id asked for; with a token it must be one that the token allows. */
  readonly clientId?: string | undefined;
}

/** What authentication needs to know of an app. */
export interface TokenAuthority {
  readonly appId: string;
  readonly keys: ReadonlyMap<string, Key>;
  readonly limits: Limits;
  readonly revocations: Revocations;
  now(): number;
}

/** Who the caller is, and in which app. */
export interface Authenticated<App extends TokenAuthority> {
  readonly app: App;
  readonly grant: Grant;
}

type FindApp<App> = (appId: string) => App | undefined;

/** Answers at once, but for a JWT, whose signature is checked elsewhere. */
export function authenticate<App extends TokenAuthority>(
  credentials: Credentials,
  findApp: FindApp<App>,
): Result<Authenticated<App>> | Promise<Result<Authenticated<App>>> {
  const { key, token, clientId } = credentials;
  if (key !== undefined) return withKey(key, clientId, findApp);
  if (token !== undefined) return withToken(token, clientId, findApp);
  return refuse(
    40101,
    "unable to authenticate; there are no credentials: set key, or a token, in the client's options",
  );
}

/** The remedy for tokens that a wrong key signed. */
const WHAT_TO_SIGN = "sign tokens with a key that the broker was started with";

/** Finds a key by its full text. */
export function findKey<App extends TokenAuthority>(
  text: string,
  findApp: FindApp<App>,
): Result<{ app: App; key: Key }> {
  const parts = parseKeyString(text);
  if (parts === undefined) return refuse(40005, "unable to authenticate; the key is not of the form app.id:secret");
  const app = findApp(parts.appId);
  if (app === undefined) return refuse(40101, `unable to authenticate; there is no such app: ${WHAT_TO_SET}`);
  const key = app.keys.get(parts.id);
  if (key === undefined) {
    const { error } = refuse(40400, `unable to authenticate; there is no such key: ${WHAT_TO_SET}`);
    return { ok: false, error: withStatus(error, 401) };
  }
  if (!sameText(key.secret, parts.secret)) {
    return refuse(40101, `unable to authenticate; the key does not match: ${WHAT_TO_SET}`);
  }
  return ok({ app, key });
}

function withKey<App extends TokenAuthority>(
  text: string,
  clientId: string | undefined,
  findApp: FindApp<App>,
): Result<Authenticated<App>> {
  const found = findKey(text, findApp);
  if (!found.ok) return found;
  const { app, key } = found.value;
  return ok({ app, grant: clientId === undefined ? key.grant : { ...key.grant, identity: identityOf(clientId) } });
}

function withToken<App extends TokenAuthority>(
  token: string,
  clientId: string | undefined,
  findApp: FindApp<App>,
): Result<Authenticated<App>> | Promise<Result<Authenticated<App>>> {
  const address = tokenAddress(token);
  if (address === undefined) return notAToken(token);
  const app = findApp(address.appId);
  if (app === undefined) return refuse(40400, `unable to authenticate; there is no such app: ${WHAT_TO_SIGN}`);
  const key = app.keys.get(address.keyId);
  if (key === undefined) return refuse(40143, `unable to authenticate; the token's key is not known: ${WHAT_TO_SIGN}`);
  const maxTtlMs = key.revocableTokens ? app.limits.revocableTokenMaxTtlMs : app.limits.tokenMaxTtlMs;
  const checked = checkToken(token, key, { now: app.now(), maxTtlMs });
  if (checked instanceof Promise) return checked.then((result) => withGrant(app, result, clientId));
  return withGrant(app, checked, clientId);
}

/**
 * Only text that may be a JWT is answered with 40143, at which a client asks for a new token. Other text was never a
 * token, and another try would bring the same text.
 */
function notAToken(text: string): Refusal {
  const parts = text.split(".").length;
  if (parts < 3) return refuse(40101, "unable to authenticate; this is not a token");
  if (parts === 3) return refuse(40143, "unable to authenticate; the token is not recognised");
  return refuse(40005, "unable to authenticate; this has not the form of a token");
}

function withGrant<App extends TokenAuthority>(
  app: App,
  checked: Result<Grant>,
  clientId: string | undefined,
): Result<Authenticated<App>> {
  if (!checked.ok) return checked;
  const problem = tokenProblem(app, checked.value, app.now());
  if (problem !== undefined) return problem;
  return withClientId(app, checked.value, clientId);
}

/** Why a token that was valid once is no longer valid. */
export function tokenProblem(app: TokenAuthority, grant: Grant, now: number): Refusal | undefined {
  if (grant.token === undefined) return undefined;
  if (grant.token.expires <= now) return refuse(40142, "unable to authenticate; the token has expired");
  if (app.revocations.revokes(grant, now)) return refuse(40141, "unable to authenticate; the token has been revoked");
  return undefined;
}

function withClientId<App extends TokenAuthority>(
  app: App,
  grant: Grant,
  clientId: string | undefined,
): Result<Authenticated<App>> {
  if (clientId === undefined || clientId === "*" || clientId === "") return ok({ app, grant });
  if (!maySpeakAs(grant.identity, clientId)) {
    return refuse(40102, "unable to authenticate; the token does not allow this client id");
  }
  return ok({ app, grant: { ...grant, identity: identityOf(clientId) } });
}
