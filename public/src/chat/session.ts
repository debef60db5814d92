/**
 * The page's conduct without its looks: one client at a time, started anew when the broker refuses it or the identity
 * changes; messages go out when there is a connection, in order, and are kept in storage until they come back.
 */
import type { ChatClient, ChatDeps, Heard } from "./chat-client.ts";
import { isSettled, type Message, publishId } from "./entries.ts";
import { OUTBOX_AGE_MS } from "./limits.ts";
import type { Outbox } from "./outbox.ts";
import type { ServerApi, Settings } from "./server-api.ts";
import type { Shelf } from "./shelf.ts";
import { type Event, isClockNeeded, sendable, unsettled } from "./state.ts";
import type { Store } from "./store.ts";

export interface SessionDeps {
  readonly api: ServerApi;
  readonly store: Store;
  readonly outbox: Outbox;
  readonly shelf: Shelf;
  readonly createClient: (deps: ChatDeps) => ChatClient;
  readonly now: () => number;
  /** Runs a task once after some time (ms). */
  readonly after: (ms: number, task: () => void) => void;
  readonly newId: () => string;
  /** Is somebody looking at the end of the log? */
  readonly isSeen: () => boolean;
}

export interface Session {
  start(): Promise<void>;
  settings(): Settings | null;
  /** False when nothing was taken, so that the text stays where it is. */
  write(text: string): boolean;
  retry(key: string): void;
  discard(key: string): void;
  typing(flag: boolean): void;
  looked(): void;
  loadEarlier(): void;
  tryNow(): void;
  /** Answers what is wrong with the name, or null when it is ours now. */
  rename(name: string): Promise<string | null>;
  leave(): Promise<string | null>;
  /** Another tab of this browser changed the name or left. */
  identityChanged(id: string | null): void;
  /** Another tab removed an item of storage: a message that it discarded, or saw come back, is not ours to send. */
  itemRemoved(item: string): void;
}

/** Where the identity of this browser's tabs is told to each other. */
export const IDENTITY_KEY = "asterism:identity";
const RESTART_MS = 5_000;
const TICK_MS = 1_000;

/** Makes the session of one room. Nothing happens before `start`. */
export function createSession(deps: SessionDeps): Session {
  const { api, store, outbox, shelf, now, after } = deps;
  let client: ChatClient | null = null;
  let settings: Settings | null = null;
  let generation = 0;
  let restored = false;
  let ticking = false;

  function dispatch(event: Event): void {
    store.dispatch(event);
    outbox.keep(unsettled(store.state()));
    pump();
    tick();
  }

  function pump(): void {
    if (client === null) return;
    for (const message of sendable(store.state())) {
      store.dispatch({ type: "sent", key: message.key, now: now() });
      void publish(client, message);
    }
  }

  async function publish(by: ChatClient, message: Message): Promise<void> {
    const { key } = message;
    const published = await by.publish(publishId(message), message.text);
    if (published.name === "accepted") dispatch({ type: "accepted", key });
    else if (published.name === "unsent") dispatch({ type: "unsent", key });
    else dispatch({ type: "rejected", key, reason: published.reason });
  }

  function tick(): void {
    if (ticking || !isClockNeeded(store.state())) return;
    ticking = true;
    after(TICK_MS, () => {
      ticking = false;
      dispatch({ type: "ticked", now: now() });
    });
  }

  function fail(reason: string): void {
    const mine = generation;
    dispatch({ type: "connection", connection: { name: "failed", reason, retryAt: now() + RESTART_MS }, now: now() });
    after(RESTART_MS, () => {
      if (mine === generation) void start();
    });
  }

  function stop(): void {
    generation += 1;
    client?.close();
    client = null;
  }

  async function start(): Promise<void> {
    stop();
    const mine = generation;
    const rejoining = store.state().entries.length > 0;
    dispatch({ type: "restarted" });
    if (settings === null) {
      const answer = await api.settings();
      if (mine !== generation) return;
      if (!answer.ok) return fail(answer.message);
      settings = answer.value;
    }
    client = deps.createClient({ settings, token: api.token, now, hear, isKnown, rejoining });
  }

  function hear(heard: Heard): void {
    if (heard.type === "outdated") void start();
    else if (heard.type === "connection" && heard.connection.name === "failed") fail(heard.connection.reason);
    else dispatch(heard);
    if (deps.isSeen()) dispatch({ type: "looked" });
    if (heard.type !== "identified") return;
    shelf.set(IDENTITY_KEY, heard.me.id);
    if (!restored) dispatch({ type: "restored", unsent: outbox.restore(now()) });
    restored = true;
  }

  function isKnown(key: string): boolean {
    return store.state().entries.some((entry) => entry.key === key && entry.kind === "message" && isSettled(entry));
  }

  function left(): void {
    stop();
    outbox.forget();
    for (const { key } of unsettled(store.state())) dispatch({ type: "discarded", key });
    dispatch({ type: "connection", connection: { name: "left" }, now: now() });
  }

  return {
    start,
    settings: () => settings,
    write(text) {
      const before = store.state().entries;
      dispatch({ type: "written", sourceId: deps.newId(), text, now: now() });
      return store.state().entries !== before;
    },
    retry: (key) => dispatch({ type: "retried", key }),
    discard: (key) => dispatch({ type: "discarded", key }),
    typing: (flag) => client?.setTyping(flag),
    looked: () => dispatch({ type: "looked" }),
    loadEarlier() {
      if (client === null || store.state().earlier !== "some") return;
      dispatch({ type: "earlier-asked" });
      client.loadEarlier();
    },
    tryNow() {
      if (client === null || store.state().connection.name === "failed") void start();
      else client.retryNow();
    },
    async rename(name) {
      const answer = await api.token({ name });
      if (!answer.ok) return answer.message;
      await start();
      return null;
    },
    async leave() {
      const answer = await api.leave();
      if (!answer.ok) return answer.message;
      left();
      shelf.remove(IDENTITY_KEY);
      return null;
    },
    identityChanged(id) {
      const { connection, me } = store.state();
      if (id === null && connection.name !== "left") left();
      else if (id !== null && id !== me?.id) void start();
    },
    itemRemoved(item) {
      for (const { key, sourceId, fate, time } of unsettled(store.state())) {
        if (outbox.itemKey(sourceId) !== item || now() - time > OUTBOX_AGE_MS) continue; // age alone is no reason here
        if (fate.name !== "sending" && fate.name !== "unanswered") dispatch({ type: "discarded", key });
      }
    },
  };
}
