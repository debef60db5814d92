/** What a rule says of the events that it has accepted and not delivered. */
import { expect, test } from "vitest";
import { batchRule, createHarness, message, singleRule } from "./harness.ts";

const nothing = { events: 0, ageMs: 0 };

test.each([
  ["batch", batchRule],
  ["single", singleRule],
])("a %s rule counts what waits and what is under way, and tells the age of the oldest", async (_mode, rule) => {
  const { integrations, clock, request } = createHarness([rule]);
  const backlog = () => integrations.backlogs()[0];
  expect(backlog()).toMatchObject(nothing);
  integrations.channelEvent(message("one"));
  await clock.advance(300);
  integrations.channelEvent(message("two"));
  await clock.advance(200);
  expect(backlog()).toEqual({ ruleId: rule.id, events: 2, ageMs: 500 });
  await request(0).answer(200);
  expect(backlog()).toMatchObject({ events: 1, ageMs: 200 });
  await clock.advance(1_000);
  await request(1).answer(200);
  expect(backlog()).toMatchObject(nothing);
});
