/** Somebody at the page, without its looks: its session, its client, its outbox and its log, over a line that can be cut. */
import { isSettled, keyOf, type Message } from "../../../public/src/chat/message.ts";
import { createMessageIds } from "../../../public/src/chat/message-ids.ts";
import type { ChatClient } from "../../../public/src/chat/room/chat-client.ts";
import type { Heard } from "../../../public/src/chat/room/heard.ts";
import { createServerApi } from "../../../public/src/chat/server-api.ts";
import { createOutbox } from "../../../public/src/chat/session/outbox.ts";
import { createSession, type Session } from "../../../public/src/chat/session/session.ts";
import { initialState, unsettled } from "../../../public/src/chat/state.ts";
import { createStore, type Store } from "../../../public/src/chat/store.ts";
import { createShelf } from "../../../public/src/common/shelf.ts";
import type { Books, Stay } from "./books.ts";
import { giveSocketsOfABrowser, Line } from "./line.ts";

giveSocketsOfABrowser();
const { createChatClient } = await import("../../../public/src/chat/room/chat-client.ts");

export interface PersonOptions {
  readonly origin: string;
  readonly room: string;
  readonly books: Books;
}

export class Person {
  readonly line = new Line();
  readonly room: string;
  /** Token requests. */
  tokens = 0;
  readonly #books: Books;
  readonly #origin: string;
  readonly #store: Store;
  readonly #session: Session;
  readonly #has = new Set<string>();
  readonly #writtenAt = new Map<string, number>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #stay: Stay | undefined;
  #client: ChatClient | undefined;
  #cookie = "";
  #id = "";

  constructor({ origin, room, books }: PersonOptions) {
    this.room = room;
    this.#origin = origin;
    this.#books = books;
    this.#store = createStore(initialState(room), () => {}, queueMicrotask);
    const shelf = createShelf(() => {
      throw new Error("this browser keeps nothing");
    });
    const now = (): number => Date.now();
    const newId = createMessageIds(now);
    this.#session = createSession({
      api: createServerApi(room, {
        request: (path, init) => this.#ask(String(path), init),
        early: { start: null, recent: Promise.resolve(null) },
      }),
      store: this.#store,
      outbox: createOutbox(shelf, room),
      shelf,
      now,
      after: (ms, task) => this.#after(ms, task),
      isSeen: () => true,
      newId: () => {
        this.#id = newId();
        return this.#id;
      },
      createClient: (deps) => {
        this.#client = createChatClient({
          ...deps,
          hear: (heard) => {
            this.#note(heard);
            deps.hear(heard);
          },
        });
        return this.#client;
      },
    });
  }

  /** Comes in; answers whether the room was there in time. */
  come(patienceMs: number): Promise<boolean> {
    this.line.use(() => void this.#session.start());
    return until(() => this.#stay !== undefined, patienceMs);
  }

  /** The network is there again, and the browser says so. */
  comeBack(): void {
    if (this.line.isUp) return;
    this.line.mend();
    this.line.use(() => this.#session.tryNow());
  }

  /** Connected, and in the room. */
  isThere(): boolean {
    const { connection, joined } = this.#store.state();
    return joined && connection.name === "connected";
  }

  /** Writes a line, if the page takes one more. */
  write(text: string): void {
    const { me } = this.#store.state();
    const at = performance.now();
    if (me === null || !this.line.use(() => this.#session.write(text))) return;
    const key = keyOf(me, this.#id);
    this.#writtenAt.set(key, at);
    this.#books.write({ key, room: this.room, at });
  }

  /** Presses Retry beside whatever failed. */
  retry(): void {
    for (const { key, fate } of this.#unsettled()) {
      if (fate.name !== "failed" && fate.name !== "refused") continue;
      this.#books.retried.add(key);
      this.line.use(() => this.#session.retry(key));
    }
  }

  /** Nothing that was written up to now is missing here, of others or of one's own. */
  isComplete(): boolean {
    return this.#unsettled().length === 0 && this.#missing() === 0;
  }

  #missing(): number {
    return this.#stay === undefined ? 0 : this.#books.missingOf(this.#stay);
  }

  /** Is owed nothing that is seen from now on. */
  stopListening(): void {
    if (this.#stay !== undefined) this.#stay.until ??= performance.now();
  }

  /** Closes the page. */
  close(): void {
    this.stopListening();
    const { entries } = this.#store.state();
    const messages = entries.filter((entry) => entry.kind === "message");
    this.#books.reordered += inversionsOf(messages.filter(({ key }) => !this.#books.retried.has(key)));
    this.#books.gaps += entries.filter((entry) => entry.kind === "gap").length;
    for (const { fate } of this.#unsettled()) {
      this.#books.unsettled.push("reason" in fate ? `${fate.name}: ${fate.reason.code}` : fate.name);
    }
    this.#client?.close();
    for (const timer of this.#timers) clearTimeout(timer);
    this.line.cut();
  }

  /** What the client tells the page. */
  #note(heard: Heard): void {
    if (heard.type === "joined" && this.#stay === undefined) {
      this.#stay = { room: this.room, since: performance.now(), has: this.#has };
      this.#books.stays.push(this.#stay);
    }
    if (heard.type === "filled") this.#books.filled += 1;
    if (!("messages" in heard)) return;
    for (const message of heard.messages) {
      const key = keyOf(message.author, message.sourceId);
      this.#books.see(message);
      const writtenAt = this.#writtenAt.get(key);
      if (writtenAt !== undefined && !this.#has.has(key)) this.#books.delays.push(performance.now() - writtenAt);
      this.#has.add(key);
    }
  }

  #unsettled(): Message[] {
    return unsettled(this.#store.state());
  }

  /** The browser's fetch: with a cookie, and over the line. */
  async #ask(path: string, init: RequestInit | undefined): Promise<Response> {
    if (!this.line.isUp) throw new TypeError("no network");
    if (path.startsWith("/auth")) this.tokens += 1;
    const headers = { "sec-fetch-site": "same-origin", ...(this.#cookie !== "" && { cookie: this.#cookie }) };
    const response = await fetch(new URL(path, this.#origin), { ...init, headers });
    this.#cookie = response.headers.getSetCookie()[0]?.split(";")[0] ?? this.#cookie;
    return response;
  }

  #after(ms: number, task: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      task();
    }, ms);
    this.#timers.add(timer);
  }
}

/** Of each author, the later id is the greater text. */
function inversionsOf(shown: readonly Message[]): number {
  const last = new Map<string, string>();
  let count = 0;
  for (const message of shown) {
    if (!isSettled(message)) continue;
    if ((last.get(message.author.person) ?? "") > message.sourceId) count += 1;
    last.set(message.author.person, message.sourceId);
  }
  return count;
}

const LOOK_MS = 50;

/** Answers true as soon as it holds, and false when it does not in time. */
export async function until(holds: () => boolean, patienceMs: number): Promise<boolean> {
  const end = performance.now() + patienceMs;
  while (!holds()) {
    if (performance.now() > end) return false;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return true;
}
