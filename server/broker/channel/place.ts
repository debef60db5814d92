/** A place: the name of a channel, its settings, and the channel itself where there is one. */
import type { Channel, ChannelSettings } from "./channel.ts";

export interface Place {
  readonly name: string;
  readonly settings: ChannelSettings;
  readonly channel: Channel | undefined;
}
