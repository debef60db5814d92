/** The end of a program that npm started: a signal to npm ends its shell, which passes nothing on to what runs in it. */

/** How soon a program that npm left behind notices. */
const PARENT_CHECK_MS = 500;

/** Read at once: the shell may be gone before anybody asks. */
const parent = process.ppid;

/** Calls `stop` once when the shell that npm started this program in is gone; without npm it never does. */
export function endWithNpm(stop: () => void): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    stop();
  }, PARENT_CHECK_MS);
  timer.unref();
}
