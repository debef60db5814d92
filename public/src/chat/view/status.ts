/** The state of things in plain words: the connection, the silence of the moderator, the title. */
import { need, setText } from "../../common/dom.ts";
import type { Language } from "../../common/language/language.ts";
import { titleOf } from "../rooms.ts";
import type { Settings } from "../server-api.ts";
import { isModeratorSilent, type State } from "../state.ts";
import { connectionText } from "../wording.ts";

export interface StatusView {
  render(state: State, settings: Settings | null): void;
}

export interface StatusActions {
  /** Connects without waiting. */
  tryNow(): void;
  /** Goes to where people sign in, and comes back here. */
  signIn(): void;
}

/** Keeps the status parts of the page `root`. */
export function createStatusView(root: Document, language: Language, actions: StatusActions): StatusView {
  const connection = need(root, "#connection");
  const text = need(root, "#connection-text");
  const button = need(root, "#try-now");
  const mode = need(root, "#mode");
  const hint = need(root, "#hint");
  const signIn = need(root, "#sign-in");
  const offer = need(root, "#you-sign-in");
  button.addEventListener("click", actions.tryNow);
  for (const way of [signIn, offer]) way.addEventListener("click", actions.signIn);

  return {
    render(state, settings) {
      const { name } = state.connection;
      connection.dataset.state = name;
      setText(text, connectionText(state.connection, state.now, language));
      const failed = state.connection.name === "failed" ? state.connection : undefined;
      signIn.hidden = failed?.isSignedOut !== true;
      offer.hidden = settings?.canSignIn !== true;
      button.hidden = failed?.barred !== undefined || !signIn.hidden || (name !== "lost" && name !== "failed");
      mode.hidden = settings?.mode !== "local";
      hint.hidden = !isModeratorSilent(state);
      const { unread, mentions } = state;
      const mentioned = mentions > 0 ? `, @${language.number(mentions)}` : "";
      const news = unread > 0 ? `(${language.number(unread)}${mentioned}) ` : "";
      root.title = `${news}${titleOf(state.room, language)} · ${language.say("brand")}`;
    },
  };
}
