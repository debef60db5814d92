/** Channel names: which ones are listened to, and where each thing that was said there goes. */

const INBOUND = /^chat:from-clients(?::([a-z0-9-]+))?$/;

/** Is this a channel that browsers publish to? The rule's filter says the same. */
export const isInbound = (channel: string): boolean => INBOUND.test(channel);

/** Where the moderated copy of what was said on `inbound` goes; undefined when it is no inbound channel. */
export function outboundFor(inbound: string): string | undefined {
  const match = INBOUND.exec(inbound);
  if (match === null) return undefined;
  const room = match[1];
  return room === undefined ? "chat:to-clients" : `chat:to-clients:${room}`;
}

/** The private channel on which one sender learns what became of a message. */
export const noticesFor = (clientId: string): string => `chat:notices:${clientId}`;
