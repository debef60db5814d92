/** Scrolling: the log stays at its end while the reader is there, and stands still while the reader is elsewhere. */

/** Sticks to the end of a scrolling element only while the reader is there. */
export interface StickToEnd {
  isAtEnd(): boolean;
  toEnd(): void;
  /** Shows an element of the content, wherever that is. */
  show(element: Element): void;
  /** The reader is elsewhere, or about to be. */
  leaveEnd(): void;
  /** Runs a change of the content; the reader stays at the end, or what they see stays where it was. */
  keepPlace(task: () => void): void;
}

export interface Moves {
  /** The reader came to the end or left it. */
  moved(): void;
  /** The reader is about to see the start. */
  nearStart(): void;
}

const NEAR_PX = 60;
/** So far from the start more is asked for, so that it is there when the reader is. */
const NEAR_START_PX = 400;

/** Watches `scroller`, in which `content` has the rows. */
export function createStickToEnd(scroller: HTMLElement, content: HTMLElement, moves: Moves): StickToEnd {
  let atEnd = true;
  let height = scroller.clientHeight;
  let top = scroller.scrollTop;
  // Some browsers scroll by whole pixels, and at the start there is no further up. What that leaves over is made good next time.
  let rest = 0;
  let seen: { readonly row: Element; readonly bottom: number } | undefined;
  function note(): void {
    const row = atEnd ? undefined : firstSeen(scroller, content);
    seen = row && { row, bottom: row.getBoundingClientRect().bottom - rest };
  }
  function putBack(): void {
    if (atEnd) toEnd();
    else if (seen?.row.isConnected) {
      scroller.scrollTop += seen.row.getBoundingClientRect().bottom - seen.bottom;
      rest = seen.row.getBoundingClientRect().bottom - seen.bottom;
    }
    top = scroller.scrollTop;
  }
  const toEnd = (): void => {
    scroller.scrollTop = scroller.scrollHeight;
  };
  function look(): void {
    const near = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight <= NEAR_PX;
    if (near === atEnd) return;
    atEnd = near;
    moves.moved();
  }
  function scrolled(): void {
    // A smaller window (a keyboard opening) scrolls too, but nobody went away from the end.
    const resized = scroller.clientHeight !== height;
    height = scroller.clientHeight;
    const isUpwards = scroller.scrollTop < top;
    if (scroller.scrollTop !== top) rest = 0;
    top = scroller.scrollTop;
    if (resized && atEnd) {
      toEnd();
      return;
    }
    look();
    note();
    if (isUpwards && top < NEAR_START_PX) moves.nearStart();
  }
  scroller.addEventListener("scroll", scrolled);
  onResize(scroller, content, (isReflowed) => {
    if (atEnd) toEnd();
    else if (isReflowed) putBack();
  });
  return {
    isAtEnd: () => atEnd,
    toEnd() {
      atEnd = true;
      toEnd();
      moves.moved();
    },
    show(element) {
      element.scrollIntoView({ block: "center" });
      look();
    },
    leaveEnd() {
      atEnd = false;
    },
    keepPlace(task) {
      // Its event may be still to come.
      if (scroller.scrollTop !== top) scrolled();
      note();
      task();
      putBack();
    },
  };
}

/** Tells when either has another size, and whether the content has another width, in which every text breaks elsewhere. */
function onResize(scroller: Element, content: Element, resized: (isReflowed: boolean) => void): void {
  let width = 0;
  const observer = new ResizeObserver(() => {
    const isReflowed = content.clientWidth !== width;
    width = content.clientWidth;
    resized(isReflowed);
  });
  observer.observe(scroller);
  observer.observe(content);
}

/**
 * The first message that the reader sees. The line of a day would not do, which stays above the first message of the day;
 * nor would the upper edge, since a message may lose its heading to one above it.
 */
function firstSeen(scroller: HTMLElement, content: HTMLElement): Element | undefined {
  const { top } = scroller.getBoundingClientRect();
  const rows = content.getElementsByClassName("message");
  let from = 0;
  let to = rows.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((rows[middle]?.getBoundingClientRect().bottom ?? 0) > top) to = middle;
    else from = middle + 1;
  }
  return rows[from];
}
