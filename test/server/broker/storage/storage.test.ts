/** Both storages pass one suite; the one in files says what is wrong with its files. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { openLevelStorage } from "../../../../server/broker/storage/level-storage.ts";
import { MemoryStorage } from "../../../../server/broker/storage/memory-storage.ts";
import { describeStorage } from "./conformance.ts";

const root = mkdtempSync(join(tmpdir(), "broker-storage-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;
const newFolder = (): string => join(root, String(folders++));

describe("in memory", () => {
  describeStorage({
    open: async () => new MemoryStorage(),
    reopen: async (storage) => {
      await storage.close();
      return storage;
    },
  });
});

describe("in files", () => {
  let folder = "";
  describeStorage({
    open: () => {
      folder = newFolder();
      return openLevelStorage(folder);
    },
    reopen: async (storage) => {
      await storage.close();
      return await openLevelStorage(folder);
    },
  });
});

/** How large the files of this process may become; Linux alone can say so. */
const limitFiles = (bytes: string): void => {
  execFileSync("prlimit", ["--pid", String(process.pid), `--fsize=${bytes}:unlimited`]);
};

test.runIf(process.platform === "linux")(
  "what was written stays, before and after writes that had no room",
  async () => {
    const folder = newFolder();
    const storage = await openLevelStorage(folder);
    const kept: string[] = [];
    let refused = 0;
    const write = async (key: string): Promise<void> => {
      try {
        await storage.write([{ key, value: Buffer.alloc(1_000, "x") }]);
        kept.push(key);
      } catch {
        refused++;
      }
    };
    const ignore = (): void => {};
    process.on("SIGXFSZ", ignore);
    limitFiles("30000");
    try {
      for (let at = 0; at < 100; at++) await write(`k${String(at).padStart(3, "0")}`);
    } finally {
      limitFiles("unlimited");
      process.off("SIGXFSZ", ignore);
    }
    for (let at = 100; at < 120; at++) await write(`k${at}`);
    await storage.close();
    expect(refused).toBeGreaterThan(0);
    const again = await openLevelStorage(folder);
    const found: string[] = [];
    for await (const { key } of again.entries()) found.push(key);
    await again.close();
    expect(found).toEqual(kept);
  },
);

/** A closed storage with entries in its folder, most of them in tables. */
async function filled(): Promise<string> {
  const folder = newFolder();
  const storage = await openLevelStorage(folder);
  for (let batch = 0; batch < 20; batch++) {
    await storage.write([{ key: `k${batch}`, value: Buffer.alloc(100_000, `${batch} some text `) }]);
  }
  await storage.compact();
  await storage.close();
  return folder;
}

async function readAll(folder: string): Promise<number> {
  const storage = await openLevelStorage(folder);
  try {
    let count = 0;
    for await (const _ of storage.entries()) count++;
    return count;
  } finally {
    await storage.close();
  }
}

const files = (folder: string, ending: string): string[] =>
  readdirSync(join(folder, "entries"))
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, "entries", name));

describe("files that cannot be used are answered with a sentence that says what to do", () => {
  test("open in another process", async () => {
    const folder = newFolder();
    const first = await openLevelStorage(folder);
    await expect(openLevelStorage(folder)).rejects.toThrow(
      `unable to use the data in ${folder}; another process has it open; end that process, or name another folder`,
    );
    await first.close();
    expect(await readAll(folder)).toBe(0);
  });

  test("gone, though there were some", async () => {
    const folder = await filled();
    rmSync(join(folder, "entries"), { recursive: true });
    await expect(readAll(folder)).rejects.toThrow(/files are damaged or some are gone .*move it away to begin from/);
  });

  test.each(["CURRENT", ".ldb"])("%s gone", async (ending) => {
    const folder = await filled();
    for (const file of files(folder, ending)) rmSync(file);
    await expect(readAll(folder)).rejects.toThrow(/files are damaged or some are gone/);
  });

  test("a table cut short", async () => {
    const folder = await filled();
    for (const file of files(folder, ".ldb")) truncateSync(file, Math.floor(statSync(file).size / 2));
    await expect(readAll(folder)).rejects.toThrow(/files are damaged or some are gone/);
  });

  test("any byte of a table changed", async () => {
    const folder = await filled();
    const [file = ""] = files(folder, ".ldb");
    const whole = readFileSync(file);
    for (const part of [0.1, 0.5, 0.9]) {
      const spoilt = Buffer.from(whole);
      const at = Math.floor(whole.length * part);
      spoilt[at] = (spoilt[at] ?? 0) ^ 0x20;
      writeFileSync(file, spoilt);
      await expect(readAll(folder)).rejects.toThrow(/files are damaged or some are gone/);
    }
    writeFileSync(file, whole);
    expect(await readAll(folder)).toBe(20);
  });

  test("a folder that cannot be made", async () => {
    const folder = newFolder();
    writeFileSync(folder, "a file");
    await expect(openLevelStorage(join(folder, "data"))).rejects.toThrow(/cannot be made .*name a folder/);
  });
});
