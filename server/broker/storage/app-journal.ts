/** The journal of one app: what is kept of its channels, connections and rules. */
import type { KeptEvent } from "../channel/events.ts";
import type { ChannelEvent } from "../integrations/event.ts";
import type { PromiseBook } from "../integrations/promises.ts";
import type { Journal, Refusable } from "./journal.ts";
import {
  type AppRecord,
  appKey,
  type ConnectionRecord,
  channelKey,
  connectionKey,
  encodeRecord,
  eventKey,
  promisedKey,
} from "./records.ts";

/** Whatever goes with an event that was refused: it has nothing to take back. */
const NOBODY: Refusable = { refused: () => {} };

export class AppJournal implements PromiseBook {
  readonly #journal: Journal;
  readonly #appId: string;
  /** Channels of which it is written that they have lost something. */
  readonly #cutChannels: Set<string>;

  /** `cutChannels`: those of which it is written already that they have lost something. */
  constructor(journal: Journal, appId: string, cutChannels: Iterable<string>) {
    this.#journal = journal;
    this.#appId = appId;
    this.#cutChannels = new Set(cutChannels);
  }

  /** Why nothing can be kept at the moment. */
  get problem(): string | undefined {
    return this.#journal.problem;
  }

  /** The newest position that anybody was given. */
  get newest(): string {
    return this.#journal.newest;
  }

  /** Writes what is known of the app, the first time or anew. */
  app(record: AppRecord, isNew: boolean): void {
    const key = appKey(this.#appId);
    if (isNew) this.#journal.keep({ key, value: encodeRecord(record) });
    else this.#journal.replace(key, encodeRecord(record));
  }

  /** Keeps an event; `owner` takes it back when it cannot be written. Without one it is written as soon as that works. */
  event(channel: string, event: KeptEvent, owner?: Refusable): void {
    const { position } = event;
    this.#journal.keep({ key: eventKey(this.#appId, channel, position), value: encodeRecord(event), position, owner });
  }

  /** A channel has an event no more. */
  eventGone(channel: string, position: string): void {
    this.#journal.remove(eventKey(this.#appId, channel, position));
    const key = channelKey(this.#appId, channel);
    const value = encodeRecord({ lostUpTo: position });
    if (this.#cutChannels.has(channel)) this.#journal.replace(key, value);
    else this.#journal.keep({ key, value });
    this.#cutChannels.add(channel);
  }

  /** There is nothing left of a channel. */
  channelGone(channel: string): void {
    if (this.#cutChannels.delete(channel)) this.#journal.remove(channelKey(this.#appId, channel));
  }

  /** A rule is to deliver an event. */
  promised(ruleId: string, id: string, promise: { readonly at: number; readonly event: ChannelEvent }): void {
    this.#journal.keep({ key: promisedKey(this.#appId, ruleId, id), value: encodeRecord(promise), owner: NOBODY });
  }

  /** A rule has delivered an event, or never will. */
  settled(ruleId: string, id: string): void {
    this.#journal.remove(promisedKey(this.#appId, ruleId, id));
  }

  connection(id: string, record: ConnectionRecord, isNew: boolean): void {
    const key = connectionKey(this.#appId, id);
    if (isNew) this.#journal.keep({ key, value: encodeRecord(record) });
    else this.#journal.replace(key, encodeRecord(record));
  }

  connectionGone(id: string): void {
    this.#journal.remove(connectionKey(this.#appId, id));
  }
}
