/** A real OpenID Connect provider on loopback, where people sign in by their name alone, and a browser that goes there. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type CryptoKey, decodeJwt, exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from "jose";
import { Provider } from "oidc-provider";

export const CLIENT = { id: "asterism", secret: "a client secret of this test" };

/** An application of somebody else at the same provider; its secret is the same, so that only its name differs. */
export const OTHER_CLIENT = "another application";

/** What the provider says of whoever signs in as `name`. */
export interface Person {
  readonly name: string;
  readonly email: string;
  readonly isVerified: boolean;
}

/**
 * What becomes of an ID token on its way to us, and who signs it then: the provider, by its key or by the one before, somebody
 * else, or nobody.
 */
export interface Substitute {
  readonly claims?: JWTPayload;
  readonly signedBy?: "provider" | "withdrawn" | "stranger" | "nobody";
}

export interface StandingProvider {
  readonly issuer: string;
  readonly people: Map<string, Person>;
  /** Each ID token is replaced by this while it is set. */
  substitute: Substitute | undefined;
  /** Signs with a new key from now on, and publishes the old one no more. */
  changeKey(): Promise<void>;
  close(): Promise<void>;
}

interface Key {
  readonly kid: string;
  readonly key: CryptoKey;
}

async function makeKey(kid: string): Promise<Key> {
  return { kid, key: (await generateKeyPair("RS256", { extractable: true })).privateKey };
}

/** Starts one that knows our server at `redirects`, to which more may be added while it stands. */
export async function startProvider(redirects: readonly string[]): Promise<StandingProvider> {
  const people = new Map<string, Person>();
  const server: Server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const keys = [await makeKey("key 1")];
  const strange = { ...(await makeKey("")), kid: "key 1" };
  const serve = async (key: Key) => {
    const provider = await openProvider({ issuer, redirects, people, key });
    provider.use(async (context, next) => {
      await next();
      const answer = context.body as { id_token?: string } | undefined;
      if (standing.substitute === undefined || typeof answer?.id_token !== "string") return;
      const { claims = {}, signedBy = "provider" } = standing.substitute;
      const all = { ...decodeJwt(answer.id_token), ...claims };
      const signer = { provider: keys.at(-1), withdrawn: keys.at(-2), stranger: strange, nobody: undefined }[signedBy];
      answer.id_token = await signed(all, signer);
    });
    server.removeAllListeners("request");
    server.on("request", provider.callback());
  };
  const standing: StandingProvider = {
    issuer,
    people,
    substitute: undefined,
    async changeKey() {
      const key = await makeKey(`key ${keys.length + 1}`);
      keys.push(key);
      await serve(key);
    },
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
  await serve(keys[0] ?? strange);
  return standing;
}

const signed = async (claims: JWTPayload, signer: Key | undefined): Promise<string> =>
  signer === undefined
    ? new UnsecuredJWT(claims).encode()
    : await new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: signer.kid }).sign(signer.key);

interface ProviderParts extends Pick<StandingProvider, "issuer" | "people"> {
  readonly redirects: readonly string[];
  readonly key: Key;
}

async function openProvider({ issuer, redirects, people, key }: ProviderParts): Promise<Provider> {
  const provider = new Provider(issuer, {
    jwks: { keys: [{ ...(await exportJWK(key.key)), kid: key.kid, alg: "RS256", use: "sig" }] },
    clients: [CLIENT.id, OTHER_CLIENT].map((id) => ({
      client_id: id,
      client_secret: CLIENT.secret,
      redirect_uris: [`${issuer}/nowhere`, ...redirects],
    })),
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    pkce: { required: () => true },
    cookies: { keys: ["cookies of this test"] },
    findAccount: (_context, sub) => ({
      accountId: sub,
      claims: () => {
        const { name, email, isVerified } = people.get(sub) ?? { name: sub, email: "", isVerified: false };
        return { sub, name, email, email_verified: isVerified };
      },
    }),
  });
  provider.Client.prototype.redirectUriAllowed = (uri) => redirects.includes(uri);
  provider.on("server_error", () => undefined);
  return provider;
}

/** Goes through the provider's own pages as `login`; answers where the provider sends the browser back to. */
export async function signInAt(authorization: string, login: string): Promise<string> {
  const cookies = new Map<string, string>();
  const { origin } = new URL(authorization);
  let next = authorization;
  for (let step = 0; step < 12; step += 1) {
    const answer = await visit(next, cookies);
    const location = answer.headers.get("location");
    if (location !== null) {
      next = new URL(location, next).href;
      if (new URL(next).origin !== origin) return next;
      continue;
    }
    const html = await answer.text();
    const action = /<form[^>]*action="([^"]+)"/.exec(html)?.[1];
    const prompt = /name="prompt" value="([^"]+)"/.exec(html)?.[1];
    if (action === undefined || prompt === undefined)
      throw new Error(`the provider says ${answer.status}: ${html.slice(0, 300)}`);
    const form = new URLSearchParams(prompt === "login" ? { prompt, login, password: "any" } : { prompt });
    const sent = await visit(new URL(action, next).href, cookies, form);
    next = new URL(sent.headers.get("location") ?? "", next).href;
  }
  throw new Error("the provider leads round in circles");
}

async function visit(url: string, cookies: Map<string, string>, form?: URLSearchParams): Promise<Response> {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const answer = await fetch(url, {
    redirect: "manual",
    headers: { cookie },
    ...(form !== undefined && { method: "POST", body: form }),
  });
  for (const line of answer.headers.getSetCookie()) {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    cookies.set(name, value);
  }
  return answer;
}
