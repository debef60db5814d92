/** States as sentences: what became of a message, how the connection is, who types. */
import type { Language } from "../common/language/language.ts";
import { NO_NAME, type Who } from "../common/who.ts";
import { MOMENT_MS, TYPING_NAMES } from "./limits.ts";
import type { Fate } from "./message.ts";
import type { Barred, Connection, Pause } from "./state.ts";

/** The name of somebody as people see it. */
export function nameOf({ name }: Who, { say }: Language): string {
  return name === NO_NAME ? say("guest") : name || say("unknown");
}

/** What became of one's own message. */
export function fateText(fate: Fate, online: boolean, { say, because }: Language): string {
  switch (fate.name) {
    case "waiting":
      return say(online ? "sending" : "waiting");
    case "sending":
    case "unanswered":
    case "delivered":
    case "starred":
    case "removed":
      return say(fate.name);
    case "held":
      return say(fate.reason.code === "approved" ? "approved" : "held");
    case "refused":
    case "failed":
      return say(fate.name, { reason: because(fate.reason) });
  }
}

/** What became of a message, with how long that took. */
export function fateWithDelay(fate: Fate, language: Language): string {
  const text = fateText(fate, true, language);
  if ((fate.name !== "delivered" && fate.name !== "starred") || fate.delayMs === null) return text;
  return language.say("withDelay", { fate: text, delay: language.delay(fate.delayMs) });
}

/** The connection in plain words, with the next try. Why it was refused is for operators, who find it elsewhere. */
export function connectionText(connection: Connection, now: number, language: Language): string {
  const { say } = language;
  switch (connection.name) {
    case "connecting":
    case "connected":
      return say(connection.name);
    case "lost":
      return say("lost", { next: nextTry(connection.retryAt, now, language) });
    case "failed":
      if (connection.barred !== undefined) return barredText(connection.barred, now, language);
      if (connection.isSignedOut === true) return say("signInEnded");
      return say("refusedConnection", { next: nextTry(connection.retryAt, now, language) });
    case "left":
      return say("haveLeft");
  }
}

/** That one is kept out, until when, and the moderator's own word. */
function barredText({ until, word }: Barred, now: number, language: Language): string {
  const text = pauseText({ reason: { code: "banned", message: "" }, until }, now, language);
  return word === "" ? text : `${text} (${word})`;
}

function nextTry(retryAt: number | null, now: number, { say, delay }: Language): string {
  const seconds = retryAt === null ? 0 : Math.ceil((retryAt - now) / 1_000);
  return seconds > 0 ? say("nextTry", { delay: delay(seconds * 1_000) }) : say("tryingAgain");
}

/** Why one may not write for now, and when one may again, where that is more than a moment away. */
export function pauseText({ reason, until }: Pause, now: number, { because, say, fullTime }: Language): string {
  if (until === null || until - now < MOMENT_MS) return because(reason);
  return say("pausedUntil", { reason: because(reason), time: fullTime(until) });
}

/** Ann is typing… */
export function typingText(names: readonly string[], { say, list, count }: Language): string {
  const [name] = names;
  if (name === undefined) return "";
  if (names.length === 1) return say("typingOne", { name });
  return names.length <= TYPING_NAMES ? say("typingTwo", { names: list(names) }) : count("typingMany", names.length);
}
