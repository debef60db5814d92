/** Tells the others that somebody types here, until they pause. */
import { TYPING_MS } from "../limits.ts";

/** Runs a task later; answers how to call it off. */
export type After = (ms: number, task: () => void) => () => void;

/** Answers the function to call with what stands in the field, after each change. */
export function createTyping(tell: (flag: boolean) => void, after: After): (text: string) => void {
  let callOff = (): void => {};
  return (text) => {
    callOff();
    const isTyping = text.trim() !== "";
    tell(isTyping);
    if (isTyping) callOff = after(TYPING_MS, () => tell(false));
  };
}
