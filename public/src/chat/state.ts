/** The page as a value: `reduce(state, event)` is pure; time and identifiers come in with the events. */

import type { Problem } from "../common/language/language.ts";
import { type Who, who } from "../common/who.ts";
import { change, type Entry, gapAfter, place, trim, written } from "./entries.ts";
import { OUTBOX, PATIENCE_MS } from "./limits.ts";
import { mentionsIn, namesOf } from "./mentions.ts";
import { type Fate, type Incoming, isSettled, keyOf, type Message } from "./message.ts";
import { merge } from "./shown-once.ts";

/** The connection in terms that the page can say in a sentence. */
export type Connection =
  | { readonly name: "connecting" }
  | { readonly name: "connected" }
  | { readonly name: "lost"; readonly retryAt: number | null }
  /** Refused for good, for a reason that only operators can mend: it is in their log. The page starts anew at `retryAt`. */
  | {
      readonly name: "failed";
      readonly retryAt: number | null;
      /** A moderator decided so. */
      readonly barred?: Barred | undefined;
      /** The server wants a sign-in first. */
      readonly isSignedOut?: boolean;
    }
  | { readonly name: "left" };

/** Being kept out: until when (ms), where that is known, and what the moderator said about it. */
export interface Barred {
  readonly until: number | null;
  readonly word: string;
}

export interface Person {
  readonly who: Who;
  readonly typing: boolean;
}

/** What the moderator tells one sender about one message. */
export interface Notice {
  readonly sourceId: string;
  readonly outcome: "refused" | "failed" | "held" | "approved" | "starred" | "removed";
  readonly reason: Problem;
  /** When it may be tried again (ms), where that is known. */
  readonly until: number | null;
}

/** An unsent message as storage remembers it. */
export interface Unsent {
  readonly authorId: string;
  readonly sourceId: string;
  readonly attempt: number;
  readonly text: string;
  readonly time: number;
  readonly fate: Extract<Fate, { name: "waiting" | "held" | "refused" | "failed" }>;
}

/** A time in which nothing is taken from one. */
export interface Pause {
  readonly reason: Problem;
  readonly until: number | null;
}

export interface State {
  readonly room: string;
  readonly me: Who | null;
  readonly connection: Connection;
  /** The channel is attached and its recent messages are here. */
  readonly joined: boolean;
  /** Sorted; see entries.ts. */
  readonly entries: readonly Entry[];
  /** Whether the broker has older messages than the first one here. */
  readonly earlier: "none" | "some" | "loading";
  readonly people: readonly Person[];
  /** Where the log ended when the connection was lost; the place of a gap, should there be one. */
  readonly lostAfter: Pick<Entry, "time" | "serial"> | null;
  /** Whom one does not want to see. */
  readonly hidden: ReadonlySet<string>;
  /** Messages of others that came while nobody was looking. */
  readonly unread: number;
  /** Those of them in which one is mentioned. */
  readonly mentions: number;
  /** Why one may not write for now, and until when (ms) where that is known. */
  readonly pause: Pause | null;
  /** A message that was refused, whose text goes back to where it was written. */
  readonly handedBack: Pick<Message, "key" | "text"> | null;
  /** The time of the last tick, for what the page counts down. */
  readonly now: number;
}

export type Event =
  | { readonly type: "identified"; readonly me: Who }
  | { readonly type: "connection"; readonly connection: Connection; readonly now: number }
  | { readonly type: "restarted" }
  | { readonly type: "joined"; readonly messages: readonly Incoming[]; readonly more: boolean }
  | { readonly type: "arrived"; readonly messages: readonly Incoming[]; readonly now: number }
  | { readonly type: "filled"; readonly messages: readonly Incoming[]; readonly continuous: boolean }
  | { readonly type: "earlier-asked" }
  | { readonly type: "earlier"; readonly messages: readonly Incoming[]; readonly more: boolean }
  | { readonly type: "noticed"; readonly notice: Notice; readonly now: number }
  | { readonly type: "people"; readonly people: readonly Person[] }
  | { readonly type: "written"; readonly sourceId: string; readonly text: string; readonly now: number }
  | { readonly type: "restored"; readonly unsent: readonly Unsent[] }
  | { readonly type: "sent"; readonly key: string; readonly now: number }
  | { readonly type: "accepted"; readonly key: string }
  | { readonly type: "unsent"; readonly key: string }
  | { readonly type: "rejected"; readonly key: string; readonly reason: Problem }
  | { readonly type: "retried"; readonly key: string }
  | { readonly type: "discarded"; readonly key: string }
  | { readonly type: "ticked"; readonly now: number }
  | { readonly type: "looked" }
  | { readonly type: "hid"; readonly people: ReadonlySet<string> };

/** The page before anything happened. */
export function initialState(room: string): State {
  return {
    room,
    me: null,
    connection: { name: "connecting" },
    joined: false,
    entries: [],
    earlier: "none",
    people: [],
    lostAfter: null,
    hidden: new Set(),
    unread: 0,
    mentions: 0,
    pause: null,
    handedBack: null,
    now: 0,
  };
}

/** What the page is after an event. */
export function reduce(state: State, event: Event): State {
  switch (event.type) {
    case "identified":
      return state.me?.id === event.me.id ? state : { ...state, me: event.me, entries: renamed(state, event.me) };
    case "connection":
      return { ...connectionChanged(state, event.connection), now: event.now };
    case "restarted":
      return restarted(state);
    case "joined":
      return { ...merged(state, event.messages), joined: true, earlier: event.more ? "some" : "none" };
    case "arrived":
      return counted(state, merged(state, event.messages, event.now), event.messages);
    case "filled": {
      const next = counted(state, merged(state, event.messages), event.messages);
      if (event.continuous || state.lostAfter === null) return { ...next, lostAfter: null };
      return { ...next, lostAfter: null, entries: place(next.entries, gapAfter(state.lostAfter)) };
    }
    case "earlier-asked":
      return { ...state, earlier: "loading" };
    case "earlier":
      return { ...merged(state, event.messages), earlier: event.more ? "some" : "none" };
    case "noticed":
      return noticed({ ...state, now: event.now }, event.notice);
    case "people":
      return { ...state, people: event.people };
    case "written": {
      if (state.me === null || !hasRoom(state)) return state;
      const others = state.entries.filter((entry) => !isWrittenAnew(entry, event.text));
      const message = written(others, { ...event, author: state.me });
      return { ...state, entries: trim(place(others, message)), handedBack: null };
    }
    case "restored":
      return restored(state, event.unsent);
    case "sent":
      return fated(state, event.key, { name: "sending", since: event.now, accepted: false });
    case "accepted":
      return changed(state, event.key, (message) =>
        message.fate.name === "sending" ? { ...message, fate: { ...message.fate, accepted: true } } : message,
      );
    case "unsent":
      return fated(state, event.key, { name: "waiting" });
    case "rejected":
      return fated(state, event.key, { name: "failed", reason: event.reason });
    case "retried":
      return changed(state, event.key, (message) => retried(message, state.me));
    case "discarded":
      return { ...state, entries: state.entries.filter((entry) => entry.key !== event.key) };
    case "ticked":
      return ticked(state, event.now);
    case "looked":
      return state.unread === 0 ? state : { ...state, unread: 0, mentions: 0 };
    case "hid":
      return { ...state, hidden: event.people };
  }
}

/** One's own messages whose outcome is not known, or not good. */
export function unsettled(state: State): Message[] {
  return state.entries.filter((entry): entry is Message => entry.kind === "message" && !isSettled(entry));
}

/** Can another message be written, or are too many unsent already? */
export function hasRoom(state: State): boolean {
  return unsettled(state).length < OUTBOX;
}

/** Messages that should go out now, in the order in which they were written. */
export function sendable(state: State): Message[] {
  if (!state.joined || state.connection.name !== "connected") return [];
  return unsettled(state).filter(({ author, fate }) => fate.name === "waiting" && author.person === state.me?.person);
}

/** Is the moderator silent: a message of ours unanswered, and none answered since? */
export function isModeratorSilent(state: State): boolean {
  const last = state.entries.findLast(
    (entry) => entry.kind === "message" && entry.own && entry.fate.name !== "waiting" && entry.fate.name !== "sending",
  );
  return last?.kind === "message" && last.fate.name === "unanswered" && state.connection.name === "connected";
}

/** Is there anything that only time will change? */
export function isClockNeeded(state: State): boolean {
  const { connection } = state;
  if ((connection.name === "lost" || connection.name === "failed") && connection.retryAt !== null) return true;
  if (state.pause?.until != null) return true;
  return unsettled(state).some(({ fate }) => fate.name === "sending");
}

/** A new client begins: what the old one had not handed over is for the new one to send. */
function restarted(state: State): State {
  const entries = state.entries.map((entry): Entry => {
    if (entry.kind !== "message" || entry.fate.name !== "sending" || entry.fate.accepted) return entry;
    return { ...entry, fate: { name: "waiting" } };
  });
  return { ...connectionChanged(state, { name: "connecting" }), entries, joined: false, people: [] };
}

/**
 * Under a new name one's messages stay one's own. As somebody else one does not have them any more: what was on its way
 * can still come back, and may be sent anew.
 */
function renamed(state: State, me: Who): readonly Entry[] {
  return state.entries.map((entry) => {
    if (entry.kind !== "message" || isSettled(entry)) return entry;
    const { name } = entry.fate;
    if (entry.author.person === me.person) return name === "waiting" ? { ...entry, author: me } : entry;
    if (name === "refused" || name === "failed") return entry;
    return { ...entry, fate: { name: "failed", reason: { code: "somebody-else", message: "" } } };
  });
}

function connectionChanged(state: State, connection: Connection): State {
  const end = state.entries.findLast((entry) => entry.kind !== "message" || isSettled(entry));
  const breaks = state.joined && connection.name !== "connected" && state.lostAfter === null && end !== undefined;
  return { ...state, connection, lostAfter: breaks ? { time: end.time, serial: end.serial } : state.lostAfter };
}

function merged(state: State, messages: readonly Incoming[], now?: number): State {
  const measure = ({ fate }: Message): number | null =>
    now !== undefined && (fate.name === "sending" || fate.name === "unanswered") ? Math.max(0, now - fate.since) : null;
  const entries = trim(merge(state.entries, messages, { me: state.me, measure }));
  // what came in although one may not write says that one may
  const isHeard = now !== undefined && messages.some(({ author }) => author.person === state.me?.person);
  return { ...state, entries, pause: isHeard ? null : state.pause };
}

/** Counts what is new by others whom one wants to see; looking at it sets the count back. */
function counted(before: State, after: State, messages: readonly Incoming[]): State {
  const known = new Set(before.entries.map(({ key }) => key));
  const others = messages.filter(
    ({ author: { person } }) => person !== before.me?.person && !before.hidden.has(person),
  );
  const news = new Map(others.map((message) => [keyOf(message.author, message.sourceId), message]));
  for (const key of known) news.delete(key);
  const mine = namesOf([], before.me);
  const mentioning = [...news.values()].filter(({ text }) => mentionsIn(text, mine).length > 0);
  return { ...after, unread: before.unread + news.size, mentions: before.mentions + mentioning.length };
}

/** What may be said again later keeps one from writing until then. */
const PAUSES = ["muted", "banned", "slow-mode", "room-locked"];

function noticed(state: State, { sourceId, outcome, reason, until }: Notice): State {
  if (state.me === null) return state;
  const key = keyOf(state.me, sourceId);
  // The copy tells the rest, sooner or later.
  if (outcome === "starred" || outcome === "removed") return changed(state, key, (one) => ({ ...one, word: reason }));
  const message = unsettled(state).find((other) => other.key === key);
  if (message === undefined) return state;
  const name = outcome === "approved" ? "held" : outcome;
  const next = fated(state, key, { name, reason });
  const isOver = until !== null && until <= state.now;
  if (PAUSES.includes(reason.code) && !isOver) return { ...next, pause: { reason, until } };
  const isNews = message.fate.name !== "refused" && reason.code === "blocked";
  return isNews ? { ...next, handedBack: { key, text: message.text } } : next;
}

/** A refused message whose text its author says again: the new one takes its place. */
const isWrittenAnew = (entry: Entry, text: string): boolean =>
  entry.kind === "message" && entry.fate.name === "refused" && entry.text === text;

function restored(state: State, unsent: readonly Unsent[]): State {
  let { entries } = state;
  const { me } = state;
  if (me === null) return state;
  const known = new Set(entries.map(({ key }) => key));
  for (const { authorId, sourceId, attempt, text, time, fate } of [...unsent].sort((a, b) => a.time - b.time)) {
    const author = who(authorId);
    if (known.has(keyOf(author, sourceId))) continue;
    const message = { ...written([], { author, sourceId, text, now: time }), attempt, fate };
    entries = place(entries, message);
  }
  return { ...state, entries: renamed({ ...state, entries }, me) };
}

function changed(state: State, key: string, next: (message: Message) => Message): State {
  return { ...state, entries: change(state.entries, key, next) };
}

/** A message that came back stays as it is: nothing that is learnt later makes it undelivered. */
function fated(state: State, key: string, fate: Fate): State {
  return changed(state, key, (message) => (isSettled(message) ? message : { ...message, fate }));
}

/**
 * The same message for another try, by who we are now. Its source id stays, so it and a copy under way are shown once.
 */
function retried(message: Message, me: Who | null): Message {
  if (isSettled(message) || me === null) return message;
  const key = keyOf(me, message.sourceId);
  return { ...message, author: me, key, attempt: message.attempt + 1, fate: { name: "waiting" } };
}

function ticked(before: State, now: number): State {
  const isOver = before.pause?.until != null && before.pause.until <= now;
  const state = isOver ? { ...before, pause: null } : before;
  const late = unsettled(state).filter(
    ({ fate }) => fate.name === "sending" && fate.accepted && now - fate.since >= PATIENCE_MS,
  );
  return late.reduce<State>(
    (next, { key, fate }) =>
      fate.name === "sending" ? fated(next, key, { name: "unanswered", since: fate.since }) : next,
    { ...state, now },
  );
}
