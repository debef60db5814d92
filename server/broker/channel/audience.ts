/** The audience of a channel: who is attached, and what they are still to be told in this turn. */
import { MODE } from "../wire/actions.ts";
import type { Attachment } from "./attachment.ts";
import { Broadcast } from "./broadcast.ts";
import type { ChannelEvent } from "./events.ts";

export class Audience {
  readonly #channel: string;
  readonly #deltaBytes: number;
  readonly #attachments = new Set<Attachment>();
  #pending: ChannelEvent[] = [];
  #occupancyReaders = 0;

  /** `deltaBytes`: how much may be compared for deltas in one turn. */
  constructor(channel: string, deltaBytes: number) {
    this.#channel = channel;
    this.#deltaBytes = deltaBytes;
  }

  get attachments(): ReadonlySet<Attachment> {
    return this.#attachments;
  }

  /** Whether anybody attached asked to be told of occupancy. */
  get wantsOccupancy(): boolean {
    return this.#occupancyReaders > 0;
  }

  /** Whether there is something to be told in this turn. */
  get isWaiting(): boolean {
    return this.#pending.length > 0;
  }

  add(attachment: Attachment): void {
    this.#attachments.add(attachment);
    if (attachment.occupancy) this.#occupancyReaders++;
  }

  /** Answers whether it was attached. */
  remove(attachment: Attachment): boolean {
    if (!this.#attachments.delete(attachment)) return false;
    if (attachment.occupancy) this.#occupancyReaders--;
    return true;
  }

  /** Tells an event with the next flush. */
  tell(event: ChannelEvent): void {
    this.#pending.push(event);
  }

  /** Takes back the events at these positions, which were not told yet. */
  drop(positions: ReadonlySet<string>): void {
    this.#pending = this.#pending.filter(({ position }) => !positions.has(position));
  }

  /** Hands what was gathered to everybody attached; `alone`: no other channel has anything to say in this turn. */
  flush(alone: boolean): void {
    if (this.#pending.length === 0) return;
    const pending = this.#pending;
    this.#pending = [];
    for (const events of bySecond(pending)) this.#broadcast(events, alone);
  }

  /** Hands on events of one second. They count in that second, as they did for their publishers, however late it is. */
  #broadcast(events: readonly ChannelEvent[], alone: boolean): void {
    const broadcast = new Broadcast(this.#channel, events, this.#deltaBytes);
    const countForMost = events.length - broadcast.annotations;
    const moment = { now: events[0]?.timestamp ?? 0, alone };
    for (const attachment of this.#attachments) {
      if (attachment.lossy) continue;
      const bytes = broadcast.bytesFor(attachment);
      const told = (attachment.modes & MODE.annotationSubscribe) === 0 ? countForMost : events.length;
      if (bytes === undefined || attachment.subscriber.offer(bytes, told, moment)) continue;
      attachment.lossy = true;
      attachment.told = undefined;
      attachment.subscriber.missed(attachment);
    }
  }
}

/** The events in parts, each of one second; nearly always one part. */
function bySecond(events: readonly ChannelEvent[]): readonly (readonly ChannelEvent[])[] {
  const second = secondOf(events[0]);
  const at = events.findIndex((event) => secondOf(event) !== second);
  return at < 0 ? [events] : [events.slice(0, at), ...bySecond(events.slice(at))];
}

const secondOf = (event: ChannelEvent | undefined): number => Math.floor((event?.timestamp ?? 0) / 1000);
