/**
 * Honest people: they talk at the pace of a hand while somebody attacks, and keep books about every message: shown, told
 * (a notice or a refused publish, which the page shows with a Retry), or neither.
 */
import type { Message } from "ably";
import { createVisitors, type Visitors } from "./newcomers.ts";
import { type Visit, visit } from "./visit.ts";

/** One message of somebody honest. */
interface Said {
  readonly at: number;
  isAccepted: boolean;
  shownAt?: number;
  /** What its sender read instead. */
  told?: string;
}

export interface Books {
  readonly said: number;
  /** Milliseconds until each message that was shown was shown to its sender. */
  readonly delays: readonly number[];
  /** Accepted, and never shown. */
  readonly lost: number;
  /** Neither shown nor told: the sender would wait for ever. */
  readonly untold: number;
  /** What was told instead of showing, each with how often. */
  readonly told: ReadonlyMap<string, number>;
  /** Newcomers who could not come in, speak or be seen: why. */
  readonly shutOut: readonly string[];
}

const ROOMS = [undefined, undefined, undefined, "garden", "garden"];
/** Between two messages of one person. */
const PACE_MS = 700;
/** How long somebody waits for the fate of a message after the last one. */
const PATIENCE_MS = 30_000;

class Person {
  readonly said = new Map<string, Said>();
  readonly #visit: Visit;
  #isSettled: (() => void) | undefined;
  #count = 0;

  constructor(visited: Visit) {
    this.#visit = visited;
  }

  async listen(): Promise<void> {
    const { outbound, notices } = this.#visit;
    await outbound.subscribe((message) => this.#show(message));
    await notices.subscribe(({ data }) => {
      const notice = typeof data === "string" ? JSON.parse(data) : data;
      for (const id of [notice["source-id"], ...(notice.also ?? [])]) this.#tell(id, String(notice.reason));
    });
    // What comes faster than a connection may be told (80020) is read, as the page reads it.
    outbound.on("update", ({ resumed }) => {
      // What cannot be read either is missing in the books.
      if (!resumed) this.#catchUp().catch(() => undefined);
    });
    notices.on("update", ({ resumed }) => {
      if (!resumed) notices.detach().catch(() => undefined);
    });
    notices.on("detached", () => notices.attach().catch(() => undefined));
    await outbound.presence.enter();
  }

  async #catchUp(): Promise<void> {
    const page = await this.#visit.outbound.history({ limit: 100, untilAttach: true });
    for (const message of page.items) this.#show(message);
  }

  #show({ clientId, extras }: Message): void {
    const said = this.said.get(extras?.headers?.["source-id"] ?? "");
    if (clientId !== this.#visit.clientId || said === undefined) return;
    said.shownAt ??= performance.now();
    this.#check();
  }

  say(text: string): void {
    const id = `${this.#visit.clientId.replace(/\W/g, "")}-${this.#count++}`;
    const said: Said = { at: performance.now(), isAccepted: false };
    this.said.set(id, said);
    this.#visit.inbound.publish({ id, name: "message", data: text }).then(
      () => {
        said.isAccepted = true;
      },
      (error: { code?: number }) => this.#tell(id, String(error.code)),
    );
  }

  /** Resolves when every message has a fate, or when nobody would wait any longer. */
  settled(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, PATIENCE_MS);
      this.#isSettled = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#check();
    });
  }

  leave(): void {
    this.#visit.close();
  }

  #tell(id: string, what: string): void {
    const said = this.said.get(id);
    if (said !== undefined) said.told ??= what;
    this.#check();
  }

  #check(): void {
    const isOpen = [...this.said.values()].some(({ shownAt, told }) => shownAt === undefined && told === undefined);
    if (!isOpen) this.#isSettled?.();
  }
}

export interface Crowd {
  /** They talk for so long, and newcomers come meanwhile. */
  talk(ms: number): Promise<Books>;
  /** Each says so much at once, as fast as it goes out; resolves when all of it was accepted or refused. */
  burst(each: number): Promise<void>;
  /** The books as they are now. */
  books(): Books;
  settled(): Promise<void>;
  leave(): void;
}

/** Five people in two rooms, through the real SDK. */
export async function gather(origin: string): Promise<Crowd> {
  const people = await Promise.all(
    ROOMS.map(async (room, index) => {
      const passport = { address: `198.51.100.${index + 1}`, ...(room !== undefined && { room }) };
      const person = new Person(await visit(origin, passport));
      await person.listen();
      return person;
    }),
  );
  let visitors: Visitors | undefined;
  const settled = async () => {
    await Promise.all(people.map((person) => person.settled()));
  };
  const books = () => balance(people, visitors?.shutOut ?? []);
  return {
    books,
    settled,
    async talk(ms) {
      for (const person of people) person.said.clear();
      visitors = createVisitors(origin);
      const timers = people.map((person, index) => {
        let count = 0;
        return setInterval(() => person.say(`hello ${index} ${count++}`), PACE_MS);
      });
      await Promise.all([new Promise((resolve) => setTimeout(resolve, ms)), visitors.come(ms)]);
      for (const timer of timers) clearInterval(timer);
      await settled();
      return books();
    },
    async burst(each) {
      for (const person of people) {
        person.said.clear();
        for (let count = 0; count < each; count++) person.say(`last words ${count}`);
      }
      const accepted = () => people.every(({ said }) => [...said.values()].every((one) => one.isAccepted || one.told));
      while (!accepted()) await new Promise((resolve) => setImmediate(resolve));
    },
    leave() {
      for (const person of people) person.leave();
    },
  };
}

function balance(people: readonly Person[], shutOut: readonly string[]): Books {
  const all = people.flatMap(({ said }) => [...said.values()]);
  const told = new Map<string, number>();
  for (const { told: what } of all) if (what !== undefined) told.set(what, (told.get(what) ?? 0) + 1);
  return {
    said: all.length,
    delays: all.flatMap(({ at, shownAt }) => (shownAt === undefined ? [] : [shownAt - at])),
    lost: all.filter(({ isAccepted, shownAt }) => isAccepted && shownAt === undefined).length,
    untold: all.filter(({ shownAt, told: what }) => shownAt === undefined && what === undefined).length,
    told,
    shutOut,
  };
}
