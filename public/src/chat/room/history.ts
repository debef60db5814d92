/** The room's past: the newest messages on joining, older ones page by page, and what was missed during a break. */
import type * as Ably from "ably";
import { type Incoming, keyOf } from "../entries.ts";
import { FILL_MESSAGES, FILL_PAGES, JOIN_MESSAGES } from "../limits.ts";
import { readMessages } from "./protocol.ts";
import { quietly } from "./realtime.ts";

type Page = Ably.PaginatedResult<Ably.InboundMessage> | null;

/** What a break of the connection hid. */
export interface Filled {
  readonly messages: readonly Incoming[];
  /** False when the messages read do not reach back to one that is known: some may be missing. */
  readonly continuous: boolean;
}

export interface RoomHistory {
  /** The next older page. When it cannot be read now, it can be asked for again. */
  older(): Promise<Incoming[]>;
  hasOlder(): boolean;
  /** Reads back until a message is known, or until that is too much. */
  fill(isKnown: (key: string) => boolean): Promise<Filled>;
}

/** Reads the history of a channel that is attached. */
export function createHistory(channel: Ably.RealtimeChannel): RoomHistory {
  let last: Page = null;
  return {
    async older() {
      const page = await quietly(
        last === null ? channel.history({ limit: JOIN_MESSAGES, untilAttach: true }) : last.next(),
      );
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
