import { appendFileSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createFileQuarantine } from "../../../lambda/quarantine/file.ts";
import { entry } from "../helpers/quarantined.ts";
import { describeQuarantine } from "./conformance.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "asterism-"));
  path = join(folder, "kept.jsonl");
});
afterEach(() => rmSync(folder, { recursive: true }));

describeQuarantine("a file", () => ({
  quarantine: createFileQuarantine(path),
  away: createFileQuarantine(join(folder, "no", "such", "folder")),
  scribble: (line) => appendFileSync(path, `${line}\n`),
  close: () => undefined,
}));

test("can only be read by its owner", async () => {
  await createFileQuarantine(path).keep([entry("a")], 1_000);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test("is full when the file would be larger than its limit, and takes more once it was emptied", async () => {
  const line = Buffer.byteLength(`${JSON.stringify(entry("a"))}\n`);
  const quarantine = createFileQuarantine(path, 2 * line);
  expect(await quarantine.keep([entry("a"), entry("b")], 1_000)).toBe("kept");
  expect(await quarantine.keep([entry("c")], 1_000)).toBe("full");
  expect(statSync(path).size).toBe(2 * line);
  rmSync(path);
  expect(await quarantine.keep([entry("c")], 1_000)).toBe("kept");
});

test("goes on where a replay was cut short, while the function writes on", async () => {
  const quarantine = createFileQuarantine(path);
  await quarantine.keep([entry("a")], 1_000);
  await quarantine.open().take();
  await quarantine.keep([entry("b")], 1_000);
  const reader = quarantine.open();
  for (const id of ["a", "b"]) {
    const taken = await reader.take();
    expect(taken?.entries).toEqual([entry(id)]);
    await taken?.finish([true]);
  }
  expect(await reader.take()).toBeUndefined();
});
