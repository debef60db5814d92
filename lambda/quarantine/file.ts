/** The quarantine as a file of JSON lines. */
import { existsSync } from "node:fs";
import { appendFile, readFile, rename, rm, stat } from "node:fs/promises";
import { limits } from "../limits.ts";
import { entryText, readEntry } from "./entry.ts";
import type { Quarantine, Reader, Taken } from "./quarantine.ts";

const OWNER_ONLY = { mode: 0o600 };

/** One line for each entry at the end of the file, up to a size. One write for all, so that lines never mix. */
export function createFileQuarantine(path: string, mostBytes: number = limits.quarantineFileBytes): Quarantine {
  return {
    async keep(entries) {
      try {
        const lines = entries.map((entry) => `${entryText(entry)}\n`).join("");
        if ((await sizeOf(path)) + Buffer.byteLength(lines) > mostBytes) return "full";
        await appendFile(path, lines, OWNER_ONLY);
        return "kept";
      } catch {
        return "failed";
      }
    },
    open: () => openFile(path),
  };
}

/** Nothing where there is no file yet; that it cannot be written shows when it is. */
const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );

/**
 * The file is renamed before it is read, so that the function can go on writing; a run that was cut short leaves the
 * renamed file, and the next run begins with it.
 */
function openFile(path: string): Reader {
  const claimed = `${path}.replaying`;
  let finished = false;
  return {
    async take() {
      if (finished) return undefined;
      if (!existsSync(claimed)) {
        if (!existsSync(path)) return undefined;
        await rename(path, claimed);
        finished = true;
      }
      return await takeLines(claimed, path);
    },
  };
}

async function takeLines(claimed: string, path: string): Promise<Taken> {
  const lines = (await readFile(claimed, "utf8")).split("\n").filter((line) => line !== "");
  return {
    entries: lines.map(readEntry),
    async finish(settled) {
      const rest = lines.filter((_, index) => settled[index] !== true);
      if (rest.length > 0) await appendFile(path, `${rest.join("\n")}\n`, OWNER_ONLY);
      await rm(claimed);
    },
  };
}
