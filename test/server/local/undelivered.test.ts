/** What senders are told of messages that a rule of local mode did not deliver. */
import { expect, test } from "vitest";
import { noticesChannel } from "../../../lambda/channels.ts";
import type { OwnMessage } from "../../../server/broker/index.ts";
import { tellSenders } from "../../../server/local/undelivered.ts";

test("the sender of an undelivered message is told on the notices channel that it failed, whichever try it was", () => {
  const told: [string, OwnMessage][] = [];
  const event = {
    appId: "local",
    ruleId: "moderate",
    code: 70003,
    channel: "chat:from-clients",
    messages: [{ id: "one~2", clientId: "Ann.abcdefghij" }, { id: "two" }],
  };
  tellSenders(event, (channel, notice) => told.push([channel, notice]));
  expect(told).toHaveLength(1); // nobody in particular sent the second
  const [[channel, notice] = ["", undefined]] = told;
  expect(channel).toBe(noticesChannel("Ann.abcdefghij"));
  expect(notice).toMatchObject({ name: "notice", encoding: "json" });
  expect(JSON.parse(notice?.data ?? "")).toMatchObject({
    "source-id": "one",
    outcome: "failed",
    code: "not-delivered",
    reason: "not-delivered",
  });
});
