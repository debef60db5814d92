/** What a visitor's token allows in one room: a part of what the tokens key may do. */
import type { capabilityOp } from "ably";
import { noticesChannel, roomChannels } from "../../lambda/channels.ts";
import { KEYS } from "../../lambda/keys.ts";

const { capability } = KEYS.tokens;

/** Publish inbound; subscribe, presence and history outbound; read one's own notices. */
export function capabilityFor(clientId: string, room: string | undefined): Record<string, capabilityOp[]> {
  const { inbound, outbound } = roomChannels(room);
  return {
    [inbound]: [...capability["chat:from-clients:*"]],
    [outbound]: [...capability["chat:to-clients:*"]],
    [noticesChannel(clientId)]: [...capability["chat:notices:*"]],
  };
}
