/** Entries of a list: which are taken, and which are refused and why. */
import { describe, expect, test } from "vitest";
import { createModerator } from "../../../../lambda/moderation/index.ts";
import { readEntry } from "../../../../lambda/moderation/list/entry.ts";

describe("readEntry", () => {
  test.each([
    ["potato", { body: "potato", openStart: false, openEnd: false, exact: false, varied: false }],
    ["potato*", { body: "potato", openStart: false, openEnd: true, exact: false, varied: false }],
    ["*potato", { body: "potato", openStart: true, openEnd: false, exact: false, varied: false }],
    ["=potato", { body: "potato", openStart: false, openEnd: false, exact: true, varied: false }],
    ["= *potato*", { body: "potato", openStart: true, openEnd: true, exact: true, varied: false }],
    [" *hot dog* ", { body: "hot dog", openStart: true, openEnd: true, exact: false, varied: false }],
    ["~potato*", { body: "potato", openStart: false, openEnd: true, exact: false, varied: true }],
  ])("reads %j", (written, expected) => {
    expect(readEntry(written)).toEqual({ written, ...expected });
  });

  test.each([
    ["", "unable to use an empty entry"],
    ["  ", "unable to use an empty entry"],
    ["po*to", 'unable to use entry "po*to"; a star may stand only first or last'],
    ["***", 'unable to use entry "***"; a star may stand only first or last'],
    ["1234", 'unable to use entry "1234"; it has no letter'],
    ["$$$", 'unable to use entry "$$$"; it has no letter'],
    ["=~potato", 'unable to use entry "=~potato"; it may begin with = or with ~, not with both'],
    ["x".repeat(201), "it is longer than 200 characters"],
  ])("refuses %j", (written, reason) => {
    expect(() => readEntry(written)).toThrow(reason);
    expect(() => createModerator({ words: ["potato", written] })).toThrow(reason);
  });
});
