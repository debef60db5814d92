/** The limits of the broker where nobody asks for others. */
import { expect, test } from "vitest";
import { DEFAULT_LIMITS } from "../../../server/broker/index.ts";

test("has the defaults that Ably publishes for its standard package", () => {
  expect(DEFAULT_LIMITS).toMatchObject({
    messageBytes: 65_536,
    frameBytes: 524_288,
    channelMessageRate: 50,
    channelByteRate: 1_048_576,
    messageRate: 2500,
    inboundRate: 50,
    outboundRate: 50,
    presenceMembers: 200,
    channelsPerConnection: 200,
    connections: 10_000,
    connectionRate: 250,
    channels: 10_000,
    channelRate: 250,
    tokenRate: 250,
    sessionTtlMs: 120_000,
    historyMs: 120_000,
    persistedHistoryMs: 259_200_000,
    idempotencyMs: 120_000,
    rewindMessages: 100,
    pageDefault: 100,
    pageMax: 1000,
    tokenTtlMs: 3_600_000,
    tokenMaxTtlMs: 86_400_000,
    revocableTokenMaxTtlMs: 3_600_000,
    tokenSkewMs: 120_000,
    batchChannels: 100,
    batchMessages: 1000,
    bodyBytes: 2_097_152,
    restRate: 362,
  });
});
