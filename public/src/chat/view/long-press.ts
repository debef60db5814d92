/**
 * A long press of a finger. Browsers disagree about it: some make a `contextmenu` event of it, some only once the finger is
 * lifted, Safari on a phone none at all. So it is measured here.
 */
import { LONG_PRESS_MS, PRESS_SLACK_PX } from "../limits.ts";

export interface Place {
  readonly x: number;
  readonly y: number;
}

/**
 * Calls `pressed` when a finger has stayed on a part of `on`. What a browser makes of the same press when the finger is
 * lifted, a click or its own menu, is left out, on what the press opened as well.
 */
export function onLongPress(on: HTMLElement, pressed: (target: Element, place: Place) => boolean): void {
  const root = on.ownerDocument;
  let start: Place | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isTaken = false;
  const end = (): void => {
    clearTimeout(timer);
    start = null;
  };
  root.addEventListener("pointerdown", ({ pointerType, isPrimary, target, clientX: x, clientY: y }) => {
    end();
    isTaken = false;
    if (pointerType !== "touch" || !isPrimary || !(target instanceof Element) || !on.contains(target)) return;
    start = { x, y };
    timer = setTimeout(() => {
      isTaken = pressed(target, { x, y });
    }, LONG_PRESS_MS);
  });
  root.addEventListener("pointermove", ({ clientX, clientY }) => {
    if (start !== null && Math.hypot(clientX - start.x, clientY - start.y) > PRESS_SLACK_PX) end();
  });
  for (const name of ["pointerup", "pointercancel"] as const) root.addEventListener(name, end);
  root.addEventListener("keydown", () => {
    isTaken = false;
  });
  const leaveOut = (event: Event): void => {
    if (!isTaken) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  for (const name of ["mousedown", "click", "contextmenu"]) root.addEventListener(name, leaveOut, { capture: true });
}
