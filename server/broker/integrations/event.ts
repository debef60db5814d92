/** What can happen on a channel, as the rules see it. */

/** A message or presence entry as it is on the wire: `data` and `encoding` still as the publisher encoded them. */
export interface WireRecord {
  readonly id?: string | undefined;
  readonly connectionId?: string | undefined;
  readonly clientId?: string | undefined;
  readonly timestamp?: number | undefined;
  readonly name?: string | undefined;
  readonly data?: unknown;
  readonly encoding?: string | undefined;
  readonly extras?: unknown;
  readonly action?: number | undefined;
  readonly serial?: string | undefined;
  readonly version?: unknown;
  readonly annotations?: unknown;
}

/** One thing that happened on a channel. A publish of several messages is one event. */
export type ChannelEvent =
  | { readonly source: "channel.message"; readonly channel: string; readonly messages: readonly WireRecord[] }
  | { readonly source: "channel.presence"; readonly channel: string; readonly presence: readonly WireRecord[] }
  | {
      readonly source: "channel.lifecycle";
      readonly channel: string;
      readonly opened: boolean;
      readonly status: unknown;
    }
  | { readonly source: "channel.occupancy"; readonly channel: string; readonly metrics: unknown };

/** The kinds of event a rule can ask for; each rule has exactly one. */
export const SOURCES = ["channel.message", "channel.presence", "channel.lifecycle", "channel.occupancy"] as const;

export type Source = (typeof SOURCES)[number];
