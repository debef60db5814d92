/**
 * Finds words that one author spells over several messages, such as one letter in each. A window holds the author's last
 * messages and tells which words the newest one completes. What happens then is for the caller to decide.
 */
import type { Match, Moderator } from "./moderator.ts";

/** Bounds of a window; the work for each message does not grow beyond them. */
export interface WindowLimits {
  /** Messages that are remembered: a spelled word has seldom more letters. */
  readonly messages?: number | undefined;
  /** UTF-16 units of all of them together: a spelled word takes a letter or a few from each message. */
  readonly units?: number | undefined;
}

/** A hit that several messages spell together. */
export interface WindowHit {
  readonly word: string;
  /** How many messages it reaches back: 1 is the one before the newest. */
  readonly back: number;
}

export interface MessageWindow {
  /** Add the newest message; gives back the hits that it completes together with those before it. */
  add(text: string): readonly WindowHit[];
}

const MESSAGES = 20;
const UNITS = 500;
/** Stands between two messages. */
const BETWEEN = "\n";

/** A window on the messages of one author. */
export function createWindow(moderator: Moderator, limits: WindowLimits = {}): MessageWindow {
  const { messages = MESSAGES, units = UNITS } = limits;
  let recent: string[] = [];
  return {
    add(text) {
      recent.push(text);
      let length = recent.reduce((sum, message) => sum + message.length + BETWEEN.length, 0);
      while (recent.length > 1 && (recent.length > messages || length > units)) {
        length -= (recent.shift() as string).length + BETWEEN.length;
      }
      if (recent.length === 1) {
        // one long message is not a letter of a spelled word
        if (text.length > units) recent = [];
        return [];
      }
      const before = recent.slice(0, -1).join(BETWEEN);
      const { matches } = moderator.moderate(before + BETWEEN + text);
      return matches.filter(({ start, end }) => start < before.length && end > before.length + 1).map(toHit(recent));
    },
  };
}

/** Makes a hit of a match, with how many messages it reaches back. */
function toHit(messages: readonly string[]): (match: Match) => WindowHit {
  return ({ start, word }) => {
    let back = messages.length - 1;
    let end = messages[0]?.length ?? 0;
    while (start >= end + BETWEEN.length && back > 0) {
      back -= 1;
      end += BETWEEN.length + (messages[messages.length - 1 - back]?.length ?? 0);
    }
    return { word, back };
  };
}
