/** Which quarantine a configuration opens. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openQuarantine } from "../../../lambda/quarantine/open.ts";
import { entry } from "../helpers/quarantined.ts";

test("is nothing when none is configured", () => {
  expect(openQuarantine(undefined)).toBeUndefined();
});

test("is the file that the configuration names", async () => {
  const folder = mkdtempSync(join(tmpdir(), "asterism-"));
  const path = join(folder, "kept.jsonl");
  await openQuarantine({ kind: "file", path })?.keep([entry("a")], 1_000);
  expect(existsSync(path)).toBe(true);
  rmSync(folder, { recursive: true });
});

test("is the queue that the configuration names, with the credentials of the environment", async () => {
  const quarantine = openQuarantine({ kind: "sqs", url: "http://127.0.0.1:9/1/q" }, {});
  expect(await quarantine?.keep([entry("a")], 1_000)).toBe("failed");
});
