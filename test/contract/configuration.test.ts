/** Every variable that the programs read is explained where people look: .env.example and docs/operate.md. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Variables } from "../../lambda/config.ts";
import { Environment } from "../../server/config.ts";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const namesIn = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map((match) => match[1] ?? "");

const known = new Set([...Object.keys(Environment.shape), ...Object.keys(Variables.entries)]);

test("finds the variables in both configurations", () => {
  expect(known).toContain("ABLY_API_KEY");
  expect(known).toContain("QUARANTINE_URL");
});

/** What only the commands read, each in its own file. */
const COMMANDS = {
  ABLY_ACCESS_TOKEN: "lambda/deploy/ably-setup.ts",
  ABLY_APP_ID: "lambda/deploy/ably-setup.ts",
  ABLY_HISTORY_KEY: "lambda/commands/replay.ts",
};

test(".env.example names each of them once, with a line that explains it", () => {
  const example = read(".env.example");
  const names = [...known, ...Object.keys(COMMANDS)];
  expect(namesIn(example, /^([A-Z_]+)=/gm).sort()).toEqual(names.sort());
  for (const name of names) expect(example).toMatch(new RegExp(`^# \\S.*\\n${name}=`, "m"));
});

test.each(Object.entries(COMMANDS))("%s is read by %s", (name, path) => {
  expect(read(path)).toContain(name);
});

test("the table of docs/operate.md names each of them", () => {
  const section = read("docs/operate.md").split("## Configuration")[1]?.split("\n## ")[0] ?? "";
  const table = section.split("\n").filter((line) => line.startsWith("|"));
  expect([...new Set(namesIn(table.join("\n"), /`([A-Z][A-Z_]{3,})`/g))].sort()).toEqual([...known].sort());
});
