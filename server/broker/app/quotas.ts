/** The quotas of one app: what its clients may have of it in a second. */
import type { Limits } from "../limits.ts";
import { Quota } from "../quota.ts";

export interface Quotas {
  readonly messages: Quota;
  readonly presence: Quota;
  readonly requests: Quota;
  readonly tokens: Quota;
  /** New connections. */
  readonly connections: Quota;
  /** New channels. */
  readonly channels: Quota;
}

/** Makes the quotas that the limits name. */
export function createQuotas(limits: Limits): Quotas {
  const quota = (all: number, each: number, reserve = limits.keyReserve): Quota => new Quota({ all, each, reserve });
  return {
    messages: quota(limits.messageRate, limits.clientRate),
    presence: quota(limits.messageRate, limits.clientPresenceRate),
    requests: quota(limits.restRate, limits.clientRestRate),
    tokens: quota(limits.tokenRate, limits.clientTokenRate, 0),
    connections: quota(limits.connectionRate, limits.clientConnectionRate),
    channels: quota(limits.channelRate, limits.clientChannelRate),
  };
}
