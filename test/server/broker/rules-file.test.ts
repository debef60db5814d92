/** The file of webhook rules and channel rules. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { readRules } from "../../../server/broker/rules-file.ts";

const folder = mkdtempSync(join(tmpdir(), "asterism-rules-"));
afterAll(() => rmSync(folder, { recursive: true }));

function fileWith(text: string): string {
  const path = join(folder, "rules.json");
  writeFileSync(path, text);
  return path;
}

const RULE = {
  id: "hook",
  requestMode: "batch",
  source: { type: "channel.message", channelFilter: "^orders$" },
  target: { url: "http://127.0.0.1:9999/", format: "json", signingKeyId: "key" },
};

describe("a file of rules", () => {
  test("may be a list of webhook rules", async () => {
    expect(await readRules(fileWith(JSON.stringify([RULE])))).toEqual({ rules: [RULE], namespaces: [] });
  });

  test("may hold webhook rules and channel rules", async () => {
    const path = fileWith(JSON.stringify({ rules: [RULE], namespaces: [{ id: "notes", mutableMessages: true }] }));
    const namespace = { id: "notes", mutableMessages: true, persisted: false, authenticated: false };
    expect(await readRules(path)).toEqual({ rules: [RULE], namespaces: [namespace] });
  });

  test.each([
    ["no JSON", "it is not JSON"],
    ["7", "it must be [rule, …] or { "],
    ['{ "namespaces": [{}] }', "it must be [rule, …] or { "],
    ['{ "rule": [] }', "it must be [rule, …] or { "],
  ])("%s is refused with a sentence that names the file", async (text, sentence) => {
    const path = fileWith(text);
    await expect(readRules(path)).rejects.toThrow(`unable to use the rules in ${path}; ${sentence}`);
  });

  test("has to be there", async () => {
    await expect(readRules(join(folder, "none.json"))).rejects.toThrow("the file cannot be read");
  });
});
