/** `words`: something in the text stands in one of these lists. */
import type { Condition } from "./condition.ts";

export const words =
  (lists: readonly string[]): Condition =>
  (subject) => {
    const spans = subject.words(lists);
    return spans.length === 0 ? undefined : { spans };
  };
