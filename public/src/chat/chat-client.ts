/**
 * The only file that knows the SDK. It joins one room and tells what happens in the page's own words; after a break of
 * the connection it reads history back to what is known, so that the log has no hole, or says that it may have one.
 */
import type * as Ably from "ably";
import { BaseRealtime, ErrorInfo, FetchRequest, RealtimePresence, Rest, WebSocketTransport } from "ably/modular";
import { type Incoming, keyOf } from "./entries.ts";
import { FILL_MESSAGES, FILL_PAGES, JOIN_MESSAGES } from "./limits.ts";
import { EVENT, readMessage, readNotice, readPeople } from "./protocol.ts";
import type { Answer, Settings, TokenRequest } from "./server-api.ts";
import type { Connection, Event } from "./state.ts";
import { who } from "./who.ts";

/** What the page hears of the room: events of its state, and that this client is of no more use. */
export type Heard =
  | Extract<
      Event,
      { type: "identified" | "connection" | "joined" | "arrived" | "filled" | "earlier" | "noticed" | "people" }
    >
  /** The server now says that we are somebody else: another tab changed the name. */
  | { readonly type: "outdated" };

type History = Ably.PaginatedResult<Ably.InboundMessage> | null;

type Published =
  | { readonly name: "accepted" }
  /** The connection went away first; the same message may be sent again. */
  | { readonly name: "unsent" }
  | { readonly name: "rejected"; readonly reason: string };

export interface ChatClient {
  publish(id: string, text: string): Promise<Published>;
  setTyping(typing: boolean): void;
  loadEarlier(): void;
  retryNow(): void;
  close(): void;
}

export interface ChatDeps {
  readonly settings: Settings;
  readonly token: (as?: { readonly clientId: string }) => Promise<Answer<TokenRequest>>;
  readonly now: () => number;
  readonly hear: (heard: Heard) => void;
  /** Is a message in the log already? Tells where a gap ends. */
  readonly isKnown: (key: string) => boolean;
  /** An earlier client was in this room already: carry on where it ended. */
  readonly rejoining: boolean;
}

const CODE = { identityChanged: 40102, authFailed: 40170, connectionGone: 80000 } as const;
const PEOPLE_PAUSE_MS = 150;

/** Joins the room and stays in it until closed. */
export function createChatClient({ settings, token, now, hear: tell, isKnown, rejoining }: ChatDeps): ChatClient {
  let closed = false;
  let clientId: string | null = null;
  let typing = false;
  let isTyping = false;
  let older: History = null;
  let isReadingPeople = false;

  const hear = (heard: Heard): void => {
    if (!closed) tell(heard);
  };

  const { endpoint, port, tls = true } = settings;
  const realtime = new BaseRealtime({
    plugins: { WebSocketTransport, FetchRequest, RealtimePresence, Rest },
    authCallback: (_params, done) => void authenticate(done),
    ...(endpoint && hostOf(endpoint)),
    ...(port && { port, tlsPort: port }),
    tls,
    transports: ["web_socket"],
    useBinaryProtocol: false,
    disableConnectivityCheck: true,
    disconnectedRetryTimeout: 3_000,
    suspendedRetryTimeout: 15_000,
    logLevel: 0,
  });
  const inbound = realtime.channels.get(settings.channels.inbound);
  const outbound = realtime.channels.get(settings.channels.outbound, {
    modes: ["SUBSCRIBE", "PRESENCE", "PRESENCE_SUBSCRIBE"],
  });

  realtime.connection.on((change) => {
    const connection = connectionOf(change, now());
    if (change.reason?.code === CODE.identityChanged && change.current === "failed") hear({ type: "outdated" });
    else if (connection !== null) hear({ type: "connection", connection, now: now() });
  });
  outbound.on(["attached", "update"], (change) => {
    if (change.current === "attached") void attached(change.resumed);
  });
  outbound.on("failed", ({ reason }) => {
    const connection = {
      name: "failed",
      reason: reason?.message ?? "the room cannot be joined",
      retryAt: null,
    } as const;
    hear({ type: "connection", connection, now: now() });
  });
  void quietly(
    outbound.subscribe(EVENT.message, (message) =>
      hear({ type: "arrived", messages: messagesOf([message]), now: now() }),
    ),
  );
  void quietly(outbound.presence.subscribe(peopleChanged));

  async function authenticate(
    done: (error: ErrorInfo | null, request: Ably.TokenRequest | null) => void,
  ): Promise<void> {
    const answer = await token(clientId === null ? undefined : { clientId });
    if (closed) return;
    if (!answer.ok) return done(new ErrorInfo(answer.message, CODE.authFailed, answer.status || 503), null);
    if (clientId !== null && clientId !== answer.value.clientId) return hear({ type: "outdated" });
    if (clientId === null) identified(answer.value.clientId);
    done(null, answer.value);
  }

  function identified(id: string): void {
    clientId = id;
    hear({ type: "identified", me: who(id) });
    // Rewound, so that what the moderator said while the page reloaded is heard as well.
    const notices = realtime.channels.get(settings.channels.noticesPrefix + id, {
      modes: ["SUBSCRIBE"],
      params: { rewind: "2m" },
    });
    void quietly(
      notices.subscribe(EVENT.notice, (message) => {
        const notice = readNotice(message);
        if (notice !== null) hear({ type: "noticed", notice });
      }),
    );
  }

  let joined = false;
  async function attached(resumed: boolean): Promise<void> {
    tellTyping();
    if (joined) return resumed ? undefined : fillGap();
    joined = true;
    // Entered once: after a break the SDK does it again by itself.
    void quietly(outbound.presence.enter());
    peopleChanged();
    if (rejoining) {
      await fillGap();
      hear({ type: "joined", messages: [], more: hasOlder() });
    } else hear({ type: "joined", messages: await readOlder(), more: hasOlder() });
  }

  async function fillGap(): Promise<void> {
    const found: Incoming[] = [];
    let continuous = false;
    let page = await quietly(outbound.history({ limit: FILL_MESSAGES, untilAttach: true }));
    for (let read = 0; page !== null && read < FILL_PAGES; read += 1) {
      const messages = messagesOf(page.items);
      found.push(...messages);
      continuous = messages.some(({ author, sourceId }) => isKnown(keyOf(author.id, sourceId)));
      if (continuous || !page.hasNext()) break;
      page = await quietly(page.next());
    }
    older ??= page;
    hear({ type: "filled", messages: found, continuous });
  }

  /** Reads the presence set, at most a few times a second however many people come and go. */
  function peopleChanged(): void {
    if (isReadingPeople) return;
    isReadingPeople = true;
    setTimeout(async () => {
      isReadingPeople = false;
      const members = await quietly(outbound.presence.get());
      if (members !== null) hear({ type: "people", people: readPeople(members) });
    }, PEOPLE_PAUSE_MS);
  }

  /** The next page of history. When it cannot be read now, it can be asked for again. */
  async function readOlder(): Promise<Incoming[]> {
    const page = await quietly(
      older === null ? outbound.history({ limit: JOIN_MESSAGES, untilAttach: true }) : older.next(),
    );
    older = page ?? older;
    return messagesOf(page?.items ?? []);
  }

  function hasOlder(): boolean {
    return older === null || older.hasNext();
  }

  async function loadEarlier(): Promise<void> {
    hear({ type: "earlier", messages: await readOlder(), more: hasOlder() });
  }

  function tellTyping(): void {
    if (typing === isTyping || outbound.state !== "attached") return;
    typing = isTyping;
    void quietly(outbound.presence.update({ typing }));
  }

  return {
    async publish(id, text) {
      try {
        await inbound.publish({ id, name: EVENT.message, data: text });
        return { name: "accepted" };
      } catch (error) {
        if (!(error instanceof ErrorInfo)) throw error;
        const isConnected = realtime.connection.state === "connected";
        const gone = error.code >= CODE.connectionGone && error.code < CODE.connectionGone + 100;
        return gone || !isConnected ? { name: "unsent" } : { name: "rejected", reason: error.message };
      }
    },
    setTyping(flag) {
      isTyping = flag;
      tellTyping();
    },
    loadEarlier: () => void loadEarlier(),
    retryNow: () => realtime.connect(),
    close() {
      closed = true;
      realtime.close();
    },
  };
}

/** The SDK takes an `endpoint` without a dot for one of Ably's regions; these older options name a host and no more. */
function hostOf(endpoint: string): Pick<Ably.ClientOptions, "endpoint" | "restHost" | "realtimeHost"> {
  const isHost = /\.|::|^localhost$/.test(endpoint);
  return isHost ? { endpoint } : { restHost: endpoint, realtimeHost: endpoint };
}

function messagesOf(received: readonly Ably.InboundMessage[]): Incoming[] {
  return received.map(readMessage).filter((message) => message !== null);
}

function connectionOf({ current, reason, retryIn }: Ably.ConnectionStateChange, now: number): Connection | null {
  switch (current) {
    case "initialized":
    case "connecting":
      return { name: "connecting" };
    case "connected":
      return { name: "connected" };
    case "disconnected":
    case "suspended":
      return { name: "lost", retryAt: retryIn === undefined ? null : now + retryIn };
    case "failed":
      return { name: "failed", reason: reason?.message ?? "the connection was refused", retryAt: null };
    default:
      return null;
  }
}

/** The value, or null when the SDK says no: the connection and channel states already tell the page why. */
async function quietly<T>(task: Promise<T>): Promise<T | null> {
  try {
    return await task;
  } catch {
    return null;
  }
}
