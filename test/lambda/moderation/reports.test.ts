/**
 * Public reports about chat filters, rewritten. Each case comes out as its reporter wants, or names the rule of
 * docs/accuracy.md that makes it come out otherwise; `asking` are entries that ask for more than the rule gives by itself.
 */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createModerator, createWindow } from "../../../lambda/moderation/index.ts";

interface Report {
  readonly kind: string;
  readonly list?: readonly string[];
  readonly allow?: readonly string[];
  /** One message, or several of one author. */
  readonly text: string | readonly string[];
  /** The pieces that must be starred, in order; of several messages a star for each hit. */
  readonly want: readonly string[];
  readonly rule?: string;
  readonly asking?: readonly string[];
}

const VEGETABLES = ["potato", "cabbage", "carrot", "leek", "turnip", "spinach", "beet", "kale", "spud"];

const reports = readFileSync(new URL("../../fixtures/reports/cases.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line): Report => JSON.parse(line));
const page = readFileSync(new URL("../../../docs/accuracy.md", import.meta.url), "utf8");
const held = reports.filter(({ rule }) => rule === undefined);
const ruledOut = reports.filter(({ rule }) => rule !== undefined);

/** The pieces of the text that are starred. */
function starred({ list = VEGETABLES, allow, text }: Report): string[] {
  const moderator = createModerator({ words: list, allow });
  if (typeof text === "string") {
    return moderator.moderate(text).matches.map(({ start, end }) => text.slice(start, end));
  }
  const window = createWindow(moderator);
  return text.flatMap((message) => window.add(message)).map(() => "*");
}

describe("reports", () => {
  test.each(held)("$kind: $text", (report) => {
    expect(starred(report)).toEqual(report.want);
  });

  test.each(ruledOut)("$kind, ruled out by $rule: $text", (report) => {
    const { rule = "" } = report;
    const [, number] = /^rule ([0-9]+)$/.exec(rule) ?? [];
    expect(page).toMatch(number === undefined ? `\n- **${rule}` : `\n${number}. **`);
    expect(starred(report)).not.toEqual(report.want);
  });

  test.each(ruledOut.filter(({ asking }) => asking !== undefined))("$kind, asked for as $asking: $text", (report) => {
    expect(starred({ ...report, list: report.asking ?? [] })).toEqual(report.want);
  });

  test("most are not ruled out", () => {
    expect(held.length / reports.length).toBeGreaterThan(0.85);
  });
});
