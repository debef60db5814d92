/** The message that the address leads to: looked for from the newest backwards, up to a bound, and shown. */
import { KEPT_MESSAGES, LINK_PAGES } from "../limits.ts";
import { keyIn } from "../message-link.ts";
import type { State } from "../state.ts";

export interface LinkedActions {
  /** Shows a message; false when it is not in the log. */
  reveal(key: string): boolean;
  loadEarlier(): void;
  /** It cannot be found. */
  isGone(): void;
}

export interface Linked {
  /** The address is another one. */
  follow(hash: string): void;
  /** To call when the log shows the state. */
  render(state: State): void;
}

/** Looks for what addresses lead to. */
export function createLinked({ reveal, loadEarlier, isGone }: LinkedActions): Linked {
  let wanted: string | null = null;
  let pages = 0;
  return {
    follow(hash) {
      wanted = keyIn(hash);
      pages = 0;
    },
    render({ joined, earlier, entries }) {
      if (wanted === null || !joined || earlier === "loading") return;
      if (reveal(wanted)) wanted = null;
      else if (earlier === "some" && entries.length < KEPT_MESSAGES && pages < LINK_PAGES) {
        pages += 1;
        loadEarlier();
      } else {
        wanted = null;
        isGone();
      }
    },
  };
}
