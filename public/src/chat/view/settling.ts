/** Settled rows: what a browser need not draw while nobody sees it, since their height is known. */

/**
 * Answers the function that lets a row of `log` settle again after it was made or changed. A row is drawn once, wherever it is,
 * before it settles; else it would stand there with a guessed height, and the text would jump when somebody scrolls up to it.
 * `reflowed` runs when all rows may have another height.
 */
export function createSettling(log: Element, reflowed: () => void): (row: Element) => void {
  let width = 0;
  const sizes = new ResizeObserver((changes) => {
    for (const { target, contentRect } of changes) {
      if (target !== log) {
        sizes.unobserve(target);
        (target as HTMLElement).style.containIntrinsicBlockSize = `${contentRect.height}px`;
        target.classList.add("settled");
      } else if (contentRect.width !== width) {
        // In another width every text breaks elsewhere.
        width = contentRect.width;
        for (const row of log.children) settle(row);
        reflowed();
      }
    }
  });
  function settle(row: Element): void {
    row.classList.remove("settled");
    sizes.observe(row);
  }
  sizes.observe(log);
  return settle;
}
