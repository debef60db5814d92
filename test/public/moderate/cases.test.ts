/** The list of cases: its order, what stays after a reading, and its steps. */
import { describe, expect, test } from "vitest";
import { merged, neighbour, refreshed, stretchesOf, successor } from "../../../public/src/moderate/queue/cases.ts";
import type { Case } from "../../../public/src/moderate/wire.ts";

const at = (minute: number): string => new Date(Date.UTC(2026, 10, 26, 12, minute)).toISOString();
const one = (id: string, minute: number, change: Partial<Case> = {}): Case => ({
  id,
  kind: "held",
  state: "open",
  room: "lobby",
  author: "Ann.abc234",
  person: "abc234",
  text: id,
  result: id,
  rules: [],
  at: at(minute),
  ...change,
});
const ids = (cases: readonly Case[]): string[] => cases.map(({ id }) => id);
const [a, b, c] = [one("a", 1), one("b", 2), one("c", 3)];

describe("the cases of the desk", () => {
  test("stand oldest first and once, as they were read last", () => {
    const cases = merged([b, a], [one("b", 2, { state: "closed" }), c]);
    expect(ids(cases)).toEqual(["a", "b", "c"]);
    expect(cases[1]?.state).toBe("closed");
  });

  test("are gone after a new reading that does not hold them, but older pages stay", () => {
    expect(ids(refreshed([a, b, c], { cases: [b, one("d", 4)], next: "older" }, null))).toEqual(["a", "b", "d"]);
    expect(ids(refreshed([a, b, c], { cases: [c], next: null }, null))).toEqual(["c"]);
  });

  test("keep the one that somebody looks at", () => {
    expect(ids(refreshed([a, b, c], { cases: [c], next: null }, "a"))).toEqual(["a", "c"]);
  });

  test("are gone through step by step, and no further than the ends", () => {
    const cases = [a, b, c];
    expect(neighbour(cases, "a", 1)).toBe(b);
    expect(neighbour(cases, "a", -1)).toBe(a);
    expect(neighbour(cases, "c", 1)).toBe(c);
    expect(neighbour(cases, null, 1)).toBe(a);
    expect(neighbour([], null, 1)).toBeUndefined();
  });

  test("stand in stretches, of which one alone changes when a case comes or goes", () => {
    const many = Array.from({ length: 2_000 }, (_, index) => one(`held-${index}-${(index * 7_919) % 1_000}`, index));
    const before = stretchesOf(many);
    expect(before.flat()).toEqual(many);
    expect(before.length).toBeGreaterThan(40);
    expect(Math.max(...before.map(({ length }) => length))).toBeLessThan(200);
    const known = new Set(before.map((stretch) => ids(stretch).join()));
    for (const gone of [0, 700, 1_999]) {
      const after = stretchesOf(many.filter((_, index) => index !== gone));
      expect(after.filter((stretch) => !known.has(ids(stretch).join())).length).toBeLessThanOrEqual(1);
    }
  });

  test("a decided case is followed by the next one, the last one by the one before it", () => {
    expect(successor([a, b, c], "b")).toBe(c);
    expect(successor([a, b, c], "c")).toBe(b);
    expect(successor([a], "a")).toBeUndefined();
  });
});
