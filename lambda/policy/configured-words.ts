/** The word list of a set-up: the file that comes with it, with each half replaced by what the environment says. */
import { readFileSync } from "node:fs";
import { WORDS_FILE } from "../config.ts";
import { parseWordList } from "../moderation/list/file-format.ts";

/** The entries to star out and the ones that are allowed. */
export interface Words {
  readonly words: readonly string[];
  readonly allow: readonly string[];
}

/** What the environment may say instead of the file: comma-separated entries. */
export interface WordOverrides {
  readonly banned?: string | undefined;
  readonly allowed?: string | undefined;
}

const readDefaultList = (): string => readFileSync(WORDS_FILE, "utf8");

/** Take the list file, and let each override that is set replace its half of it. Throws when one names no word. */
export function loadWords(overrides: WordOverrides, read: () => string = readDefaultList): Words {
  const banned = splitEntries("BANNED_WORDS", overrides.banned);
  const allowed = splitEntries("ALLOWED_WORDS", overrides.allowed);
  if (banned !== undefined && allowed !== undefined) return { words: banned, allow: allowed };
  const file = parseWordList(read());
  return { words: banned ?? file.words, allow: allowed ?? file.allow };
}

/** An unset or blank variable is not an override; one that is set and names nothing is a mistake. */
function splitEntries(name: string, value = ""): string[] | undefined {
  if (value.trim() === "") return undefined;
  const entries = value
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
  if (entries.length === 0) throw new Error(`${name} names no word; separate words with commas, or leave it unset`);
  return entries;
}
