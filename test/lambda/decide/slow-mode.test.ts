/** Slow mode: when somebody may write again. */
import { expect, test } from "vitest";
import { slowModeEnd } from "../../../lambda/decide/slow-mode.ts";
import type { Said } from "../../../lambda/policy/recent-messages.ts";

const NOW = 1_795_258_800_000;
const said = (at: number, more: Partial<Said> = {}): Said => {
  return { id: String(at), room: "lobby", at, sketch: new Set(), blocked: false, ...more };
};

test.each<[string, readonly Said[], number | undefined]>([
  ["nothing", [], undefined],
  ["a message just before", [said(NOW - 4_000)], NOW + 1_000],
  ["several", [said(NOW - 4_000), said(NOW - 1_000)], NOW + 4_000],
  ["a message of the same moment", [said(NOW)], NOW + 5_000],
  ["one that is long enough ago", [said(NOW - 5_000)], undefined],
  ["one in another room", [said(NOW - 1_000, { room: "garden" })], undefined],
  ["one that was refused", [said(NOW - 1_000, { blocked: true })], undefined],
  ["one that was written later", [said(NOW + 1_000)], undefined],
])("after %s a person waits until the slow mode's time is over", (_, recent, end) => {
  expect(slowModeEnd({ room: "lobby", at: NOW }, recent, 5_000)).toBe(end);
});

test("a room without slow mode lets nobody wait", () => {
  expect(slowModeEnd({ room: "lobby", at: NOW }, [said(NOW)], 0)).toBeUndefined();
});
