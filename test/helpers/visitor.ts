/** A visitor without a browser: the real SDK in Node, a cookie jar of one cookie, the product's own token server. */
import * as Ably from "ably";

export interface Seen {
  readonly text: unknown;
  readonly author: string | undefined;
  readonly sourceId: string | undefined;
  readonly starred: string | undefined;
}

export interface Visitor {
  readonly clientId: string;
  readonly client: Ably.Realtime;
  /** What the server keeps in its browser. */
  readonly cookie: string;
  /** Every message that arrived on the room's outbound channel, in order. */
  readonly seen: readonly Seen[];
  /** The same in the order in which a page shows them: by time, then by author and the author's own id. */
  shown(): Seen[];
  /** How many tokens it took so far. */
  readonly tokens: number;
  /** Waits until it has taken so many tokens. */
  untilTokens(count: number): Promise<void>;
  /** Publishes to the room's inbound channel under an id of its own. */
  say(text: string, id?: string): Promise<void>;
  /** Waits until `condition` holds for what was seen. */
  until(what: string, condition: (seen: readonly Seen[]) => boolean): Promise<void>;
  close(): Promise<void>;
}

export interface VisitorOptions {
  readonly room?: string;
  readonly name?: string;
  /** Connects through another port, such as a proxy that can drop sockets. */
  readonly port?: number;
  readonly binary?: boolean;
}

const DEADLINE_MS = 20_000;

export async function enter(origin: string, options: VisitorOptions = {}): Promise<Visitor> {
  const { hostname, port } = new URL(origin);
  const room = options.room === undefined ? "" : `:${options.room}`;
  let cookie = "";
  let tokens = 0;
  const seen: Seen[] = [];
  const places = new Map<Seen, string>();
  const waiting = new Set<() => void>();
  const until = (what: string, condition: () => boolean) =>
    new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(check);
        reject(new Error(`waited for ${what}; saw ${JSON.stringify(seen)}`));
      }, DEADLINE_MS);
      const check = () => {
        if (!condition()) return;
        clearTimeout(timer);
        waiting.delete(check);
        resolve();
      };
      waiting.add(check);
      check();
    });

  const token = async (): Promise<Ably.TokenRequest> => {
    const query = new URLSearchParams({
      ...(options.room === undefined ? {} : { room: options.room }),
      ...(options.name === undefined ? {} : { name: options.name }),
    });
    const response = await fetch(`${origin}/auth?${query}`, { headers: { cookie } });
    if (!response.ok) throw new Error(`/auth answered ${response.status}: ${await response.text()}`);
    tokens++;
    for (const check of waiting) check();
    cookie = response.headers.getSetCookie()[0]?.split(";")[0] ?? cookie;
    return (await response.json()) as Ably.TokenRequest;
  };

  const client = new Ably.Realtime({
    authCallback: (_params, done) =>
      void token().then(
        (request) => done(null, request),
        (error) => done(String(error), null),
      ),
    endpoint: hostname,
    port: options.port ?? Number(port),
    tls: false,
    useBinaryProtocol: options.binary ?? true,
    disconnectedRetryTimeout: 100,
    logLevel: 0,
  });
  await client.connection.once("connected");

  const outbound = client.channels.get(`chat:to-clients${room}`);
  await outbound.subscribe((message) => {
    const headers: Record<string, string> = message.extras?.headers ?? {};
    const one: Seen = {
      text: message.data,
      author: message.clientId,
      sourceId: headers["source-id"],
      starred: headers.starred,
    };
    seen.push(one);
    places.set(one, [headers["source-timestamp"]?.padStart(16, "0"), one.author, one.sourceId].join("\n"));
    for (const check of waiting) check();
  });
  let sent = 0;

  return {
    clientId: client.auth.clientId,
    client,
    seen,
    shown: () => seen.toSorted((a, b) => ((places.get(a) ?? "") < (places.get(b) ?? "") ? -1 : 1)),
    get cookie() {
      return cookie;
    },
    get tokens() {
      return tokens;
    },
    async say(text, id = `${client.auth.clientId.replace(/[^\w]/g, "")}-${sent++}`) {
      await client.channels.get(`chat:from-clients${room}`).publish({ id, name: "message", data: text });
    },
    until: (what, condition) => until(what, () => condition(seen)),
    untilTokens: (count) => until(`token ${count}`, () => tokens >= count),
    async close() {
      if (client.connection.state === "closed") return;
      const closed = client.connection.once("closed");
      client.close();
      await closed;
    },
  };
}
