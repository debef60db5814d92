/** What the page says: states as sentences, times as people read them. */
import type { Fate } from "./entries.ts";
import type { Connection } from "./state.ts";

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
const DAY_MS = 24 * 60 * 60 * 1_000;

/** 14:03 */
export const clockTime = (time: number): string => clock.format(time);

/** 21/11/2026, 14:03:12 */
export const fullTime = (time: number): string => new Date(time).toLocaleString();

/** The local calendar day of a time, comparable as text. */
export const dayKey = (time: number): string => new Date(time).toDateString();

/** Today, Yesterday, or the date. */
export function dayName(time: number, now: number): string {
  if (dayKey(time) === dayKey(now)) return "Today";
  if (dayKey(time) === dayKey(now - DAY_MS)) return "Yesterday";
  return day.format(time);
}

/** 0.42 s, 12 s */
function delay(ms: number): string {
  return `${(ms / 1_000).toFixed(ms < 10_000 ? 2 : 0)} s`;
}

/** What became of one's own message. */
export function fateText(fate: Fate, online: boolean): string {
  switch (fate.name) {
    case "waiting":
      return online ? "Sending…" : "Will be sent when the connection is back";
    case "sending":
      return "Sending…";
    case "unanswered":
      return "No answer from the moderator yet";
    case "delivered":
    case "starred": {
      const text = fate.name === "starred" ? "Starred" : "Delivered";
      return fate.delayMs === null ? text : `${text} · ${delay(fate.delayMs)}`;
    }
    case "refused":
      return `Refused: ${fate.reason || "the moderator gave no reason"}`;
    case "failed":
      return `Failed: ${fate.reason || "the reason is not known"}`;
  }
}

/** The connection in plain words, with the next try. */
export function connectionText(connection: Connection, now: number): string {
  switch (connection.name) {
    case "connecting":
      return "Connecting…";
    case "connected":
      return "Connected";
    case "lost":
      return `Connection lost. ${nextTry(connection.retryAt, now)}`;
    case "failed":
      return `Not connected: ${sentence(connection.reason)} ${nextTry(connection.retryAt, now)}`;
    case "left":
      return "You have left";
  }
}

function nextTry(retryAt: number | null, now: number): string {
  const seconds = retryAt === null ? 0 : Math.ceil((retryAt - now) / 1_000);
  return seconds > 0 ? `Next try in ${seconds} s.` : "Trying again…";
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** Ann is typing… */
export function typingText(names: readonly string[], most: number): string {
  if (names.length === 0) return "";
  if (names.length === 1) return `${names[0]} is typing…`;
  if (names.length <= most) return `${names.slice(0, -1).join(", ")} and ${names.at(-1)} are typing…`;
  return `${names.length} people are typing…`;
}
