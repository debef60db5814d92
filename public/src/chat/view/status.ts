/** The state of things in plain words: connection, silence of the moderator, title, and what is read aloud. */
import { need, setText } from "../../common/dom.ts";
import { titleOf } from "../rooms.ts";
import type { Settings } from "../server-api.ts";
import { isModeratorSilent, type State } from "../state.ts";
import { connectionText, fateText } from "../words.ts";

/** Keeps the status parts of the page `root`; `tryNow` connects without waiting. */
export function createStatusView(root: Document, tryNow: () => void) {
  const connection = need(root, "#connection");
  const text = need(root, "#connection-text");
  const button = need(root, "#try-now");
  const mode = need(root, "#mode");
  const hint = need(root, "#hint");
  const channel = need(root, "#hint-channel");
  const announce = need(root, "#announce");
  let before: State | null = null;
  button.addEventListener("click", tryNow);

  return {
    render(state: State, settings: Settings | null): void {
      const { name } = state.connection;
      connection.dataset.state = name;
      setText(text, connectionText(state.connection, state.now));
      button.hidden = name !== "lost" && name !== "failed";
      mode.hidden = settings?.mode !== "local";
      if (settings !== null) hint.dataset.mode = settings.mode;
      setText(channel, settings?.channels.inbound ?? "");
      hint.hidden = !isModeratorSilent(state);
      root.title = `${state.unread > 0 ? `(${state.unread}) ` : ""}${titleOf(state.room)} · Asterism`;
      const news = before === null ? "" : whatToSay(before, state);
      if (news !== "") setText(announce, news);
      before = state;
    },
  };
}

/** Bad news about one's own messages, and the connection going and coming. */
function whatToSay(before: State, state: State): string {
  if (before.connection.name !== state.connection.name) {
    if (state.connection.name === "lost") return "Connection lost";
    if (state.connection.name === "connected") return "Connected";
  }
  if (before.entries === state.entries) return "";
  const known = new Map(before.entries.map((entry) => [entry.key, entry]));
  for (const entry of state.entries) {
    if (entry.kind !== "message" || (entry.fate.name !== "refused" && entry.fate.name !== "failed")) continue;
    const earlier = known.get(entry.key);
    if (earlier?.kind === "message" && earlier.fate.name !== entry.fate.name) return fateText(entry.fate, true);
  }
  return "";
}
