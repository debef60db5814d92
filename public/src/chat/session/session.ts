/** The session: what somebody can do in a room, and how its parts work together. It knows nothing of how that looks. */
import type { Shelf } from "../../common/shelf.ts";
import { OUTBOX_AGE_MS } from "../limits.ts";
import type { Heard } from "../room/heard.ts";
import type { Settings } from "../server-api.ts";
import { unsettled } from "../state.ts";
import { createDispatcher, type DispatcherDeps } from "./dispatcher.ts";
import { createMembership, IDENTITY_KEY, type Membership } from "./membership.ts";
import { createVisit, type Visit, type VisitDeps } from "./visit.ts";

export interface SessionDeps
  extends Omit<DispatcherDeps, "publisher">,
    Pick<VisitDeps, "api" | "createClient" | "after"> {
  readonly shelf: Shelf;
  readonly newId: () => string;
  /** Is somebody looking at the end of the log? */
  readonly isSeen: () => boolean;
}

export interface Session extends Membership, Pick<Visit, "start" | "tryNow"> {
  settings(): Settings | null;
  /** False when nothing was taken, so that the text stays where it is. */
  write(text: string): boolean;
  retry(key: string): void;
  discard(key: string): void;
  typing(flag: boolean): void;
  looked(): void;
  loadEarlier(): void;
  /** Another tab removed an item of storage: a message that it discarded, or saw come back, is not ours to send. */
  itemRemoved(item: string): void;
}

/** Makes the session of one room. Nothing happens before `start`. */
export function createSession(deps: SessionDeps): Session {
  const { store, outbox, shelf, now } = deps;
  const { state } = store;
  const dispatch = createDispatcher({ ...deps, publisher: () => visit.client() });
  const visit = createVisit({ ...deps, state, dispatch, heard });
  const membership = createMembership({ ...deps, state, start: visit.start, end });
  let isRestored = false;

  function heard(news: Heard): void {
    if (deps.isSeen()) dispatch({ type: "looked" });
    if (news.type !== "identified") return;
    shelf.set(IDENTITY_KEY, news.me.id);
    if (!isRestored) dispatch({ type: "restored", unsent: outbox.restore(now()) });
    isRestored = true;
  }

  function end(): void {
    visit.stop();
    outbox.forget();
    for (const { key } of unsettled(state())) dispatch({ type: "discarded", key });
    dispatch({ type: "people", people: [] });
    dispatch({ type: "connection", connection: { name: "left" }, now: now() });
  }

  return {
    ...membership,
    start: visit.start,
    tryNow: visit.tryNow,
    settings: visit.settings,
    write(text) {
      const before = state().entries;
      dispatch({ type: "written", sourceId: deps.newId(), text, now: now() });
      return state().entries !== before;
    },
    retry: (key) => dispatch({ type: "retried", key }),
    discard: (key) => dispatch({ type: "discarded", key }),
    typing: (flag) => visit.client()?.setTyping(flag),
    looked: () => dispatch({ type: "looked" }),
    loadEarlier() {
      const client = visit.client();
      if (client === null || state().earlier !== "some") return;
      dispatch({ type: "earlier-asked" });
      client.loadEarlier();
    },
    itemRemoved(item) {
      for (const { key, sourceId, fate, time } of unsettled(state())) {
        // an item that was removed for its age alone says nothing
        if (outbox.itemKey(sourceId) !== item || now() - time > OUTBOX_AGE_MS) continue;
        if (fate.name !== "sending" && fate.name !== "unanswered") dispatch({ type: "discarded", key });
      }
    },
  };
}
