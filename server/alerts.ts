/**
 * Alerts: once a minute at most, one message to a Slack-compatible webhook that sums up what is new in the queue: messages
 * that are held, messages that several people reported, and how many wait when they have become more.
 */
import type { Case, Cases } from "../lambda/store/cases.ts";
import { limits } from "./limits.ts";
import type { Log } from "./log.ts";
import { type Rhythm, repeat } from "./repeat.ts";

export interface AlertSettings {
  /** Where alerts go. The address holds a secret and is never logged. */
  readonly url: string;
  /** Does an alert quote the messages? */
  readonly withText: boolean;
}

export interface AlertParts extends AlertSettings {
  readonly cases: Pick<Cases, "list">;
  readonly log: Log;
  readonly sleep: Rhythm["sleep"];
  readonly fetch: typeof fetch;
}

/** What moderators have been told. */
interface Told {
  /** Cases that an alert named and that still wait. */
  readonly ids: ReadonlySet<string>;
  readonly waiting: number;
}

/**
 * Starts the alerts; the first comes after a minute and tells of everything that waits then. Gives back what ends them.
 */
export function startAlerts(parts: AlertParts): () => Promise<void> {
  let told: Told = { ids: new Set(), waiting: 0 };
  const work = async (ended: AbortSignal) => {
    told = await look(told, parts, ended);
  };
  return repeat(work, { everyMs: limits.alertMs, sleep: parts.sleep });
}

/** Looks once and tells what is new. What could not be told is new again at the next look. */
async function look(told: Told, parts: AlertParts, ended: AbortSignal): Promise<Told> {
  const { cases, log } = parts;
  let open: readonly Case[];
  try {
    open = (await cases.list({ state: "open", limit: limits.alertCases })).cases;
  } catch {
    log.error("alert.failed", { code: "store" });
    return told;
  }
  const worth = open.filter((one) => one.kind === "held" || isMuchReported(one));
  const fresh = worth.filter(({ id }) => !told.ids.has(id));
  const now = { ids: new Set(worth.map(({ id }) => id)), waiting: open.length };
  if (fresh.length === 0 && open.length <= told.waiting) return now;
  const code = await send(alertText({ fresh, waiting: open.length, before: told.waiting }, parts), parts, ended);
  if (code === undefined) return now;
  if (!ended.aborted) log.error("alert.failed", { code });
  return told;
}

const isMuchReported = ({ reports = [] }: Case): boolean => reports.length >= limits.alertReporters;

interface News {
  readonly fresh: readonly Case[];
  readonly waiting: number;
  readonly before: number;
}

function alertText({ fresh, waiting, before }: News, { withText }: AlertSettings): string {
  const held = fresh.filter(({ kind }) => kind === "held");
  const reported = fresh.filter(({ kind }) => kind !== "held");
  const many = waiting >= limits.alertCases ? `${limits.alertCases} or more` : String(waiting);
  const lines = [
    held.length > 0 && `Held, new: ${held.length} (${roomsOf(held)}).`,
    reported.length > 0 &&
      `Reported by ${limits.alertReporters} people or more, new: ${reported.length} (${roomsOf(reported)}).`,
    `Waiting for a moderator: ${many}${before > 0 && waiting > before ? `, ${waiting - before} more than before` : ""}.`,
    ...(withText ? fresh.slice(-limits.alertQuotes).map(({ text }) => `> ${quotable(text)}`) : []),
  ];
  return lines.filter((line) => line !== false).join("\n");
}

/** The first few rooms, as they are: Slack reads no room's name as anything else. */
function roomsOf(cases: readonly Case[]): string {
  const rooms = [...new Set(cases.map(({ room }) => room))];
  return [...rooms.slice(0, limits.alertQuotes), ...(rooms.length > limits.alertQuotes ? ["…"] : [])].join(", ");
}

/** A stranger's text on one line, in which Slack finds nobody to call (`<!channel>`) and no link with another name. */
function quotable(text: string): string {
  const line = text.replace(/\s+/gu, " ");
  const letters = [...line];
  const short = letters.length > limits.alertLetters ? `${letters.slice(0, limits.alertLetters).join("")}…` : line;
  return short.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Sends an alert; gives back the code of what went wrong. A redirect is not followed: the text is for one address. */
async function send(text: string, { url, fetch }: AlertParts, ended: AbortSignal): Promise<string | undefined> {
  const signal = AbortSignal.any([ended, AbortSignal.timeout(limits.alertSendMs)]);
  const headers = { "Content-Type": "application/json" };
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers,
      body: JSON.stringify({ text }),
      redirect: "manual",
      signal,
    });
    await answer.body?.cancel();
    return answer.ok ? undefined : `http-${answer.status}`;
  } catch {
    // the error may name the address
    return "unreachable";
  }
}
