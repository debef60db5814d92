/** The embedded broker's rates are Ably's; in a bench the machine is the limit. */
import type { Limits } from "../../server/broker/index.ts";

export const UNLIMITED = {
  channelMessageRate: Number.POSITIVE_INFINITY,
  channelByteRate: Number.POSITIVE_INFINITY,
  channelClientRate: Number.POSITIVE_INFINITY,
  channelClientByteRate: Number.POSITIVE_INFINITY,
  messageRate: Number.POSITIVE_INFINITY,
  clientRate: Number.POSITIVE_INFINITY,
  inboundRate: Number.POSITIVE_INFINITY,
  frameRate: Number.POSITIVE_INFINITY,
  outboundRate: Number.POSITIVE_INFINITY,
  connections: Number.POSITIVE_INFINITY,
  clientConnections: Number.POSITIVE_INFINITY,
  addressConnections: Number.POSITIVE_INFINITY,
  connectionRate: Number.POSITIVE_INFINITY,
  clientConnectionRate: Number.POSITIVE_INFINITY,
  channels: Number.POSITIVE_INFINITY,
  channelRate: Number.POSITIVE_INFINITY,
  clientChannelRate: Number.POSITIVE_INFINITY,
  restRate: Number.POSITIVE_INFINITY,
  clientRestRate: Number.POSITIVE_INFINITY,
  ruleRequestRate: 1_000_000,
  ruleBatchEvents: 1_000, // the larger of the two figures that Ably's pages give
} satisfies Partial<Limits>;
