/** The room's past: the newest messages on joining, older ones page by page, and what was missed during a break. */
import type * as Ably from "ably";
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
  /** The newest messages, asked for while the channel is being attached. */
  recent(): Promise<Incoming[]>;
  /** What came between those and the attachment; the newest messages when they could not be read. */
  sinceRecent(): Promise<Incoming[]>;
  /** The next older page. When it cannot be read now, it can be asked for again. */
  older(): Promise<Incoming[]>;
  hasOlder(): boolean;
  /** Reads back until a message is known, or until that is too much. */
  fill(isKnown: (key: string) => boolean): Promise<Filled>;
}

/** Reads the history of a channel. All but `recent` need it attached. */
export function createHistory(channel: Ably.RealtimeChannel): RoomHistory {
  let last: Page = null;
  let newest: Ably.InboundMessage | undefined;

  async function read(query: Ably.RealtimeHistoryParams): Promise<Page> {
    const page = await quietly(channel.history(query));
    last ??= page;
    return page;
  }

  return {
    async recent() {
      const page = await read({ limit: JOIN_MESSAGES });
      newest = page?.items[0];
      return readMessages(page?.items ?? []);
    },
    async sinceRecent() {
      const query = newest === undefined ? { limit: JOIN_MESSAGES } : { start: newest.timestamp, limit: FILL_MESSAGES };
      const items = (await read({ ...query, untilAttach: true }))?.items ?? [];
      // a moment may hold more messages than one
      const known = items.findIndex(({ id }) => id === newest?.id);
      return readMessages(known === -1 ? items : items.slice(0, known));
    },
    async older() {
      const page = last === null ? await read({ limit: JOIN_MESSAGES, untilAttach: true }) : await quietly(last.next());
      last = page ?? last;
      return readMessages(page?.items ?? []);
    },
    hasOlder: () => last === null || last.hasNext(),
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
