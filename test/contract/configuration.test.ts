/** Every variable that the programs read is explained where people look: .env.example and the README. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const namesIn = (text: string, pattern: RegExp) => new Set([...text.matchAll(pattern)].map((match) => match[1] ?? ""));

const known = new Set(
  ["server/config.ts", "lambda/config.ts"].flatMap((path) => [...namesIn(read(path), /^ {4}([A-Z][A-Z_]+): /gm)]),
);

test("finds the variables in both configurations", () => {
  expect(known).toContain("ABLY_API_KEY");
  expect(known).toContain("QUARANTINE_URL");
});

test(".env.example names each of them once, with a line that explains it", () => {
  const example = read(".env.example");
  expect([...namesIn(example, /^([A-Z_]+)=/gm)].sort()).toEqual([...known].sort());
  for (const name of known) expect(example).toMatch(new RegExp(`^# \\S.*\\n${name}=`, "m"));
});

test("the README's table names each of them", () => {
  const table = read("README.md").split("## Configuration")[1]?.split("\n## ")[0] ?? "";
  expect([...namesIn(table, /`([A-Z][A-Z_]{3,})`/g)].sort()).toEqual([...known].sort());
});
