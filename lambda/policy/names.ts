/** Names that people choose: which of them nobody may have, and how such a one is recognised in disguise. */

import { createModerator, type Moderator } from "../moderation/index.ts";
import { withoutReordering } from "./reordering.ts";

/** Names under which somebody would be taken for the house, or that the page itself uses for somebody else. */
const RESERVED_NAMES = [
  "admin",
  "admins",
  "administrator",
  "moderator",
  "moderators",
  "mod",
  "mods",
  "system",
  "staff",
  "support",
  "you",
  "unknown",
  "asterism",
] as const;

/** `banned`: the name holds a banned word. `reserved`: the name is a reserved one, or looks like one. */
export type NameVerdict = "free" | "reserved" | "banned";

/** The reserved names of a comma-separated setting; the usual ones where nothing is set. */
export function reservedNames(setting = ""): readonly string[] {
  const names = setting
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  return names.length > 0 ? names : RESERVED_NAMES;
}

/** Make the check of names. A reserved name is found in every disguise that the engine knows of a word. */
export function createNameCheck(
  moderator: Moderator,
  reserved: readonly string[] = RESERVED_NAMES,
): (name: string) => NameVerdict {
  const impostors = createModerator({ words: reserved });
  /** Does the name consist of reserved names, apart from what gives it no other meaning? */
  const isReserved = (name: string): boolean => {
    const { matches } = impostors.moderate(name);
    const rest = matches.reduceRight((left, { start, end }) => `${left.slice(0, start)} ${left.slice(end)}`, name);
    return matches.length > 0 && !/\p{L}/u.test(rest.replace(FILLERS, ""));
  };
  return (name) => {
    if (moderator.moderate(name).matches.length > 0 || withoutReordering(name) !== name) return "banned";
    return readings(name).some(isReserved) ? "reserved" : "free";
  };
}

/** "The Admin" is as good as "Admin". */
const FILLERS = /(?<!\p{L})(?:the|chat|team|official|real)(?!\p{L})/giu;

/** As it stands, without digits around ("Admin2"), and with letters that together look like another one. */
function readings(name: string): string[] {
  const bare = name.replace(/^\p{N}+|\p{N}+$/gu, "");
  return [name, bare, bare.toLowerCase().replaceAll("rn", "m").replaceAll("vv", "w")];
}
