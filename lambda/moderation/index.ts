/** The public interface of the moderation engine: everything that other programs may import. */
import { variantsOf } from "./list/variants.ts";
import { compileModerator, type Moderator, type ModeratorOptions } from "./moderator.ts";

/** Compile lists into a moderator. Throws when there is no entry, and on an entry that can never match. */
export const createModerator = (options: ModeratorOptions): Moderator => compileModerator(options, variantsOf);

export { parseWordList, type WordList } from "./list/file-format.ts";
export type { NamedList } from "./list/lists.ts";
export { createWindow, type MessageWindow, type WindowHit, type WindowLimits } from "./message-window.ts";
export type { Match, Moderated, Moderator, ModeratorOptions } from "./moderator.ts";
export { disguisesOf } from "./result/disguises.ts";
export { type NearMiss, nearMisses } from "./result/near-misses.ts";
