/** What keeps one from writing for now: said beside the field, and counted down in the button. */
import { need, setText } from "../../common/dom.ts";
import type { Language } from "../../common/language/language.ts";
import type { State } from "../state.ts";
import { pauseText } from "../wording.ts";

/** Keeps both up to date; answers whether there is still a time to wait for. */
export function createPause(form: ParentNode, send: HTMLElement, language: Language): (state: State) => boolean {
  const note = need(form, "#pause");
  return ({ pause, now }) => {
    const waitMs = Math.max(0, (pause?.until ?? 0) - now);
    const { say, delay } = language;
    note.hidden = pause === null;
    setText(note, pause === null ? "" : pauseText(pause, now, language));
    setText(send, waitMs === 0 ? say("send") : say("sendIn", { delay: delay(Math.ceil(waitMs / 1_000) * 1_000) }));
    return waitMs > 0;
  };
}
