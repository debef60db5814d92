/** The function as it is deployed: one small file that starts, and a zip that is the same every time. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { unzipSync } from "fflate";
import { expect, test, vi } from "vitest";
import { buildFunction } from "../../../lambda/deploy/build.ts";

test("makes something that starts small and a zip that is the same every time", { timeout: 30_000 }, async () => {
  const root = mkdtempSync(join(tmpdir(), "asterism-build-"));
  const bytes = await buildFunction(join(root, "one"));
  await buildFunction(join(root, "two"));
  const zip = readFileSync(join(root, "one.zip"));
  expect(bytes).toBeLessThanOrEqual(200 * 1_024);
  const names = Object.keys(unzipSync(zip));
  for (const name of ["handler.mjs", "policy.json", "words.txt"]) expect(names).toContain(name);
  // phone numbers and links are looked for by policies that say so
  expect(names.filter((name) => /^(personal|links|services)-\w+\.mjs$/.test(name))).toHaveLength(3);
  expect(zip.equals(readFileSync(join(root, "two.zip")))).toBe(true);
  vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const { handler } = await import(pathToFileURL(join(root, "one", "handler.mjs")).href);
  vi.restoreAllMocks();
  // on Node 24 Lambda refuses a handler that takes a callback
  expect(handler).toHaveLength(2);
  rmSync(root, { recursive: true });
});
