/** The names of channels: what the server hands to the page, what the rule's filter takes in, what the function makes of it. */
import { describe, expect, test } from "vitest";
import { INBOUND_FILTER, isInbound, outboundFor, parseRoom, roomChannels } from "../../lambda/channels.ts";
import { KEYS } from "../../lambda/keys.ts";
import { compare } from "../../server/doctor/capability.ts";
import { capabilityFor } from "../../server/tokens/capability.ts";

describe("channel names", () => {
  test.each([undefined, "garden", "a", "7", "-", "a".repeat(40)])("of room %s are the same everywhere", (room) => {
    const { inbound, outbound } = roomChannels(room);
    expect(new RegExp(INBOUND_FILTER).test(inbound)).toBe(true);
    expect(isInbound(inbound)).toBe(true);
    expect(outboundFor(inbound)).toBe(outbound);
  });

  test.each([undefined, "garden"])(
    "in a visitor's token for room %s are ones that the tokens key may give away",
    (room) => {
      expect(compare(KEYS.tokens.capability, capabilityFor("Ann.abc234", room)).missing).toEqual([]);
    },
  );

  test.each([
    "chat:to-clients",
    "chat:to-clients:garden",
    "chat:notices:Ann.abc234",
    "xchat:from-clients",
    "chat:from-clients:",
    "chat:from-clients:Garden",
    "chat:from-clients:a:b",
    "chat:from-clients\n",
  ])("%j is inbound for neither the rule nor the function", (channel) => {
    expect(new RegExp(INBOUND_FILTER).test(channel)).toBe(false);
    expect(isInbound(channel)).toBe(false);
  });

  test.each(["Garden", "a b", "a/b", "", "é", "a".repeat(41), "a\n"])("%j is no room", (room) => {
    expect(parseRoom(room) ?? undefined).toBeUndefined();
  });
});
