/** Somebody who comes to the product over the network: an address, a cookie, and the token that the page would get. */
import * as Ably from "ably";

/** Who somebody is to the server. */
export interface Passport {
  /** The address that the proxy before the product saw. */
  readonly address: string;
  readonly room?: string;
  /** Of an earlier visit; filled in by the first token. */
  cookie?: string;
}

export interface Visit {
  readonly client: Ably.Realtime;
  readonly clientId: string;
  /** What the page's own channels are called. */
  readonly inbound: Ably.RealtimeChannel;
  readonly outbound: Ably.RealtimeChannel;
  readonly notices: Ably.RealtimeChannel;
  close(): void;
}

/** The product stands behind a proxy in the arena: everybody has an address of their own. */
export const headersOf = ({ address, cookie }: Passport): Record<string, string> => ({
  "x-forwarded-for": address,
  ...(cookie !== undefined && { cookie }),
});

/** The page's own token request; remembers the cookie. */
export async function tokenRequest(origin: string, passport: Passport): Promise<Ably.TokenRequest> {
  const query = passport.room === undefined ? "" : `?room=${passport.room}`;
  const response = await fetch(`${origin}/auth${query}`, { headers: headersOf(passport) });
  if (!response.ok) throw new Error(`/auth answered ${response.status}`);
  passport.cookie ??= response.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  return (await response.json()) as Ably.TokenRequest;
}

/** Exchanges a token request for a token, as the SDK does, for those who come without it. */
export async function tokenFor(origin: string, passport: Passport): Promise<string> {
  const request = await tokenRequest(origin, passport);
  const response = await fetch(`${origin}/keys/${request.keyName}/requestToken`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(request),
  });
  if (!response.ok) throw new Error(`requestToken answered ${response.status}`);
  return ((await response.json()) as Ably.TokenDetails).token;
}

/** Enters a room through the real SDK; rejects when the room is not open within the patience of a person. */
export async function visit(origin: string, passport: Passport, patienceMs = 10_000): Promise<Visit> {
  const { hostname, port } = new URL(origin);
  const client = new Ably.Realtime({
    authCallback: (_params, done) =>
      void tokenRequest(origin, passport).then(
        (request) => done(null, request),
        (error) => done(String(error), null),
      ),
    endpoint: hostname,
    port: Number(port),
    tls: false,
    echoMessages: true,
    disconnectedRetryTimeout: 500,
    logLevel: 0,
  });
  const room = passport.room === undefined ? "" : `:${passport.room}`;
  try {
    await connected(client, patienceMs);
  } catch (error) {
    client.close();
    throw error;
  }
  const { clientId } = client.auth;
  const person = clientId.slice(clientId.lastIndexOf(".") + 1);
  return {
    client,
    clientId,
    inbound: client.channels.get(`chat:from-clients${room}`),
    outbound: client.channels.get(`chat:to-clients${room}`),
    notices: client.channels.get(`chat:notices:${person}`, { params: { rewind: "2m" } }),
    close: () => client.close(),
  };
}

function connected(client: Ably.Realtime, patienceMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let reason = "no answer";
    const timer = setTimeout(() => reject(new Error(`not connected: ${reason}`)), patienceMs);
    client.connection.on((change) => {
      if (change.reason !== undefined) reason = `${change.reason.code} ${change.reason.message}`;
      if (change.current === "failed") reject(new Error(`not connected: ${reason}`));
      if (change.current !== "connected") return;
      clearTimeout(timer);
      resolve();
    });
  });
}
