/** What `npm run bench` says of all goals together. */
import { expect, test } from "vitest";
import { formatTable, goalsOf, type Row } from "../bench/table.ts";

const row = (measure: string, ratio: number, target?: Row["target"]): Row => ({
  measure,
  ours: `${ratio}`,
  other: "1",
  ratio,
  ...(target !== undefined && { target }),
});

test("all goals of all parts stand in one table, each with its part and its verdict", () => {
  const goals = goalsOf([
    { title: "broker: on this machine", rows: [row("deliveries", 0.9, { at: "least", ratio: 0.95 }), row("floor", 1)] },
    { title: "engine: ready", rows: [row("the default list", 0.2, { at: "most", ratio: 1 })] },
  ]);
  expect(goals.map(({ measure }) => measure)).toEqual(["broker: deliveries", "engine: the default list"]);
  const [, , head, first, second] = formatTable({ title: "All goals", rows: goals }).split("\n");
  expect(first).toMatch(/^broker: deliveries .* ≥ 0\.95 +FAIL$/);
  expect(head).toMatch(/measure/);
  expect(second).toMatch(/^engine: the default list .* ≤ 1 +pass$/);
});
