/**
 * What is read aloud: each message of others once, bad news about one's own, and the connection going and coming. The log
 * itself is silent, because its rows change when a fate does.
 */
import { need, setText } from "../../common/dom.ts";
import type { Language } from "../../common/language/language.ts";
import type { Entry } from "../entries.ts";
import { ANNOUNCED_MESSAGES } from "../limits.ts";
import type { Message } from "../message.ts";
import type { State } from "../state.ts";
import { fateText, nameOf } from "../wording.ts";

/** Answers the function that reads aloud what is new in a state. */
export function createAnnouncer(root: ParentNode, language: Language): (state: State) => void {
  const announce = need(root, "#announce");
  let before: State | null = null;

  return (state) => {
    const news = before === null ? [] : [...connectionNews(before, state), ...messageNews(before, state)];
    before = state;
    if (news.length > 0) setText(announce, news.join("\n"));
  };

  function connectionNews(earlier: State, { connection }: State): string[] {
    if (earlier.connection.name === connection.name) return [];
    if (connection.name === "lost") return [language.say("connectionLost")];
    return connection.name === "connected" ? [language.say("connected")] : [];
  }

  function messageNews(earlier: State, { entries, joined }: State): string[] {
    if (earlier.entries === entries || !earlier.joined || !joined) return [];
    const known = new Map(earlier.entries.map((entry) => [entry.key, entry]));
    const lastTime = earlier.entries.at(-1)?.time ?? 0;
    const messages = entries.filter((entry): entry is Message => entry.kind === "message");
    // What is older than the last message was asked for, and is read when somebody goes there.
    const heard = messages.filter(({ key, own, time }) => !own && time >= lastTime && !known.has(key));
    const said = heard.map(({ author, text }) => language.say("said", { name: nameOf(author, language), text }));
    const fates = messages.filter((message) => message.own && isNews(message, known.get(message.key)));
    return [
      ...(said.length > ANNOUNCED_MESSAGES ? [language.count("newMessages", said.length)] : said),
      ...fates.map(({ fate }) => fateText(fate, true, language)),
    ];
  }
}

/** Is this fate worth interrupting somebody? */
function isNews({ fate }: Message, earlier: Entry | undefined): boolean {
  if (fate.name !== "refused" && fate.name !== "failed" && fate.name !== "starred") return false;
  return earlier?.kind === "message" && earlier.fate.name !== fate.name;
}
