/**
 * The client of the page: one at a time, started anew when the broker refuses it for good, when the identity changes,
 * and when somebody asks for it.
 */

import { RESTART_MS } from "../limits.ts";
import { isSettled } from "../message.ts";
import type { ChatClient, ChatDeps } from "../room/chat-client.ts";
import type { Heard } from "../room/heard.ts";
import type { ServerApi, Settings } from "../server-api.ts";
import type { Connection, Event, State } from "../state.ts";

export interface VisitDeps {
  readonly api: ServerApi;
  readonly state: () => State;
  readonly dispatch: (event: Event) => void;
  readonly createClient: (deps: ChatDeps) => ChatClient;
  readonly now: () => number;
  /** Runs a task once after some time (ms). */
  readonly after: (ms: number, task: () => void) => void;
  /** Runs after everything that was heard. */
  readonly heard: (heard: Heard) => void;
}

type Failed = Extract<Connection, { name: "failed" }>;

/** Whom a moderator keeps out looks again after so long, since that may be taken back. */
const BARRED_MS = 60_000;

export interface Visit {
  client(): ChatClient | null;
  settings(): Settings | null;
  start(): Promise<void>;
  stop(): void;
  /** Tries to connect without waiting. */
  tryNow(): void;
}

/** The visit of one room. Nothing happens before `start`. */
export function createVisit({ api, state, dispatch, createClient, now, after, heard }: VisitDeps): Visit {
  let client: ChatClient | null = null;
  let settings: Settings | null = null;
  let generation = 0;

  function stop(): void {
    generation += 1;
    client?.close();
    client = null;
  }

  function fail(failed: Pick<Failed, "barred" | "isSignedOut">): void {
    const mine = generation;
    const wait = failed.barred ? BARRED_MS : RESTART_MS;
    const connection: Failed = { ...failed, name: "failed", retryAt: now() + wait };
    dispatch({ type: "connection", connection, now: now() });
    after(wait, () => {
      if (mine === generation) void start();
    });
  }

  async function start(): Promise<void> {
    stop();
    const mine = generation;
    const rejoining = state().entries.length > 0;
    dispatch({ type: "restarted" });
    if (settings === null) {
      const answer = await api.settings();
      if (mine !== generation) return;
      if (!answer.ok) return fail({});
      settings = answer.value;
    }
    client = createClient({ settings, token: api.token, recent: api.recent, now, after, hear, isKnown, rejoining });
  }

  function hear(news: Heard): void {
    if (news.type === "outdated") void start();
    else if (news.type === "connection" && news.connection.name === "failed") fail(news.connection);
    else dispatch(news);
    heard(news);
  }

  function isKnown(key: string): boolean {
    return state().entries.some((entry) => entry.key === key && entry.kind === "message" && isSettled(entry));
  }

  return {
    client: () => client,
    settings: () => settings,
    start,
    stop,
    tryNow() {
      if (client === null || state().connection.name === "failed") void start();
      else client.retryNow();
    },
  };
}
