/** The room's past: the newest messages on joining, older ones page by page, and what was missed during a break. */
import type * as Ably from "ably";
import { decodeMessages } from "ably/modular";
import { FILL_MESSAGES, FILL_PAGES, JOIN_MESSAGES } from "../limits.ts";
import { type Incoming, keyOf } from "../message.ts";
import { readMessages } from "./protocol.ts";
import { quietly } from "./realtime.ts";

type Page = Ably.PaginatedResult<Ably.InboundMessage> | null;

/** What a break of the connection hid. */
interface Filled {
  readonly messages: readonly Incoming[];
  /** False when the messages read do not reach back to one that is known: some may be missing. */
  readonly continuous: boolean;
}

export interface RoomHistory {
  /** The newest messages, where they were asked for before the channel is attached. */
  recent(): Promise<Incoming[]>;
  /** What came between those and the attachment; the newest messages when there are none. Null when it cannot be read now. */
  sinceRecent(): Promise<Incoming[] | null>;
  /** The next older page. When it cannot be read now, it can be asked for again. */
  older(): Promise<Incoming[]>;
  hasOlder(): boolean;
  /** Reads back until a message is known, or until that is too much. */
  fill(isKnown: (key: string) => boolean): Promise<Filled>;
}

/** Reads the history of a channel. All but `recent` need it attached. */
export function createHistory(
  channel: Ably.RealtimeChannel,
  takeRecent: () => Promise<readonly object[] | null>,
): RoomHistory {
  let last: Page = null;
  /** The newest first. */
  let early: readonly Ably.InboundMessage[] = [];

  async function read(page: Promise<Page>): Promise<Ably.InboundMessage[] | null> {
    const answer = await quietly(page);
    last = answer ?? last;
    return answer?.items ?? null;
  }

  /** What came before the messages that were asked for early. A moment may hold more messages than one. */
  async function beforeEarly(): Promise<Ably.InboundMessage[] | null> {
    const end = early.at(-1)?.timestamp;
    if (end === undefined) return await read(channel.history({ limit: JOIN_MESSAGES, untilAttach: true }));
    const known = early.filter(({ timestamp }) => timestamp === end);
    const items = await read(channel.history({ end, limit: known.length + JOIN_MESSAGES }));
    return items?.slice(known.length) ?? null;
  }

  async function since({ timestamp }: Ably.InboundMessage): Promise<Ably.InboundMessage[] | null> {
    const query = { start: timestamp, limit: FILL_MESSAGES, untilAttach: true };
    return (await quietly(channel.history(query)))?.items ?? null;
  }

  return {
    async recent() {
      early = (await quietly(decodeMessages([...((await takeRecent()) ?? [])]))) ?? [];
      return readMessages(early);
    },
    async sinceRecent() {
      const [newest] = early;
      const items = newest === undefined ? await beforeEarly() : await since(newest);
      if (items === null) return null;
      const known = items.findIndex(({ id }) => id === newest?.id);
      return readMessages(known === -1 ? items : items.slice(0, known));
    },
    older: async () => readMessages((await (last === null ? beforeEarly() : read(last.next()))) ?? []),
    hasOlder: () => last?.hasNext() ?? (early.length === 0 || early.length >= JOIN_MESSAGES),
    async fill(isKnown) {
      const found: Incoming[] = [];
      let continuous = false;
      let page = await quietly(channel.history({ limit: FILL_MESSAGES, untilAttach: true }));
      for (let read = 0; page !== null && read < FILL_PAGES; read += 1) {
        const messages = readMessages(page.items);
        found.push(...messages);
        continuous = messages.some(({ author, sourceId }) => isKnown(keyOf(author, sourceId)));
        if (continuous || !page.hasNext()) break;
        page = await quietly(page.next());
      }
      last ??= page;
      return { messages: found, continuous };
    },
  };
}
