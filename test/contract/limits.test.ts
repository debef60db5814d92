/** What the template says about the function's limits is what the function holds. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { limits } from "../../lambda/limits.ts";

const template = readFileSync(new URL("../../lambda/template.yaml", import.meta.url), "utf8");

test("the template stops the function when the function expects it", () => {
  expect(/^ {6}Timeout: (\d+)$/m.exec(template)?.[1]).toBe(String(limits.timeoutMs / 1_000));
});

test("the template's queue keeps a message for as long as anything is in quarantine", () => {
  expect(template).toContain(`MessageRetentionPeriod: ${limits.quarantineMs / 1_000}\n`);
});

test("the template tells how long a message may be when nothing is set", () => {
  expect(template).toContain(`Characters in one message; ${limits.textLength} when empty`);
});
