/** The examples of the documents do what the documents say that they do. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import * as engine from "../../lambda/moderation/index.ts";
import { parseWordList } from "../../lambda/moderation/list/parse-list.ts";

const read = (path: string): string => readFileSync(join(import.meta.dirname, "../..", path), "utf8");
const quoted = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, text = ""]) => text);

describe("the README of the engine", () => {
  const code = /```js\n([\s\S]*?)```/.exec(read("lambda/moderation/README.md"))?.[1] ?? "";
  const setup = [...code.matchAll(/^const .*$/gm)].map(([line]) => line).join("\n");
  const claims = [...code.matchAll(/^(\w.*);\n\/\/ (.*)$/gm)].map(
    ([, says = "", result = ""]) => [says, result] as const,
  );

  test("has examples", () => {
    expect(claims).toHaveLength(4);
    for (const name of ["createModerator", "disguisesOf", "parseWordList"]) expect(code).toContain(name);
  });

  test.each(claims)("%s is %s", (says, result) => {
    const value = (text: string): unknown =>
      new Function(...Object.keys(engine), `${setup}\nreturn ${text};`)(...Object.values(engine));
    expect(value(says)).toEqual(value(result));
  });
});

describe("an entry in docs/moderators.md", () => {
  const rows = read("docs/moderators.md")
    .split("\n")
    .filter((line) => /^\| `/.test(line) && line.split("|").length === 5)
    .map((line) => line.split("|").slice(1, 4));

  test("stands in a table", () => {
    expect(rows.length).toBeGreaterThan(5);
  });

  test.each(rows)("%s does what the table says", (written = "", stars = "", leaves = "") => {
    const { words, allow } = parseWordList(quoted(written).join("\n"));
    const { moderate } = engine.createModerator({ words: words.length > 0 ? words : ["potato"], allow });
    for (const [, text = "", result] of stars.matchAll(/`([^`]+)`(?: → `([^`]+)`)?/g)) {
      expect(moderate(text).text).toBe(result ?? "*".repeat(text.length));
    }
    for (const text of quoted(leaves)) expect(moderate(text).text).toBe(text);
  });
});
