/** Server and function are two programs; here they agree on the names of channels. */
import { describe, expect, test } from "vitest";
import { isInbound, outboundFor, noticesChannel as toldOn } from "../../lambda/channels.ts";
import { INBOUND_FILTER, noticesChannel, parseRoom, roomChannels } from "../../server/channels.ts";

describe("channel names", () => {
  test.each([undefined, "garden", "a", "7", "-", "a".repeat(40)])("of room %s are the same on both sides", (room) => {
    const { inbound, outbound } = roomChannels(room);
    expect(new RegExp(INBOUND_FILTER).test(inbound)).toBe(true);
    expect(isInbound(inbound)).toBe(true);
    expect(outboundFor(inbound)).toBe(outbound);
  });

  test("of notices are the same on both sides", () => {
    expect(toldOn("Ann.abc234")).toBe(noticesChannel("Ann.abc234"));
  });

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
