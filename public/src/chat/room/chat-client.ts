/**
 * One stay in one room, told in the page's own words. After a break of the connection the client reads history back to
 * what is known, so that the log has no hole, or says that it may have one.
 */
import type * as Ably from "ably";
import type { BaseRealtime } from "ably/modular";
import { who } from "../../common/who.ts";
import { REREAD_MS, REREADS } from "../limits.ts";
import type { Answer, Settings, SignedToken, TokenRequest } from "../server-api.ts";
import type { Hear } from "./heard.ts";
import { createHistory } from "./history.ts";
import { createIdentity } from "./identity.ts";
import { listenToNotices } from "./notices.ts";
import { createPresence } from "./presence.ts";
import { EVENT, readMessages } from "./protocol.ts";
import { connectionOf, isIdentityChange, openRealtime, type Published, publish, quietly } from "./realtime.ts";

export interface ChatClient {
  publish(id: string, text: string): Promise<Published>;
  setTyping(typing: boolean): void;
  loadEarlier(): void;
  retryNow(): void;
  close(): void;
}

export interface ChatDeps {
  readonly settings: Settings;
  readonly token: (as?: { readonly clientId: string }) => Promise<Answer<TokenRequest | SignedToken>>;
  /** The newest messages, where they were asked for already. */
  readonly recent: () => Promise<readonly object[] | null>;
  readonly now: () => number;
  /** Runs a task once after some time (ms). */
  readonly after: (ms: number, task: () => void) => void;
  readonly hear: Hear;
  /** Is a message in the log already? Tells where a gap ends. */
  readonly isKnown: (key: string) => boolean;
  /** An earlier client was in this room already: carry on where it ended. */
  readonly rejoining: boolean;
}

/** Joins the room and stays in it until closed. */
export function createChatClient(deps: ChatDeps): ChatClient {
  const { settings } = deps;
  let closed = false;
  const hear: Hear = (heard) => {
    if (!closed) deps.hear(heard);
  };
  const authenticate = createIdentity({
    token: deps.token,
    isClosed: () => closed,
    identified(clientId) {
      const me = who(clientId);
      hear({ type: "identified", me });
      listenToNotices(realtime, settings.channels.noticesPrefix + me.person, (notice) =>
        hear({ type: "noticed", notice, now: deps.now() }),
      );
    },
    outdated: () => hear({ type: "outdated" }),
  });
  const realtime = openRealtime(settings, authenticate);
  const inbound = realtime.channels.get(settings.channels.inbound);
  const outbound = realtime.channels.get(settings.channels.outbound, {
    modes: ["SUBSCRIBE", "PRESENCE", "PRESENCE_SUBSCRIBE"],
  });
  const stay = stayIn(outbound, { ...deps, hear });
  watch(realtime, outbound, { ...deps, hear });

  return {
    publish: (id, text) => publish(realtime, inbound, { id, name: EVENT.message, data: text }),
    setTyping: stay.setTyping,
    loadEarlier: stay.loadEarlier,
    retryNow: () => realtime.connect(),
    close() {
      closed = true;
      realtime.close();
    },
  };
}

/** Tells what becomes of the connection. */
function watch(realtime: BaseRealtime, outbound: Ably.RealtimeChannel, { now, hear }: ChatDeps): void {
  realtime.connection.on((change) => {
    const connection = connectionOf(change, now());
    if (isIdentityChange(change)) hear({ type: "outdated" });
    else if (connection !== null) hear({ type: "connection", connection, now: now() });
  });
  outbound.on("failed", () => hear({ type: "connection", connection: { name: "failed", retryAt: null }, now: now() }));
}

/** Tells what is said on the outbound channel, who is there, and what was said before. */
function stayIn(
  outbound: Ably.RealtimeChannel,
  { now, after, hear, isKnown, rejoining, recent: takeRecent }: ChatDeps,
): Pick<ChatClient, "setTyping" | "loadEarlier"> {
  const history = createHistory(outbound, takeRecent);
  const presence = createPresence(outbound, (people) => hear({ type: "people", people }));
  let joined = false;
  // Shown before the socket is open.
  const recent = rejoining ? undefined : readRecent();

  async function attached(resumed: boolean): Promise<void> {
    presence.tellTyping();
    if (joined) return resumed ? undefined : fillGap();
    joined = true;
    presence.enter();
    if (rejoining) {
      await fillGap();
      hear({ type: "joined", messages: [], more: history.hasOlder() });
    } else {
      await recent;
      const messages = await history.sinceRecent();
      hear({ type: "joined", messages: messages ?? [], more: history.hasOlder() });
      if (messages === null) readAgain(REREADS);
    }
  }

  /** What could not be read on joining is asked for again; nobody waits for it who wants to write. */
  function readAgain(times: number): void {
    after(REREAD_MS, async () => {
      const messages = await history.sinceRecent();
      if (messages !== null) hear({ type: "earlier", messages, more: history.hasOlder() });
      else if (times > 1) readAgain(times - 1);
    });
  }

  async function readRecent(): Promise<void> {
    const messages = await history.recent();
    if (messages.length > 0) hear({ type: "earlier", messages, more: history.hasOlder() });
  }

  async function fillGap(): Promise<void> {
    hear({ type: "filled", ...(await history.fill(isKnown)) });
  }

  async function loadEarlier(): Promise<void> {
    hear({ type: "earlier", messages: await history.older(), more: history.hasOlder() });
  }

  outbound.on(["attached", "update"], (change) => {
    if (change.current === "attached") void attached(change.resumed);
  });
  let arrived: Ably.InboundMessage[] = [];
  void quietly(
    outbound.subscribe(EVENT.message, (message) => {
      arrived.push(message);
      if (arrived.length > 1) return;
      // What was published together comes together.
      queueMicrotask(() => {
        const messages = readMessages(arrived);
        arrived = [];
        hear({ type: "arrived", messages, now: now() });
      });
    }),
  );
  return { setTyping: presence.setTyping, loadEarlier: () => void loadEarlier() };
}
