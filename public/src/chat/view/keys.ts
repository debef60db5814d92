/**
 * The keyboard in the log: from message to message with the arrows, to the first and the last with Home and End. Tab meets the
 * menu of the message that has the focus, and not those of all the others.
 */

const STEPS: Readonly<Record<string, number | undefined>> = {
  ArrowUp: -1,
  ArrowDown: 1,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};

/** Lets the keys work in `scroller`, whose messages stand in `log`. */
export function listenToKeys(scroller: HTMLElement, log: HTMLElement): void {
  scroller.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const step = STEPS[event.key];
    const { target } = event;
    if (step === undefined) return;
    const rows = [...log.querySelectorAll<HTMLElement>(".message")];
    // Coming from outside, the last message is the first to be met.
    const from = target === scroller ? rows.length : rows.findIndex((row) => row.contains(target as Node));
    if (from < 0) return;
    const row = rows[Math.max(0, Math.min(rows.length - 1, from + step))];
    if (row === undefined) return;
    event.preventDefault();
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  });
  log.addEventListener("focusin", ({ target }) => {
    for (const more of log.querySelectorAll<HTMLElement>(".more"))
      more.tabIndex = more.parentElement?.contains(target as Node) ? 0 : -1;
  });
}
