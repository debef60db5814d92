/** A word about what somebody just did, for the eye and the ear, gone after a while. */
import { need, setText } from "../../common/dom.ts";

const SHOWN_MS = 6_000;

/** Answers the function that says something. */
export function createTold(
  root: ParentNode,
  after: (ms: number, task: () => void) => () => void,
): (sentence: string) => void {
  const place = need(root, "#told");
  let cancel = (): void => {};
  return (sentence) => {
    cancel();
    place.hidden = false;
    setText(place, sentence);
    cancel = after(SHOWN_MS, () => {
      place.hidden = true;
      setText(place, "");
    });
  };
}
