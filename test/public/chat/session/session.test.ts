/** The session of a room, with a client that does what it is told. */
import { beforeEach, describe, expect, test } from "vitest";
import type { ChatClient, ChatDeps } from "../../../../public/src/chat/room/chat-client.ts";
import type { Heard } from "../../../../public/src/chat/room/heard.ts";
import type { Answer, ServerApi, Settings, TokenRequest } from "../../../../public/src/chat/server-api.ts";
import { IDENTITY_KEY } from "../../../../public/src/chat/session/membership.ts";
import { createOutbox } from "../../../../public/src/chat/session/outbox.ts";
import { createSession, type Session } from "../../../../public/src/chat/session/session.ts";
import { initialState } from "../../../../public/src/chat/state.ts";
import { createStore, type Store } from "../../../../public/src/chat/store.ts";
import { createShelf, type Shelf } from "../../../../public/src/common/shelf.ts";
import { who } from "../../../../public/src/common/who.ts";

const SETTINGS: Settings = {
  mode: "local",
  channels: { inbound: "chat:from-clients", outbound: "chat:to-clients", noticesPrefix: "chat:notices:" },
  maxMessageLength: 2000,
};
const REQUEST: TokenRequest = {
  keyName: "a.b",
  clientId: "Ann.abc234",
  nonce: "n",
  timestamp: 1,
  mac: "m",
  capability: "{}",
};

type Outcome = Awaited<ReturnType<ChatClient["publish"]>>;

/** A client that does what it is told, and remembers what it was asked. */
class FakeClient implements ChatClient {
  readonly published: string[] = [];
  outcome: Outcome = { name: "accepted" };
  closed = false;
  readonly deps: ChatDeps;
  constructor(deps: ChatDeps) {
    this.deps = deps;
  }
  hear(heard: Heard): void {
    this.deps.hear(heard);
  }
  async publish(id: string): Promise<Outcome> {
    this.published.push(id);
    return this.outcome;
  }
  setTyping(): void {}
  loadEarlier(): void {}
  retryNow(): void {}
  close(): void {
    this.closed = true;
  }
  /** Connected and joined, as Ann. */
  join(id = "Ann.abc234"): void {
    this.hear({ type: "identified", me: who(id) });
    this.hear({ type: "connection", connection: { name: "connected" }, now: 0 });
    this.hear({ type: "joined", messages: [], more: false });
  }
}

let clients: FakeClient[];
let timers: { at: number; task: () => void }[];
let now: number;
let shelf: Shelf;
let store: Store;
let session: Session;
let settings: Answer<Settings>;
let token: Answer<TokenRequest>;
let ids: number;

/** Lets time pass, running what is due. */
async function pass(ms: number): Promise<void> {
  const end = now + ms;
  for (;;) {
    const next = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
    if (next === undefined) break;
    timers.splice(timers.indexOf(next), 1);
    now = next.at;
    next.task();
    await settle();
  }
  now = end;
}

/** Lets promises that are ready run. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
}

const latest = (): FakeClient => {
  const client = clients.at(-1);
  if (client === undefined) throw new Error("no client was made");
  return client;
};
const fates = () =>
  store.state().entries.map((entry) => (entry.kind === "gap" ? "gap" : `${entry.text} ${entry.fate.name}`));

function open(): void {
  store = createStore(
    initialState(""),
    () => {},
    (task) => task(),
  );
  const api: ServerApi = {
    settings: async () => settings,
    token: async () => token,
    recent: async () => null,
    leave: async () => ({ ok: true, value: null }),
  };
  session = createSession({
    api,
    store,
    outbox: createOutbox(shelf, ""),
    shelf,
    createClient(deps) {
      const client = new FakeClient(deps);
      clients.push(client);
      return client;
    },
    now: () => now,
    after: (ms, task) => timers.push({ at: now + ms, task }),
    newId: () => `m${ids++}`,
    isSeen: () => true,
  });
}

beforeEach(async () => {
  clients = [];
  timers = [];
  now = 1_000;
  ids = 1;
  settings = { ok: true, value: SETTINGS };
  token = { ok: true, value: REQUEST };
  shelf = createShelf(() => {
    throw new Error("no storage here");
  });
  open();
  await session.start();
});

describe("sending", () => {
  test("publishes at once when joined, in the order of writing", async () => {
    latest().join();
    session.write("one");
    session.write("two");
    await settle();
    expect(latest().published).toEqual(["m1", "m2"]);
  });

  test("waits until the room is joined", async () => {
    latest().hear({ type: "identified", me: who("Ann.abc234") });
    expect(session.write("early")).toBe(true);
    expect(latest().published).toEqual([]);
    latest().join();
    expect(latest().published).toEqual(["m1"]);
  });

  test("takes nothing before it knows who we are, and no more than fifty", async () => {
    expect(session.write("nobody")).toBe(false);
    latest().hear({ type: "identified", me: who("Ann.abc234") });
    for (let count = 1; count <= 50; count += 1) expect(session.write(`text ${count}`)).toBe(true);
    expect(session.write("one too many")).toBe(false);
  });

  test("a refusal of the broker is a failure with its reason; retry publishes it again, marked", async () => {
    latest().join();
    latest().outcome = { name: "rejected", reason: { code: "too-fast", message: "rate limit exceeded" } };
    session.write("fast");
    await settle();
    expect(fates()).toEqual(["fast failed"]);
    latest().outcome = { name: "accepted" };
    session.retry("abc234\nm1");
    await settle();
    expect(latest().published).toEqual(["m1", "m1~1"]);
    expect(fates()).toEqual(["fast sending"]);
  });

  test("what the connection took with it goes out again with the same id", async () => {
    latest().join();
    latest().outcome = { name: "unsent" };
    latest().hear({ type: "connection", connection: { name: "connected" }, now: 0 });
    session.write("unlucky");
    latest().hear({ type: "connection", connection: { name: "lost", retryAt: null }, now: 0 });
    await settle();
    expect(fates()).toEqual(["unlucky waiting"]);
    latest().outcome = { name: "accepted" };
    latest().hear({ type: "connection", connection: { name: "connected" }, now: 0 });
    expect(latest().published).toEqual(["m1", "m1"]);
  });

  test("the moderator's silence is noticed after eight seconds", async () => {
    latest().join();
    session.write("anybody?");
    await settle();
    await pass(7_000);
    expect(fates()).toEqual(["anybody? sending"]);
    await pass(2_000);
    expect(fates()).toEqual(["anybody? unanswered"]);
    expect(timers).toEqual([]);
  });
});

describe("what is kept", () => {
  test("outlives the page, and goes when it came back", async () => {
    latest().join();
    session.write("kept");
    open();
    await session.start();
    latest().join();
    expect(latest().published).toEqual(["m1"]);
    const copy = { author: who("Ann.abc234"), sourceId: "m1", text: "kept", time: 1_000, serial: "1", spans: 0 };
    latest().hear({ type: "arrived", messages: [copy], now: 1_200 });
    expect(fates()).toEqual(["kept delivered"]);
    expect(shelf.keys().filter((key) => key.includes("unsent"))).toEqual([]);
  });

  test("is forgotten after a day, and when it makes no sense", async () => {
    latest().join();
    session.write("old");
    shelf.set("asterism:unsent::x", "{");
    shelf.set("asterism:unsent::y", '{"text":7}');
    now += 25 * 60 * 60 * 1_000;
    open();
    await session.start();
    latest().join();
    expect(fates()).toEqual([]);
    expect(shelf.keys().filter((key) => key.includes("unsent"))).toEqual([]);
  });

  test("belongs to its room", async () => {
    latest().join();
    session.write("in the lobby");
    expect(createOutbox(shelf, "garden").restore(now)).toEqual([]);
    expect(createOutbox(shelf, "").restore(now)).toHaveLength(1);
  });

  test("is forgotten on leaving, in every room", async () => {
    latest().join();
    session.write("never mind");
    shelf.set("asterism:unsent:garden:m9", "{}");
    const client = latest();
    expect(await session.leave()).toBeNull();
    expect(client.closed).toBe(true);
    expect(store.state().connection.name).toBe("left");
    expect(fates()).toEqual([]);
    expect(shelf.keys()).toEqual([]);
  });
});

describe("two tabs of one browser", () => {
  /** Another tab, which has what the first one had not sent; answers the first. */
  async function openAnother(): Promise<Session> {
    const first = session;
    open();
    await session.start();
    latest().hear({ type: "identified", me: who("Ann.abc234") });
    return first;
  }

  beforeEach(async () => {
    latest().hear({ type: "identified", me: who("Ann.abc234") });
    session.write("never mind");
  });

  test("what one discards, the other does not send", async () => {
    const first = await openAnother();
    expect(fates()).toEqual(["never mind waiting"]);
    first.discard("Ann.abc234\nm1");
    session.itemRemoved("asterism:unsent::m1");
    latest().join();
    expect(fates()).toEqual([]);
    expect(latest().published).toEqual([]);
    expect(shelf.keys().filter((key) => key.includes("unsent"))).toEqual([]);
  });

  test("an item of another room or of another kind takes nothing away", async () => {
    await openAnother();
    session.itemRemoved("asterism:unsent:garden:m1");
    session.itemRemoved("asterism:rooms");
    expect(fates()).toEqual(["never mind waiting"]);
  });

  test("what is on its way when the other discards it stays to be seen", async () => {
    await openAnother();
    latest().join();
    session.itemRemoved("asterism:unsent::m1");
    expect(fates()).toEqual(["never mind sending"]);
  });

  test("a message that storage forgot for its age alone is not lost to the tab that shows it", async () => {
    await openAnother();
    now += 25 * 60 * 60 * 1_000;
    session.itemRemoved("asterism:unsent::m1");
    expect(fates()).toEqual(["never mind waiting"]);
  });

  test("a tab that cannot take over everything leaves the rest to the others", async () => {
    const other = createOutbox(shelf, "");
    for (let count = 1; count <= 51; count += 1) {
      const item = { authorId: "Ann.abc234", sourceId: `x${count}`, attempt: 0, text: "x", time: 1_000 + count };
      shelf.set(other.itemKey(item.sourceId), JSON.stringify({ ...item, fate: { name: "waiting" } }));
    }
    await openAnother();
    expect(fates()).toHaveLength(50);
    expect(shelf.keys().filter((key) => key.includes("unsent"))).toHaveLength(52);
  });
});

describe("starting anew", () => {
  test("when the server cannot be reached, five seconds later", async () => {
    settings = { ok: false, status: 0, problem: { code: "unreachable", message: "" } };
    open();
    await session.start();
    expect(store.state().connection).toEqual({
      name: "failed",
      retryAt: 6_000,
    });
    const before = clients.length;
    settings = { ok: true, value: SETTINGS };
    await pass(5_000);
    expect(clients).toHaveLength(before + 1);
  });

  test("when the broker refuses the connection for good", async () => {
    latest().join();
    latest().hear({ type: "connection", connection: { name: "failed", retryAt: null }, now: 0 });
    expect(store.state().connection).toMatchObject({ name: "failed" });
    await pass(5_000);
    expect(clients).toHaveLength(2);
    expect(clients[0]?.closed).toBe(true);
  });

  test("when the server says that we are somebody else", async () => {
    latest().join();
    latest().hear({ type: "outdated" });
    await settle();
    expect(clients).toHaveLength(2);
  });

  test("when another tab has another name, and not when it has the same", async () => {
    latest().join();
    session.identityChanged("Ann.abc234");
    expect(clients).toHaveLength(1);
    session.identityChanged("Anna.abc234");
    await settle();
    expect(clients).toHaveLength(2);
    session.identityChanged(null);
    expect(store.state().connection.name).toBe("left");
  });

  test("a new name is told to the other tabs; a refused one changes nothing", async () => {
    latest().join();
    const problem = { code: "name_refused", message: "This name contains a word that is not allowed here." };
    token = { ok: false, status: 400, problem };
    expect(await session.rename("Potato")).toEqual(problem);
    expect(clients).toHaveLength(1);
    token = { ok: true, value: REQUEST };
    expect(await session.rename("Anna")).toBeNull();
    latest().join("Anna.abc234");
    expect(shelf.get(IDENTITY_KEY)).toBe("Anna.abc234");
  });
});
