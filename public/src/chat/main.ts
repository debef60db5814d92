/** Joins the parts: finds the room, makes the session and the views, and lets each change of state be seen. */

import { need } from "../common/dom.ts";
import { createLanguage } from "../common/language/language.ts";
import { loadWords, regionOf } from "../common/language/languages.ts";
import { createShelf } from "../common/shelf.ts";
import { NO_NAME, tellApart } from "../common/who.ts";
import { ofCrowd } from "./crowd.ts";
import { createDraft } from "./draft.ts";
import { createHidden, visible } from "./hidden.ts";
import { isSettled, type Message } from "./message.ts";
import { createMessageIds } from "./message-ids.ts";
import { hashOf, keyIn } from "./message-link.ts";
import { createChatClient } from "./room/chat-client.ts";
import { createRoomCounts } from "./room-counts.ts";
import { addressOf, LOBBY, LOBBY_NAME, roomOf, visit } from "./rooms.ts";
import { createSeen } from "./seen.ts";
import { type Answer, createServerApi, takeEarly } from "./server-api.ts";
import { IDENTITY_KEY } from "./session/membership.ts";
import { createOutbox } from "./session/outbox.ts";
import { createSession } from "./session/session.ts";
import { initialState, type State, unsettled } from "./state.ts";
import { createStore } from "./store.ts";
import { createAnnouncer } from "./view/announcer.ts";
import { createComposerView } from "./view/composer.ts";
import { createLanguageView } from "./view/language.ts";
import { createLinked } from "./view/linked.ts";
import { createLogView } from "./view/log.ts";
import { createMenu } from "./view/menu.ts";
import { createPeopleView } from "./view/people.ts";
import { createRoomsView } from "./view/rooms.ts";
import { createStatusView } from "./view/status.ts";
import { createTold } from "./view/told.ts";
import { createYouView } from "./view/you.ts";
import { nameOf } from "./wording.ts";

const room = roomOf(location.pathname);
const asked = new URLSearchParams(location.search);
// What only a frame needs is loaded only there.
const frame = asked.get("embed") === "" ? (await import("./embedded/frame.ts")).frameOf(asked) : null;
let isDrawn = false;
const now = (): number => Date.now();
const after = (ms: number, task: () => void): (() => void) => {
  const timer = setTimeout(task, ms);
  return () => clearTimeout(timer);
};
// Once a frame, and beside it: to make rows and to paint them are two short tasks then, between which a key is heard. A hidden
// tab paints no frames, but its title still counts.
const later = (task: () => void): void => {
  if (document.hidden) setTimeout(task);
  else requestAnimationFrame(() => setTimeout(task));
};
const shelf = createShelf(() => localStorage);

const store = createStore(initialState(room), (state) => isDrawn && render(state), later);
const api = createServerApi(room, {
  request: frame === null ? (input, init) => fetch(input, init) : frame.request,
  early: takeEarly(),
});
const session = createSession({
  api,
  store,
  outbox: createOutbox(shelf, room),
  shelf,
  createClient: createChatClient,
  now,
  after,
  newId: createMessageIds(now),
  isSeen,
});

const hidden = createHidden(shelf, (people) => store.dispatch({ type: "hid", people }));
// The socket opens while the page is drawn.
void session.start();

const { lang } = document.documentElement;
const language = createLanguage(regionOf(lang, navigator.languages), await loadWords(lang));
if (frame !== null) (await import("./embedded/look.ts")).wear(document.documentElement, frame.look);

const log = createLogView(document, {
  actions: {
    // Each of these takes its button away; the keyboard goes on in the field.
    retry(key) {
      session.retry(key);
      composer.focus();
    },
    edit(key) {
      const text = takeBack(key);
      if (text !== null) composer.edit(text);
    },
    discard(key) {
      session.discard(key);
      composer.focus();
    },
    loadEarlier: session.loadEarlier,
    looked: session.looked,
  },
  language,
  now,
  clock: () => performance.now(),
  later,
  hasDesk,
});
const composer = createComposerView(document, {
  write(text) {
    const taken = session.write(text);
    if (taken) log.toEnd();
    return taken;
  },
  typing: session.typing,
  people: () => {
    const { people, me } = store.state();
    return people.filter(({ who }) => who.person !== me?.person && who.name !== NO_NAME).map(({ who }) => who.name);
  },
  takeBack: () => takeBack(lastUnsent()),
  draft: createDraft(
    createShelf(() => sessionStorage),
    room,
  ),
  after,
  language,
});
const tell = createTold(document, after);
createMenu(
  document,
  {
    hasDesk,
    messageOf: (key) =>
      store.state().entries.find((entry): entry is Message => entry.kind === "message" && entry.key === key),
    copy: copyText,
    link: copyLink,
    report: async ({ copy = "" }, reason) => tellOf(await api.report(copy, reason), language.say("reported")),
    remove: async ({ copy = "" }) => tellOf(await api.remove(copy), ""),
    appeal: async ({ sourceId }) => tellOf(await api.appeal(sourceId), language.say("appealed")),
    hide({ author }) {
      hidden.hide(author.person);
      tell(language.say("isHidden", { name: nameOf(author, language) }));
    },
  },
  language,
);
const linked = createLinked({
  reveal: log.reveal,
  loadEarlier: session.loadEarlier,
  isGone: () => tell(language.say("messageGone")),
});
const showHidden = need(document, "#show-hidden");
showHidden.addEventListener("click", hidden.clear);
const people = createPeopleView(document, language);
const status = createStatusView(document, language, {
  tryNow() {
    session.tryNow();
    composer.focus();
  },
  // What was typed and not sent stays in this browser meanwhile.
  signIn() {
    if (frame === null) location.assign(`/sign-in?to=${encodeURIComponent(location.pathname)}`);
    else
      frame.signIn(async (word) => {
        const answer = await api.takeOver(word);
        if (answer.ok) location.reload();
        tellOf(answer, "");
      });
  },
});
const announce = createAnnouncer(document, language);
const you = createYouView(
  document,
  {
    rename: session.rename,
    leave: session.leave,
    rejoin() {
      void session.start();
      composer.focus();
    },
  },
  language,
);
createLanguageView(document, { isFrame: frame !== null, restart: () => location.reload() });
// A frame shows one room.
const recent = frame === null ? visit(shelf, room) : [];
const seen = createSeen(shelf, recent);
const lookAtRooms = createRoomCounts({
  rooms: () => {
    // The lobby is of interest to whoever was there.
    const others = [...recent, ...(frame === null && seen.at(LOBBY) > 0 ? [LOBBY] : [])].filter(
      (name) => name !== room,
    );
    return Object.fromEntries(others.map((name) => [name || LOBBY_NAME, seen.at(name)]));
  },
  ask: api.rooms,
  show: createRoomsView(document, { room, recent, language, go: (path) => location.assign(path) }),
  isHidden: () => document.hidden,
  now,
  after,
});

document.addEventListener("visibilitychange", () => {
  if (isSeen()) session.looked();
  if (store.state().joined) lookAtRooms();
});
window.addEventListener("storage", ({ key, newValue }) => {
  if (key === IDENTITY_KEY) session.identityChanged(newValue);
  else if (key !== null && newValue === null) session.itemRemoved(key);
});
window.addEventListener("pageshow", ({ persisted }) => {
  // Out of the back-forward cache: the SDK closed its connection when the page was put there.
  if (persisted) void session.start();
});
window.addEventListener("hashchange", followHash);
const looksOf = ofCrowd((crowd) => tellApart(crowd, (one) => nameOf(one, language)));
isDrawn = true;
followHash();
// On a touch screen the focus would open the keyboard.
if (document.activeElement === document.body && keyIn(location.hash) === null && matchMedia("(hover: hover)").matches)
  composer.focus();

function hasDesk(): boolean {
  return session.settings()?.hasDesk === true;
}

function isSeen(): boolean {
  return isDrawn && !document.hidden && log.isAtEnd();
}

/** The last message of our own that can be changed before it goes out again. */
function lastUnsent(): string | undefined {
  const changeable = ["waiting", "refused", "failed"];
  return unsettled(store.state()).findLast(({ fate }) => changeable.includes(fate.name))?.key;
}

/** Takes an unsent message out of the log; answers its text. */
function takeBack(key: string | undefined): string | null {
  const entry = store.state().entries.find((other) => other.key === key);
  if (entry?.kind !== "message" || isSettled(entry)) return null;
  session.discard(entry.key);
  return entry.text;
}

function followHash(): void {
  linked.follow(location.hash);
  render(store.state());
}

async function copyText({ text }: Message): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    tell(language.say("textCopied"));
  } catch {
    tell(language.say("notCopied"));
  }
}

/** Puts the address of a message where it can be pasted from, or where it can be read. */
async function copyLink(message: Message): Promise<void> {
  const { href } = new URL(addressOf(room) + hashOf(message), location.href);
  try {
    await navigator.clipboard.writeText(href);
    tell(language.say("linkCopied"));
  } catch {
    // an address without TLS has no clipboard, and a browser may refuse it
    history.replaceState(null, "", href);
    tell(language.say("linkInAddress"));
  }
}

/** Says how it went; nothing where that is seen anyway. */
function tellOf(answer: Answer<null>, done: string): void {
  const sentence = answer.ok ? done : language.because(answer.problem);
  if (sentence !== "") tell(sentence);
}

function render(state: State): void {
  const looks = looksOf(state);
  status.render(state, session.settings());
  const shown = { ...state, entries: visible(state.entries, state.hidden) };
  announce(shown);
  log.render(shown, looks);
  linked.render(shown);
  showHidden.hidden = state.hidden.size === 0;
  people.render(state, looks);
  composer.render(state, session.settings());
  you.render(state, looks);
  // Where nobody has said anything yet, everything that comes is new.
  if (isSeen())
    seen.mark(room, state.entries.findLast((entry) => entry.kind === "message" && isSettled(entry))?.time ?? 1);
  if (state.joined) lookAtRooms();
}
