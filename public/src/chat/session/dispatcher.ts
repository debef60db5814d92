/**
 * The dispatcher: every event changes the state; then storage is made to agree with it, what can go out goes out, in
 * order, and the clock runs if it is needed.
 */
import { type Message, publishId } from "../message.ts";
import type { ChatClient } from "../room/chat-client.ts";
import { type Event, isClockNeeded, sendable, unsettled } from "../state.ts";
import type { Store } from "../store.ts";
import type { Outbox } from "./outbox.ts";
import { createTicker, type TickerDeps } from "./ticker.ts";

type Publisher = Pick<ChatClient, "publish">;

export interface DispatcherDeps extends Pick<TickerDeps, "after"> {
  readonly store: Store;
  readonly outbox: Outbox;
  readonly now: () => number;
  /** Who publishes at the moment, if anybody can. */
  readonly publisher: () => Publisher | null;
}

/** Answers the function that takes the events of one page. */
export function createDispatcher({ store, outbox, now, after, publisher }: DispatcherDeps): (event: Event) => void {
  const tickIfNeeded = createTicker({
    after,
    isNeeded: () => isClockNeeded(store.state()),
    tick: () => dispatch({ type: "ticked", now: now() }),
  });

  function dispatch(event: Event): void {
    store.dispatch(event);
    outbox.keep(unsettled(store.state()));
    sendWhatCanGo();
    tickIfNeeded();
  }

  function sendWhatCanGo(): void {
    const by = publisher();
    if (by === null) return;
    for (const message of sendable(store.state())) {
      store.dispatch({ type: "sent", key: message.key, now: now() });
      void publish(by, message);
    }
  }

  async function publish(by: Publisher, message: Message): Promise<void> {
    const { key } = message;
    const published = await by.publish(publishId(message), message.text);
    if (published.name === "accepted") dispatch({ type: "accepted", key });
    else if (published.name === "unsent") dispatch({ type: "unsent", key });
    else dispatch({ type: "rejected", key, reason: published.reason });
  }

  return dispatch;
}
