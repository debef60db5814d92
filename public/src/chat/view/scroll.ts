/** Scrolling: the log stays at its end while the reader is there, and stands still while the reader is elsewhere. */
/** Sticks to the end of a scrolling element only while the reader is there. */
export interface StickToEnd {
  isAtEnd(): boolean;
  toEnd(): void;
  /** To call after the content changed. */
  follow(): void;
  /** Runs a change that adds rows above, and leaves what the reader sees where it was. */
  keepPlace(task: () => void): void;
}

const NEAR_PX = 60;

/** Watches `scroller`; `moved` runs when the reader comes to the end or leaves it. */
export function createStickToEnd(scroller: HTMLElement, content: HTMLElement, moved: () => void): StickToEnd {
  let atEnd = true;
  let height = scroller.clientHeight;
  const toEnd = (): void => {
    scroller.scrollTop = scroller.scrollHeight;
  };
  const follow = (): void => {
    if (atEnd) toEnd();
  };
  scroller.addEventListener("scroll", () => {
    // A smaller window (a keyboard opening) scrolls too, but nobody went away from the end.
    const resized = scroller.clientHeight !== height;
    height = scroller.clientHeight;
    if (resized && atEnd) return toEnd();
    const near = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight <= NEAR_PX;
    if (near === atEnd) return;
    atEnd = near;
    moved();
  });
  const observer = new ResizeObserver(follow);
  observer.observe(scroller);
  observer.observe(content);
  return {
    isAtEnd: () => atEnd,
    toEnd() {
      atEnd = true;
      toEnd();
      moved();
    },
    follow,
    keepPlace(task) {
      const fromEnd = scroller.scrollHeight - scroller.scrollTop;
      task();
      if (!atEnd) scroller.scrollTop = scroller.scrollHeight - fromEnd;
    },
  };
}
