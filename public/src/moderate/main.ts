/** Joins the parts of the desk: asks who is here, makes the views, and draws again when something changed. */
import { render } from "lit-html";
import type { AblyHost } from "../common/ably-host.ts";
import { need } from "../common/dom.ts";
import { createShelf } from "../common/shelf.ts";
import { createApi, type Health } from "./api.ts";
import { createAudit } from "./audit/audit.ts";
import type { Desk, View } from "./desk.ts";
import { type FeedState, type Heard, openFeed } from "./feed/feed.ts";
import { isForDesk, type Key, pressed } from "./keys.ts";
import { createLive } from "./live/live.ts";
import { createPeople } from "./people/people.ts";
import { createPolicy } from "./policy/policy.ts";
import { createQueue } from "./queue/queue.ts";
import { type ShellActions, type ShellState, shell } from "./shell.ts";
import { addressOf, type Place, placeOf, TITLES, VIEWS, type ViewName } from "./views.ts";

/** Long enough to read two sentences and to reach for Undo. */
const TOAST_MS = 8_000;
/** How often the desk looks for itself while it cannot listen, or while something is down. */
const LOOK_MS = 5_000;
/** A clock that shows minutes. */
const TICK_MS = 30_000;
const KEYS = "desk:keys";

const root = need(document, "#desk");
const announcement = need(document, "#announce");
const shelf = createShelf(() => localStorage);
let place: Place = placeOf(location.hash);
let state: ShellState = {
  view: place.view,
  name: "",
  feed: "connecting",
  health: "well",
  toast: null,
  isHelpOpen: false,
  hasKeys: shelf.get(KEYS) !== "off",
};
let isPlanned = false;
let cancelToast = (): void => {};

function set(change: Partial<ShellState>): void {
  state = { ...state, ...change };
  desk.changed();
}

const desk: Desk = {
  api: createApi({ request: (input, init) => fetch(input, init), health }),
  now: () => Date.now(),
  after(ms, task) {
    const timer = setTimeout(task, ms);
    return () => clearTimeout(timer);
  },
  changed() {
    if (isPlanned) return;
    isPlanned = true;
    // A hidden tab paints no frames, but its title still counts.
    if (document.hidden) setTimeout(draw);
    else requestAnimationFrame(draw);
  },
  say(sentence, undo) {
    announcement.textContent = sentence;
    cancelToast();
    cancelToast = desk.after(TOAST_MS, () => set({ toast: null }));
    set({ toast: { sentence, undo } });
  },
  go: (view, about) => location.assign(addressOf(view, about)),
};

const views: Readonly<Record<ViewName, View>> = {
  queue: createQueue(desk),
  live: createLive(desk),
  people: createPeople(desk),
  policy: createPolicy(desk),
  audit: createAudit(desk),
};

const actions: ShellActions = {
  help: (isHelpOpen) => set({ isHelpOpen }),
  useKeys(hasKeys) {
    shelf.set(KEYS, hasKeys ? "on" : "off");
    set({ hasKeys });
  },
  dismissToast: () => set({ toast: null }),
  signOut: () => void signOut(),
  retry: refresh,
};

const help: Key = { key: "?", does: "all keys", run: () => set({ isHelpOpen: true }) };
const jumps = VIEWS.map(
  (view, index): Key => ({ key: String(index + 1), does: TITLES[view], run: () => desk.go(view) }),
);

function draw(): void {
  isPlanned = false;
  const view = views[place.view];
  const badgeOf = (name: ViewName): string => views[name].badge?.() ?? "";
  render(shell(state, actions, { content: view.template(), keys: view.keys, badgeOf }), root);
  const count = badgeOf("queue");
  document.title = `${count === "" ? "" : `(${count}) `}${TITLES[place.view]} · Asterism`;
}

function health(now: Health): void {
  if (now === state.health) return;
  const isBack = now === "well";
  set({ health: now });
  if (isBack) refresh();
  else look();
}

/** While something is down, the desk asks whether it is back. */
function look(): void {
  desk.after(LOOK_MS, () => {
    if (state.health === "well" && state.feed === "connected") return;
    refresh();
    look();
  });
}

function refresh(): void {
  views[place.view].refresh?.();
  if (place.view !== "queue") views.queue.refresh?.();
}

function heard(what: Heard): void {
  for (const view of Object.values(views)) view.heard?.(what);
  desk.changed();
}

function fed(feed: FeedState, missed: boolean): void {
  const wasLost = state.feed === "lost";
  if (feed !== state.feed) set({ feed });
  if (missed) refresh();
  if (feed === "lost" && !wasLost) look();
}

async function signOut(): Promise<void> {
  const answer = await desk.api.send("POST", "sign-out");
  if (answer.ok) location.assign("/");
}

async function start(): Promise<void> {
  const answer = await desk.api.get<{ name: string; settings: AblyHost }>("me");
  if (!answer.ok) return;
  set({ name: answer.value.name });
  openFeed({ settings: answer.value.settings, token: () => desk.api.get("token"), heard, state: fed });
}

window.addEventListener("hashchange", () => {
  place = placeOf(location.hash);
  set({ view: place.view });
  views[place.view].open(place.about);
  need(document, "#view").focus();
});
document.addEventListener("keydown", (event) => {
  if (!isForDesk(event)) return;
  if (state.hasKeys) pressed(event, [...views[place.view].keys, help, ...jumps]);
});
setInterval(() => desk.changed(), TICK_MS);

void start();
views[place.view].open(place.about);
if (place.view !== "queue") views.queue.open("");
draw();
