/** The keys and secrets of local mode on disk. */
import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openLocalSecrets } from "../../../server/local/secrets.ts";

const emptyFolder = () => mkdtempSync(join(tmpdir(), "asterism-data-"));

test("are made once and found again", () => {
  const folder = join(emptyFolder(), "data");
  const made = openLocalSecrets(folder);
  expect(openLocalSecrets(folder)).toEqual(made);
  expect(made.key).toMatch(/^[^.:]+\.[^.:]+:[^.:]+$/);
  expect(readdirSync(folder)).toEqual(["secrets.json"]);
});

test.skipIf(process.platform === "win32")("are for their owner alone", () => {
  const folder = join(emptyFolder(), "data");
  openLocalSecrets(folder);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, "secrets.json")).mode & 0o777).toBe(0o600);
});

test("are other ones each time where nothing is kept", () => {
  expect(openLocalSecrets(undefined).key).not.toBe(openLocalSecrets(undefined).key);
});

test.each(["", "{", "[]", '{"key":"short"}'])(
  "that are %j are not written over, and the sentence shows none of it",
  (text) => {
    const folder = emptyFolder();
    const path = join(folder, "secrets.json");
    writeFileSync(path, text);
    expect(() => openLocalSecrets(folder)).toThrow(/secrets\.json cannot be used: .*LOCAL_DATA/);
    expect(readFileSync(path, "utf8")).toBe(text);
  },
);

test("of a folder that cannot be one are refused with a sentence", () => {
  const file = join(emptyFolder(), "file");
  writeFileSync(file, "");
  expect(() => openLocalSecrets(file)).toThrow(/cannot be used: .*LOCAL_DATA/);
});
