/**
 * A storage in files, on LevelDB. A write is in the hands of the operating system when it resolves: it survives the end
 * of the process, and a loss of power only as far as the system had written it to the disk.
 */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { ClassicLevel } from "classic-level";
import { type Change, damaged, type Entry, type Storage, StorageError } from "./storage.ts";

/** LevelDB's own files, below the folder that was named. */
const FILES = "entries";
/** Says that there were files: when they are gone, nobody begins from nothing unasked. */
const MARKER = "there-is-data-here";
const SUM_BYTES = 4;

type Level = ClassicLevel<string, Buffer>;

/** Opens the files in `folder`, which is made when it is not there. Rejects with a `StorageError`. */
export async function openLevelStorage(folder: string): Promise<Storage> {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw problem(folder, `it cannot be made (${reasonOf(cause)}); name a folder that may be written to`, cause);
  }
  const marker = join(folder, MARKER);
  const known = existsSync(marker);
  const level = await open(folder, !known);
  try {
    if (!known) writeFileSync(marker, "", { mode: 0o600 });
  } catch (cause) {
    await level.close();
    throw problem(folder, `it cannot be written to (${reasonOf(cause)}); name another folder`, cause);
  }
  return new LevelStorage(folder, level);
}

class LevelStorage implements Storage {
  readonly name: string;
  readonly #folder: string;
  #level: Level;
  /** After a write that failed, LevelDB's log may end in the middle of an entry: the files are opened anew. */
  #isBroken = false;
  #isClosed = false;

  constructor(folder: string, level: Level) {
    this.name = nameOf(folder);
    this.#folder = folder;
    this.#level = level;
  }

  async *entries(): AsyncIterable<Entry> {
    try {
      for await (const [key, bytes] of this.#level.iterator()) {
        const value = bytes.subarray(SUM_BYTES);
        if (bytes.length < SUM_BYTES || bytes.readUInt32LE() !== sumOf(key, value)) throw corrupt(this.#folder);
        yield { key, value };
      }
    } catch (error) {
      throw error instanceof StorageError ? error : corrupt(this.#folder, error);
    }
  }

  async write(changes: readonly Change[]): Promise<void> {
    if (this.#isBroken) await this.#reopen();
    const batch = changes.map(({ key, value }) =>
      value === undefined
        ? ({ type: "del", key } as const)
        : ({ type: "put", key, value: summed(key, value) } as const),
    );
    try {
      await this.#level.batch(batch);
    } catch (error) {
      this.#isBroken = true;
      throw error;
    }
  }

  async compact(): Promise<void> {
    if (!this.#isBroken && !this.#isClosed) await this.#level.compactRange("", "\uffff");
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#level.close();
  }

  async #reopen(): Promise<void> {
    await this.#level.close();
    if (this.#isClosed) return;
    this.#level = await open(this.#folder, false);
    this.#isBroken = false;
  }
}

async function open(folder: string, createIfMissing: boolean): Promise<Level> {
  const level: Level = new ClassicLevel(join(folder, FILES), { keyEncoding: "utf8", valueEncoding: "buffer" });
  try {
    await level.open({ createIfMissing });
    return level;
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    if (code === "LEVEL_LOCKED") {
      throw problem(folder, "another process has it open; end that process, or name another folder", error);
    }
    throw corrupt(folder, error);
  }
}

/** The value with a check sum of key and value before it. */
function summed(key: string, value: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(SUM_BYTES + value.length);
  bytes.writeUInt32LE(sumOf(key, value));
  value.copy(bytes, SUM_BYTES);
  return bytes;
}

const sumOf = (key: string, value: Buffer): number => crc32(value, crc32(key));

const problem = (folder: string, why: string, cause?: unknown): StorageError =>
  new StorageError(`unable to use ${nameOf(folder)}; ${why}`, { cause });

const nameOf = (folder: string): string => `the data in ${folder}`;

const corrupt = (folder: string, cause?: unknown): StorageError =>
  new StorageError(damaged(nameOf(folder), reasonOf(cause)), { cause });

function reasonOf(cause: unknown): string {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  return inner instanceof Error ? inner.message : "a check sum is wrong";
}
