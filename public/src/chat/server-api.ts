/** The page's few questions to its own server. A refusal is a value with a code and a sentence. */

import type { AblyHost } from "../common/ably-host.ts";
import { ask } from "../common/ask.ts";
import type { Refusal } from "../common/language/language.ts";

/** Where and how to connect, from `GET /config`. */
export interface Settings extends AblyHost {
  readonly mode: "local" | "ably";
  readonly channels: { readonly inbound: string; readonly outbound: string; readonly noticesPrefix: string };
  /** Characters (code points) in one message; the function refuses longer ones. */
  readonly maxMessageLength: number;
  /** Moderators can be asked: to look at a message, or to take one's own away. */
  readonly hasDesk?: boolean;
  /** One may sign in here, and has not. */
  readonly canSignIn?: boolean;
}

/** A signed request for a token; the SDK exchanges it. */
export interface TokenRequest {
  readonly keyName: string;
  readonly clientId: string;
  readonly nonce: string;
  readonly timestamp: number;
  readonly mac: string;
  readonly capability: string;
  readonly ttl?: number;
}

/** A token that the SDK uses as it is. */
export interface SignedToken {
  readonly token: string;
  readonly clientId: string;
  readonly capability: string;
  readonly issued: number;
  readonly expires: number;
}

export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly status: number; readonly problem: Refusal };

export interface ServerApi {
  settings(): Promise<Answer<Settings>>;
  /** With a name: become somebody of that name first. With a client id: stay that one, as a renewal does. */
  token(as?: { readonly name: string } | { readonly clientId: string }): Promise<Answer<TokenRequest | SignedToken>>;
  /** The newest messages, where they were asked for with the document: once, for they grow old. */
  recent(): Promise<readonly object[] | null>;
  leave(): Promise<Answer<null>>;
}

/** What goes on in a room. */
export interface RoomCount {
  readonly people: number;
  /** Said by others since one was there. */
  readonly unread: number;
}

/** By the names of the rooms. */
export type RoomCounts = Readonly<Record<string, RoomCount>>;

/** What a visitor may ask about other rooms, and of the moderators. */
export interface VisitorApi {
  /** What goes on in rooms, each with the time up to which it was read (ms). */
  rooms(since: Readonly<Record<string, number>>): Promise<Answer<{ readonly rooms: RoomCounts }>>;
  /** Tells the moderators of somebody's message. */
  report(serial: string, reason: string): Promise<Answer<null>>;
  /** Takes one's own message away from everybody. */
  remove(serial: string): Promise<Answer<null>>;
  /** Asks the moderators to look again at one's own message. */
  appeal(sourceId: string): Promise<Answer<null>>;
  /** In a frame: becomes who signed in in the window that gave this word. */
  takeOver(word: string): Promise<Answer<null>>;
}

/** What the server hands out with the document. */
export interface Start {
  readonly settings: Settings;
  /** For the first connection. */
  readonly token: SignedToken | null;
}

/** What the first script leaves for the second. */
export interface Early {
  readonly start: Start | null;
  /** The room's newest messages as Ably answers them; null when they could not be read. */
  readonly recent: Promise<readonly object[] | null>;
}

declare global {
  var asterism: Early | undefined;
}

/** Where that script did not come, the page asks for everything itself. */
const NOTHING: Early = { start: null, recent: Promise.resolve(null) };

/** Takes it, so that it lies about no longer. */
export function takeEarly(): Early {
  const early = globalThis.asterism ?? NOTHING;
  globalThis.asterism = undefined;
  return early;
}

export interface ServerApiDeps {
  /** The browser's fetch. */
  readonly request: typeof fetch;
  readonly early: Early;
}

/** Talks to the server for one room; what came with the document is not asked for again. */
export function createServerApi(room: string, { request, early }: ServerApiDeps): ServerApi & VisitorApi {
  const { start } = early;
  let first = start?.token ?? null;
  let recent = early.recent;
  async function inRoom<T>(path: string, params: Record<string, string>, method: "GET" | "POST"): Promise<Answer<T>> {
    const query = new URLSearchParams(room === "" ? params : { room, ...params }).toString();
    return await answerTo<T>(() => request(query === "" ? path : `${path}?${query}`, { method, cache: "no-store" }));
  }
  const act = (method: "POST" | "DELETE", path: string, body: object): Promise<Answer<null>> =>
    answerTo(() =>
      request(path, { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    );
  const place = { room: room || "lobby" };
  return {
    async settings() {
      return start === null ? await inRoom<Settings>("/config", {}, "GET") : { ok: true, value: start.settings };
    },
    async token(as) {
      const value = first;
      first = null;
      if (value !== null && as === undefined) return { ok: true, value };
      // GET changes nothing: another site's page could make the browser ask it.
      return await inRoom<TokenRequest>("/auth", { ...as }, as !== undefined && "name" in as ? "POST" : "GET");
    },
    async rooms(since) {
      const query = Object.entries(since).map(([name, time]) => `${name}=${time}`);
      return await answerTo(() => request(`/rooms?${query.join("&")}`, { cache: "no-store" }));
    },
    recent() {
      const messages = recent;
      recent = Promise.resolve(null);
      return messages;
    },
    leave: () => inRoom<null>("/leave", {}, "POST"),
    report: (serial, reason) => act("POST", "/reports", { ...place, serial, reason }),
    remove: (serial) => act("DELETE", "/messages", { ...place, serial }),
    appeal: (sourceId) => act("POST", "/appeals", { sourceId }),
    takeOver: (word) => act("POST", "/signed-in", { word }),
  };
}

async function answerTo<T>(question: () => Promise<Response>): Promise<Answer<T>> {
  const answer = await ask<T>(question);
  return answer.ok ? answer : { ok: false, status: answer.status, problem: answer.error };
}
