/** The examples of the documents do what the documents say that they do. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { applyPolicy } from "../../lambda/decide/apply-policy.ts";
import * as engine from "../../lambda/moderation/index.ts";
import { parseWordList } from "../../lambda/moderation/list/file-format.ts";
import { compilePolicy } from "../../lambda/policy/policy.ts";
import { parsePolicy } from "../../lambda/policy/schema.ts";

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
  const section = read("docs/moderators.md").split("### What an entry may look like")[1]?.split("\n#")[0] ?? "";
  const rows = section
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

describe("the policy in docs/moderators.md", () => {
  const page = read("docs/moderators.md");
  const file = parseWordList("potato");
  const example: unknown = JSON.parse(/```json\n([\s\S]*?)```/.exec(page)?.[1] ?? "");

  test("is one", () => {
    expect(parsePolicy(example)).toMatchObject({ ok: true });
  });

  test("comes with a row or a line for each condition and each action", () => {
    const schema: unknown = JSON.parse(read("lambda/policy.schema.json"));
    const rule = Object(schema).properties.rules.items.properties;
    for (const name of Object.keys(rule.when.properties)) expect(page).toMatch(new RegExp(`^[|-] \`"${name}": `, "m"));
    for (const name of rule.action.enum) expect(page).toMatch(new RegExp(`^\\| \`${name}\` \\|`, "m"));
  });

  const rows = [...page.matchAll(/^\| `("(\w+)": .*?)` \| (.*) \| (.*) \|$/gm)].map((match) => match.slice(1));

  test.each(rows)("%s applies as the table says", async (when = "", _name, applies = "", other = "") => {
    const rules = [{ name: "rule", when: JSON.parse(`{${when}}`), action: "flag" }];
    const parsed = parsePolicy({ ...Object(example), rules });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    const policy = compilePolicy(parsed.document, { file });
    await policy.load();
    const actionOn = (text: string) =>
      applyPolicy({ text, room: "garden", at: 0 }, { policy, recent: [], now: 0 }).action;
    expect(quoted(applies).map((text) => [text, actionOn(text)])).toEqual(
      quoted(applies).map((text) => [text, "flag"]),
    );
    expect(quoted(other).map((text) => [text, actionOn(text)])).toEqual(quoted(other).map((text) => [text, "publish"]));
  });
});
