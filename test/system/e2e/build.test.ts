/** The function as it is deployed: one small file that starts, and a zip that is the same every time. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { strFromU8, unzipSync } from "fflate";
import { expect, test, vi } from "vitest";
import { buildFunction } from "../../../lambda/deploy/build.ts";

test("makes something that starts small and a zip that is the same every time", { timeout: 30_000 }, async () => {
  const root = mkdtempSync(join(tmpdir(), "asterism-build-"));
  const bytes = await buildFunction(join(root, "one"));
  await buildFunction(join(root, "two"));
  const zip = readFileSync(join(root, "one.zip"));
  expect(bytes).toBeLessThanOrEqual(200 * 1_024);
  const names = Object.keys(unzipSync(zip));
  for (const name of ["handler.mjs", "words.txt"]) expect(names).toContain(name);
  // the policy is in the bundle, as it was checked
  expect(names).not.toContain("policy.json");
  // what only some policies and set-ups need
  expect(names.filter((name) => /^(personal|links|services|schema)-\w+\.mjs$/.test(name))).toHaveLength(4);
  expect(zip.equals(readFileSync(join(root, "two.zip")))).toBe(true);
  vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const { handler } = await import(pathToFileURL(join(root, "one", "handler.mjs")).href);
  vi.restoreAllMocks();
  // on Node 24 Lambda refuses a handler that takes a callback
  expect(handler).toHaveLength(2);
  rmSync(root, { recursive: true });
});

test("none of our patterns makes V8 read Unicode's tables when the code around it is read", {
  timeout: 30_000,
}, async () => {
  const root = mkdtempSync(join(tmpdir(), "asterism-build-"));
  await buildFunction(join(root, "one"));
  const files = Object.entries(unzipSync(readFileSync(join(root, "one.zip")))).filter(([name]) =>
    /^(handler|chunk-\w+)\.mjs$/.test(name),
  );
  rmSync(root, { recursive: true });
  const code = files.map(([, bytes]) => strFromU8(bytes)).join("\n");
  // a text writes it with two backslashes, a literal with one
  expect(code).toContain("\\\\p{");
  expect(code.match(/(?<!\\)\\p\{.{0,30}/g) ?? []).toEqual([]);
});

test("starts without the large parts of Node that it does not use", { timeout: 30_000 }, async () => {
  const root = mkdtempSync(join(tmpdir(), "asterism-build-"));
  await buildFunction(join(root, "one"));
  const handler = pathToFileURL(join(root, "one", "handler.mjs")).href;
  const program = `await import(${JSON.stringify(handler)}); console.error(JSON.stringify(process.moduleLoadList));`;
  const env = { ABLY_PUBLISH_KEY: "app.key:secret", ABLY_SIGNING_KEY: "app.key:secret" };
  const options = { encoding: "utf8", env } as const;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program], options);
  rmSync(root, { recursive: true });
  expect(stdout).toBe("");
  const loaded: string[] = JSON.parse(stderr);
  expect(loaded).toContain("NativeModule https");
  const large = ["internal/deps/undici/undici", "internal/crypto/webcrypto", "http2", "zlib"];
  expect(loaded.filter((name) => large.includes(name.replace("NativeModule ", "")))).toEqual([]);
});
