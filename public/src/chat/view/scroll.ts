/** Scrolling: the log stays at its end while the reader is there, and stands still while the reader is elsewhere. */

/** Sticks to the end of a scrolling element only while the reader is there. */
export interface StickToEnd {
  isAtEnd(): boolean;
  toEnd(): void;
  /** Shows an element of the content, wherever that is. */
  show(element: Element): void;
  /** The reader is elsewhere, or about to be. */
  leaveEnd(): void;
  /** To call after the content changed. */
  follow(): void;
  /** Runs a change that adds rows above, and leaves what the reader sees where it was. */
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
  const toEnd = (): void => {
    scroller.scrollTop = scroller.scrollHeight;
  };
  const follow = (): void => {
    if (atEnd) toEnd();
  };
  function look(): void {
    const near = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight <= NEAR_PX;
    if (near === atEnd) return;
    atEnd = near;
    moves.moved();
  }
  scroller.addEventListener("scroll", () => {
    // A smaller window (a keyboard opening) scrolls too, but nobody went away from the end.
    const resized = scroller.clientHeight !== height;
    height = scroller.clientHeight;
    const isUpwards = scroller.scrollTop < top;
    top = scroller.scrollTop;
    if (resized && atEnd) return toEnd();
    look();
    if (isUpwards && top < NEAR_START_PX) moves.nearStart();
  });
  const observer = new ResizeObserver(follow);
  observer.observe(scroller);
  observer.observe(content);
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
    follow,
    keepPlace(task) {
      const row = atEnd ? undefined : firstSeen(scroller, content);
      const before = row?.getBoundingClientRect().bottom ?? 0;
      task();
      if (row?.isConnected) scroller.scrollTop += row.getBoundingClientRect().bottom - before;
      top = scroller.scrollTop;
    },
  };
}

/**
 * The first message that the reader sees. The line of a day would not do, which stays above the first message of the day;
 * nor would the upper edge, since a message may lose its heading to one above it.
 */
function firstSeen(scroller: HTMLElement, content: HTMLElement): Element | undefined {
  const { top } = scroller.getBoundingClientRect();
  return [...content.querySelectorAll(".message")].find((row) => row.getBoundingClientRect().bottom > top);
}
