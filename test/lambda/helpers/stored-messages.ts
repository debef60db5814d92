/** What Ably keeps of published messages, as the desk looks at it: each has a serial, and can be removed or rewritten. */
import type { HistoryPart, StoredMessage } from "../../../lambda/desk/desk-ably.ts";
import type { Delivery } from "./fake-ably.ts";

type Change = Pick<StoredMessage, "data" | "extras">;

export class StoredMessages {
  /** What people said, as it came in, by channel. */
  readonly inbound = new Map<string, StoredMessage[]>();
  readonly #delivered: readonly Delivery[];
  readonly #removed = new Set<string>();
  readonly #rewritten = new Map<string, Change>();

  /** The channels' own, as far as they were looked through. */
  readonly #byChannel = new Map<string, Delivery[]>();
  #looked = 0;

  /** Of what was, and will be, delivered. */
  constructor(delivered: readonly Delivery[]) {
    this.#delivered = delivered;
  }

  find(channel: string, serial: string): StoredMessage | undefined {
    const place = Number(/^serial(\d+)$/.exec(serial)?.[1] ?? -1);
    const delivery = this.#deliveries(channel)[place];
    return delivery && this.#now(delivery, place);
  }

  remove(channel: string, serial: string): void {
    this.#removed.add(`${channel}\n${serial}`);
  }

  rewrite(channel: string, { serial, ...change }: Change & { readonly serial: string }): void {
    this.#removed.delete(`${channel}\n${serial}`);
    this.#rewritten.set(`${channel}\n${serial}`, change);
  }

  history(channel: string, { start = 0, end = Infinity, newestFirst = false, limit }: HistoryPart): StoredMessage[] {
    const isWithin = (at = 0) => at >= start && at <= end;
    const said = (this.inbound.get(channel) ?? []).filter(({ timestamp }) => isWithin(timestamp ?? 0));
    const shown = this.#deliveries(channel).flatMap((one, place) => (isWithin(one.at) ? this.#now(one, place) : []));
    const within = [...said, ...shown];
    return (newestFirst ? within.reverse() : within).slice(0, limit);
  }

  /** Everything on a channel, oldest first. */
  on(channel: string): StoredMessage[] {
    return this.#deliveries(channel).map((delivery, place) => this.#now(delivery, place));
  }

  #deliveries(channel: string): readonly Delivery[] {
    for (; this.#looked < this.#delivered.length; this.#looked += 1) {
      const delivery = this.#delivered[this.#looked];
      if (delivery === undefined) continue;
      const there = this.#byChannel.get(delivery.channel) ?? [];
      this.#byChannel.set(delivery.channel, there);
      there.push(delivery);
    }
    return this.#byChannel.get(channel) ?? [];
  }

  /** A message as it is now; its serial says at which place of the channel it is. */
  #now({ channel, message, at }: Delivery, place: number): StoredMessage {
    const serial = `serial${place}`;
    const isGone = this.#removed.has(`${channel}\n${serial}`);
    const change = this.#rewritten.get(`${channel}\n${serial}`);
    const now = isGone ? { data: "", action: 2 } : change && { ...change, action: 1 };
    return { ...message, serial, timestamp: at, ...now };
  }
}
