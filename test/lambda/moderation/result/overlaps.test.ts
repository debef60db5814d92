/** Which of overlapping hits count. */
import { describe, expect, test } from "vitest";
import { disjoint, withoutAllowed } from "../../../../lambda/moderation/result/overlaps.ts";

const span = (start: number, end: number, word = "") => ({ start, end, word });

describe("withoutAllowed", () => {
  test("leaves out what lies within an allowed span", () => {
    expect(withoutAllowed([span(4, 10), span(20, 26)], [span(0, 10)])).toEqual([span(20, 26)]);
  });

  test("an allowed span that a hit reaches into from outside protects nothing", () => {
    expect(withoutAllowed([span(4, 10), span(8, 14)], [span(0, 10)])).toEqual([span(4, 10), span(8, 14)]);
  });

  test("an allowed span that falls takes the one it overlaps with along", () => {
    const hits = [span(0, 3), span(6, 9), span(8, 12)];
    expect(withoutAllowed(hits, [span(0, 7), span(5, 9)])).toEqual(hits);
  });
});

describe("disjoint", () => {
  test("of nested spans the outer one stays", () => {
    expect(disjoint([span(2, 4, "in"), span(0, 6, "out")])).toEqual([span(0, 6, "out")]);
  });

  test("spans that overlap in part become one, named after the longer", () => {
    expect(disjoint([span(0, 4, "four"), span(2, 8, "six")])).toEqual([span(0, 8, "six")]);
  });

  test("spans that touch stay two, in order", () => {
    expect(disjoint([span(4, 6), span(0, 4)])).toEqual([span(0, 4), span(4, 6)]);
  });
});
