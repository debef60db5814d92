/** The public interface of the moderation engine: everything that other programs may import. */

export { parseWordList, type WordList } from "./list/file-format.ts";
export type { NamedList } from "./list/lists.ts";
export { createWindow, type MessageWindow, type WindowHit, type WindowLimits } from "./message-window.ts";
export { createModerator, type Match, type Moderated, type Moderator, type ModeratorOptions } from "./moderator.ts";
export { disguisesOf } from "./result/disguises.ts";
export { type NearMiss, nearMisses } from "./result/near-misses.ts";
