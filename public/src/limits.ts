/** Every limit of the page with its unit. Whatever a stranger or a long evening can make grow is bounded by one of these. */
export const limits = {
  /** Characters (code points) in one message; the function refuses longer ones. */
  textChars: 2_000,
  /** The counter appears when fewer characters than this are left. */
  counterChars: 200,
  /** UTF-16 units of a received text that are shown at most; no moderated text is longer. */
  shownChars: 20_000,
  /** A longer text, or one with more lines, starts folded behind "Show all". */
  foldedChars: 1_200,
  foldedLines: 18,
  /** Messages fetched on joining, and per click on "Earlier messages". */
  joinMessages: 50,
  /** Messages in one page of history while filling a gap, and the pages read before giving up. */
  fillMessages: 100,
  fillPages: 10,
  /** Messages kept in memory, and rows in the document. */
  keptMessages: 1_000,
  rows: 200,
  /** Unsent messages kept, and how long storage remembers them (ms). */
  outbox: 50,
  outboxAgeMs: 24 * 60 * 60 * 1_000,
  recentRooms: 8,
  peopleShown: 200,
  /** Names in the typing line before it becomes a count. */
  typingNames: 2,
  /** How long the moderator may take before the page says that it does not answer (ms). */
  patienceMs: 8_000,
  /** "Typing" ends this long after the last key (ms). */
  typingMs: 4_000,
  /** Messages of one author within this time share one heading (ms). */
  groupMs: 5 * 60_000,
} as const;
