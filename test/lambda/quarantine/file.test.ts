/** The quarantine in a file. */
import { spawnSync } from "node:child_process";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { limits } from "../../../lambda/limits.ts";
import { createFileQuarantine } from "../../../lambda/quarantine/file.ts";
import { entry } from "../helpers/quarantined.ts";
import { describeQuarantine, opened } from "./conformance.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "asterism-"));
  path = join(folder, "kept.jsonl");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A moment after the entries were made. */
const now = () => entry("a").at + 1_000;

describeQuarantine("a file", () => ({
  quarantine: createFileQuarantine(path, { now }),
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
  const quarantine = createFileQuarantine(path, { mostBytes: 2 * line, now });
  expect(await quarantine.keep([entry("a"), entry("b")], 1_000)).toBe("kept");
  expect(await quarantine.keep([entry("c")], 1_000)).toBe("full");
  expect(statSync(path).size).toBe(2 * line);
  rmSync(path);
  expect(await quarantine.keep([entry("c")], 1_000)).toBe("kept");
});

test("goes on where a replay was cut short, while the function writes on", async () => {
  const quarantine = createFileQuarantine(path, { now });
  await quarantine.keep([entry("a")], 1_000);
  const first = await opened(quarantine);
  await first.take();
  await first.close();
  await quarantine.keep([entry("b")], 1_000);
  const reader = await opened(quarantine);
  for (const id of ["a", "b"]) {
    const taken = await reader.take();
    expect(taken?.entries).toEqual([entry(id)]);
    await taken?.finish([true]);
  }
  expect(await reader.take()).toBeUndefined();
});

test("is not held up by the lock of a process that is no more", async () => {
  const quarantine = createFileQuarantine(path, { now });
  await quarantine.keep([entry("a")], 1_000);
  const { pid } = spawnSync(process.execPath, ["--version"]);
  writeFileSync(`${path}.lock`, String(pid));
  const reader = await opened(quarantine);
  expect((await reader.take())?.entries).toEqual([entry("a")]);
  writeFileSync(`${path}.lock`, String(process.pid));
  expect(await quarantine.open()).toBe("busy");
});

test("throws away what is too old: when it is read, and when there is no place for something new", async () => {
  const line = Buffer.byteLength(`${JSON.stringify(entry("a"))}\n`);
  const later = () => entry("a").at + limits.quarantineMs;
  const quarantine = createFileQuarantine(path, { mostBytes: 2 * line, now: later });
  const old = { ...entry("o"), at: entry("o").at - 1 };
  await quarantine.keep([old, entry("a")], 1_000);
  expect(await quarantine.keep([entry("b")], 1_000)).toBe("kept");
  expect(await quarantine.keep([entry("c")], 1_000)).toBe("full");
  expect(
    readFileSync(path, "utf8")
      .trimEnd()
      .split("\n")
      .map((text) => JSON.parse(text)),
  ).toEqual([entry("a"), entry("b")]);
  writeFileSync(path, `${JSON.stringify(old)}\n${JSON.stringify(entry("a"))}\n`);
  const reader = await opened(quarantine);
  const taken = await reader.take();
  expect(taken?.entries).toEqual([entry("a")]);
  await taken?.finish([false]);
  expect(JSON.parse(readFileSync(path, "utf8"))).toEqual(entry("a"));
});
