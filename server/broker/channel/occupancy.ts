/** Occupancy: how many do what on a channel, and who is told of it. */
import type { Schedule, Task } from "../schedule.ts";
import { ACTION, MODE } from "../wire/actions.ts";
import { frameOf } from "../wire/codec.ts";
import type { Attachment } from "./attachment.ts";
import type { Channel } from "./channel.ts";

/** How many do what on a channel, under Ably's names. */
export interface Metrics {
  readonly connections: number;
  readonly publishers: number;
  readonly subscribers: number;
  readonly presenceConnections: number;
  readonly presenceMembers: number;
  readonly presenceSubscribers: number;
  readonly objectPublishers: number;
  readonly objectSubscribers: number;
}

/** Counts a channel anew each time: that is asked for seldom, so nothing is kept. */
export function metricsOf(channel: Channel): Metrics {
  let publishers = 0;
  let subscribers = 0;
  let presenceConnections = 0;
  let presenceSubscribers = 0;
  for (const { modes } of channel.attachments) {
    if ((modes & MODE.publish) !== 0) publishers++;
    if ((modes & MODE.subscribe) !== 0) subscribers++;
    if ((modes & MODE.presence) !== 0) presenceConnections++;
    if ((modes & MODE.presenceSubscribe) !== 0) presenceSubscribers++;
  }
  return {
    connections: channel.attachments.size,
    publishers,
    subscribers,
    presenceConnections,
    presenceMembers: channel.presence.size,
    presenceSubscribers,
    objectPublishers: 0,
    objectSubscribers: 0,
  };
}

/** The rules, as far as they ask for occupancy. */
interface OccupancyRules {
  watches(channel: Channel): boolean;
  report(channel: Channel, metrics: Metrics): void;
}

/** Tells changes of occupancy to whoever asked for it, gathered over a moment. */
export class Occupancy {
  readonly #schedule: Schedule;
  readonly #gatherMs: number;
  readonly #rules: OccupancyRules;
  readonly #planned = new Map<Channel, Task>();
  readonly #told = new WeakMap<Channel, string>();

  constructor(schedule: Schedule, gatherMs: number, rules: OccupancyRules) {
    this.#schedule = schedule;
    this.#gatherMs = gatherMs;
    this.#rules = rules;
  }

  /** Somebody came, left or changed modes. */
  changed(channel: Channel): void {
    if (this.#planned.has(channel) || !(channel.wantsOccupancy || this.#rules.watches(channel))) return;
    const task = this.#schedule.add(this.#schedule.now() + this.#gatherMs, () => {
      this.#planned.delete(channel);
      const metrics = metricsOf(channel);
      const text = JSON.stringify({ metrics });
      if (this.#told.get(channel) === text) return;
      this.#told.set(channel, text);
      for (const attachment of channel.attachments) if (attachment.occupancy) this.#send(attachment, text);
      this.#rules.report(channel, metrics);
    });
    this.#planned.set(channel, task);
  }

  /** Forgets what was to be told. */
  close(): void {
    for (const task of this.#planned.values()) this.#schedule.cancel(task);
    this.#planned.clear();
  }

  /** Tells one newcomer at once. */
  tell(channel: Channel, attachment: Attachment): void {
    this.#send(attachment, JSON.stringify({ metrics: metricsOf(channel) }));
  }

  #send(attachment: Attachment, data: string): void {
    const { subscriber, name } = attachment;
    attachment.told = undefined;
    const timestamp = this.#schedule.now();
    const messages = [{ name: "[meta]occupancy", data, encoding: "json" }];
    const frame = { action: ACTION.message, id: `occupancy-${timestamp}`, channel: name, timestamp, messages };
    subscriber.deliver(frameOf(subscriber.format, frame));
  }
}
