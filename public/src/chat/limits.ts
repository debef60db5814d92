/**
 * Every limit of the page with its unit. Whatever a stranger or a long evening can make grow is bounded by one of these.
 * Constants of their own, because the bundler then writes the number where it is used.
 */

/** The counter appears when fewer characters than this are left. */
export const COUNTER_CHARS = 200;
/** UTF-16 units of a received text that are shown at most; no moderated text is longer. */
export const SHOWN_CHARS = 20_000;
/** A longer text, or one with more lines, starts folded behind "Show all". */
export const FOLDED_CHARS = 1_200;
export const FOLDED_LINES = 18;
/** A longer text, or one whose lines begin with more signs of quotes and lists, is shown as it was written. */
export const FORMATTED_CHARS = 4_000;
export const FORMATTED_DEPTH = 6;
/** Messages fetched on joining, and per look back at earlier ones. */
export const JOIN_MESSAGES = 50;
/** What comes with a document that is older than this (ms) is stale: one may have left, or have another name. */
export const FRESH_MS = 30_000;
/** How long the newest messages may take before they are asked for again (ms): what the SDK gives a request. */
export const EARLY_MS = 10_000;
/** What could not be read on joining is asked for again so often, and after so long (ms). */
export const REREADS = 5;
export const REREAD_MS = 1_000;
/** Pages of history that are read to find the message to which a link leads: as many messages as are kept. */
export const LINK_PAGES = 20;
/** Messages in one page of history while filling a gap, and the pages read before giving up. */
export const FILL_MESSAGES = 100;
export const FILL_PAGES = 10;
/** Messages kept in memory, and rows in the document. */
export const KEPT_MESSAGES = 1_000;
export const ROWS = 200;
/** How long one frame makes rows (ms). To lay them out and to paint them takes several times as long, each; nobody is to feel a pause. */
export const DRAW_MS = 3;
/** Unsent messages kept, and how long storage remembers them (ms). */
export const OUTBOX = 50;
export const OUTBOX_AGE_MS = 24 * 60 * 60 * 1_000;
/** Notices remembered, so that a repeated one is told once: more than two minutes of them. */
export const HEARD_NOTICES = 500;
export const RECENT_ROOMS = 8;
export const PEOPLE_SHOWN = 200;
/** The people of a room are read anew at most once in this time (ms). */
export const PEOPLE_PAUSE_MS = 150;
/** Messages that are read aloud one by one; more at once are counted. */
export const ANNOUNCED_MESSAGES = 5;
/** Places in one text at which a mention is looked for. */
export const MENTIONS = 20;
/** Between two looks at the other rooms (ms). */
export const ROOM_COUNTS_MS = 30_000;
/** The server counts no more unread messages of a room than these; so many or more are told as "50+". */
export const UNREAD_COUNTED = 50;
/** Names in the typing line before it becomes a count. */
export const TYPING_NAMES = 2;
/** How long the moderator may take before the page says that it does not answer (ms). */
export const PATIENCE_MS = 8_000;
/** A finger that stays so long (ms) opens the menu of a message; a little sooner than browsers select text. */
export const LONG_PRESS_MS = 450;
/** A finger that moves further (px) scrolls. */
export const PRESS_SLACK_PX = 10;
/** "Typing" ends this long after the last key (ms). */
export const TYPING_MS = 4_000;
/** A refused connection is tried anew after this long (ms). */
export const RESTART_MS = 5_000;
/** How often the page counts down, while it does (ms). */
export const TICK_MS = 1_000;
/** Messages of one author within this time share one heading (ms). */
export const GROUP_MS = 5 * 60_000;

/** What is less far away than this (ms) is counted down only. */
export const MOMENT_MS = 60_000;
