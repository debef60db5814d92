/** The quarantine as a file of JSON lines, for one machine. */
import fs, { existsSync } from "node:fs";
import { limits } from "../limits.ts";
import { entryText, isExpired, readEntry } from "./entry.ts";
import type { Quarantine, Reader, Taken } from "./quarantine.ts";

const OWNER_ONLY = { mode: 0o600 };

interface FileOptions {
  readonly mostBytes?: number;
  readonly now?: () => number;
}

/** One line for each entry at the end of the file, up to a size. One write for all, so that lines never mix. */
export function createFileQuarantine(path: string, options: FileOptions = {}): Quarantine {
  const { mostBytes = limits.quarantineFileBytes, now = Date.now } = options;
  return {
    async keep(entries) {
      try {
        const lines = entries.map((entry) => `${entryText(entry)}\n`).join("");
        const fits = async () => (await sizeOf(path)) + Buffer.byteLength(lines) <= mostBytes;
        if (!(await fits())) await throwAwayOld(path, now());
        if (!(await fits())) return "full";
        await fs.promises.appendFile(path, lines, OWNER_ONLY);
        return "kept";
      } catch {
        return "failed";
      }
    },
    open: () => openFile(path, now),
  };
}

/** The size of a file, 0 where there is none yet. What is wrong with it shows when it is written. */
const sizeOf = (path: string): Promise<number> =>
  fs.promises.stat(path).then(
    ({ size }) => size,
    () => 0,
  );

const linesIn = async (path: string): Promise<string[]> =>
  (await fs.promises.readFile(path, "utf8")).split("\n").filter((line) => line !== "");

async function throwAwayOld(path: string, now: number): Promise<void> {
  if (!existsSync(path)) return;
  const lines = await linesIn(path);
  const rest = lines.filter((line) => !isExpired(readEntry(line), now));
  if (rest.length < lines.length)
    await fs.promises.writeFile(path, rest.map((line) => `${line}\n`).join(""), OWNER_ONLY);
}

/**
 * The file is renamed before it is read, so that the function can go on writing; a run that was cut short leaves the
 * renamed file, and the next run begins with it.
 */
async function openFile(path: string, now: () => number): Promise<Reader | "busy"> {
  const claimed = `${path}.replaying`;
  const release = await lock(`${path}.lock`);
  if (release === undefined) return "busy";
  let finished = false;
  return {
    async take() {
      if (finished) return undefined;
      if (!existsSync(claimed)) {
        if (!existsSync(path)) return undefined;
        await fs.promises.rename(path, claimed);
        finished = true;
      }
      return await takeLines(claimed, path, now());
    },
    close: release,
  };
}

async function takeLines(claimed: string, path: string, now: number): Promise<Taken> {
  const lines = (await linesIn(claimed)).filter((line) => !isExpired(readEntry(line), now));
  return {
    entries: lines.map(readEntry),
    async finish(settled) {
      const rest = lines.filter((_, index) => settled[index] !== true);
      if (rest.length > 0) await fs.promises.appendFile(path, `${rest.join("\n")}\n`, OWNER_ONLY);
      await fs.promises.rm(claimed);
    },
  };
}

/**
 * Takes the lock and gives back how to free it; undefined when somebody has it. A lock names its process: that of a
 * process which has ended counts for nothing.
 */
async function lock(path: string): Promise<(() => Promise<void>) | undefined> {
  for (let tries = 0; tries < 2; tries += 1) {
    try {
      const file = await fs.promises.open(path, "wx", OWNER_ONLY.mode);
      await file.writeFile(String(process.pid));
      await file.close();
      return () => fs.promises.rm(path, { force: true });
    } catch {
      // somebody else's, or there is no folder to put it in
      const owner = Number(await fs.promises.readFile(path, "utf8").catch(() => "0"));
      if (owner === 0 && !existsSync(path)) return async () => undefined;
      if (isAlive(owner)) return undefined;
      await fs.promises.rm(path, { force: true });
    }
  }
  return undefined;
}

/** An empty lock is one that is being written this moment. */
function isAlive(pid: number): boolean {
  if (pid === 0) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
