/** The keys of the desk. They rest while somebody writes, while a dialog is open, and when somebody turned them off. */

export interface Key {
  readonly key: string;
  /** What it does, as the page shows it. */
  readonly does: string;
  run(): void;
}

const WRITES = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";

/** Is this key press meant for the desk? */
export function isForDesk(event: KeyboardEvent): boolean {
  const { target } = event;
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return false;
  if (document.querySelector("dialog[open]") !== null) return false;
  return !(target instanceof Element && target.closest(WRITES) !== null);
}

/** Runs what a key does; answers whether it did anything. */
export function pressed(event: KeyboardEvent, keys: readonly Key[]): boolean {
  const found = keys.find(({ key }) => key === event.key);
  if (found === undefined) return false;
  event.preventDefault();
  found.run();
  return true;
}
